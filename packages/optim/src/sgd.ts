import { expr, formulas as f, RungsError, type Tensor } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { type DescentOptions, descent, type Given } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface SGDOptions extends DescentOptions {
  momentum: number
  /** Part of a gradient that does not enter the momentum, from the second step on. */
  dampening: number
  nesterov: boolean
}

export interface SGDState {
  /** With momentum. */
  momentumBuffer?: Tensor
  /** With dampening: steps taken, a 0-d array. */
  step?: Tensor
}

type Name = Given | keyof SGDState | 'momentum' | 'rest' | 'entering'

const defaults = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false }

/**
 * Stochastic gradient descent: `param -= lr · grad`; with momentum `m = momentum · m + grad`, `param -= lr · m`, and with
 * Nesterov's `param -= lr · (grad + momentum · m)`. As PyTorch's.
 * @see I. Sutskever and others, On the importance of initialization and momentum in deep learning, 2013.
 */
export class SGD extends ElementwiseOptimizer<SGDOptions, SGDState> {
  static override typeName: string = 'SGD'

  /** @throws {RungsError} for numbers out of range, and for Nesterov without momentum or with dampening. */
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> & { readonly lr: number }) {
    super(params, withDefaults('SGD', options, defaults, ['lr']))
  }

  protected override check(options: SGDOptions): void {
    checkNumbers(options, { momentum: 'momentum', weightDecay: 'weight_decay' })
    if (options.nesterov && (options.momentum <= 0 || options.dampening !== 0)) {
      throw new RungsError(
        `Nesterov momentum requires a momentum and zero dampening: got momentum ${options.momentum}, dampening ${options.dampening}`,
      )
    }
  }

  protected override scalars({ momentum, dampening, weightDecay }: SGDOptions): Record<string, number> {
    return { momentum, rest: 1 - dampening, weightDecay }
  }

  protected override rule(form: Form<SGDOptions>): Rule<Name> {
    const update: Rule<Name>['update'] = (x) => {
      const { start, grad } = descent(form, x)
      if (!form.momentum) return { param: f.sub(start, f.mul(x.lr, grad)) }
      const entering = form.dampening ? f.mul(grad, x.entering) : grad
      const momentumBuffer = f.add(f.mul(x.momentumBuffer, x.momentum), entering)
      const direction = form.nesterov ? f.add(grad, f.mul(x.momentum, momentumBuffer)) : momentumBuffer
      return { param: f.sub(start, f.mul(x.lr, direction)), momentumBuffer }
    }
    if (!form.momentum || !form.dampening) return { update }
    // The first gradient enters whole.
    const numbers: Rule<Name>['numbers'] = ({ step, rest }) => ({
      step: f.add(step, 1),
      entering: expr.where(f.eq(step, 0), expr.constant(1), rest),
    })
    return { numbers, update }
  }
}
