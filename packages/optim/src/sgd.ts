import { expr, formulas as f, program, RungsError, type Tensor, updateInPlace } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { Optimizer, type Options, type ParamGroup, type Slots } from './optimizer.ts'
import type { Params } from './params.ts'
import { variants } from './variants.ts'

export interface SGDOptions extends Options {
  momentum: number
  /** Part of a gradient that does not enter the momentum, from the second step on. */
  dampening: number
  /** Times the parameter, added to its gradient. */
  weightDecay: number
  nesterov: boolean
  /** Climb instead of descend. */
  maximize: boolean
}

export interface SGDState {
  /** With momentum. */
  momentumBuffer?: Tensor
  /** With dampening: steps taken, a 0-d array. */
  step?: Tensor
}

const defaults = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false }

/**
 * Stochastic gradient descent: `param -= lr · grad`; with momentum `m = momentum · m + grad`, `param -= lr · m`, and with
 * Nesterov's `param -= lr · (grad + momentum · m)`. As PyTorch's.
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  static override typeName: string = 'SGD'

  /** @throws {RungsError} for numbers out of range, and for Nesterov without momentum or with dampening. */
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> & { readonly lr: number }) {
    super(params, withDefaults('SGD', options, defaults))
  }

  protected override check(options: SGDOptions): void {
    checkNumbers(options, { momentum: 'momentum', weightDecay: 'weight_decay' })
    if (options.nesterov && (options.momentum <= 0 || options.dampening !== 0)) {
      throw new RungsError(
        `Nesterov momentum requires a momentum and zero dampening: got momentum ${options.momentum}, dampening ${options.dampening}`,
      )
    }
  }

  protected override slots({ momentum, dampening }: SGDOptions): Slots<SGDState> {
    if (momentum === 0) return {}
    return dampening === 0 ? { momentumBuffer: 'like' } : { momentumBuffer: 'like', step: 'count' }
  }

  protected override update(
    param: Tensor,
    grad: Tensor,
    { momentumBuffer, step }: SGDState,
    group: ParamGroup<SGDOptions>,
    lr: Tensor,
  ): void {
    const arrays = [momentumBuffer, step].filter((slot) => slot !== undefined)
    const outs = momentumBuffer === undefined ? [param] : [param, momentumBuffer]
    const scalars = [group.weightDecay, group.momentum, 1 - group.dampening]
    updateInPlace(this.name, formulaOf(group), outs, [param, grad, lr, ...arrays], scalars)
    step?.add_(1)
  }
}

const [param, given, lr, buffer, step] = [f.x0, f.x1, f.x2, expr.input(3), expr.input(4)]
const [weightDecay, momentum, rest] = [expr.scalar(0), expr.scalar(1), expr.scalar(2)]

const formulaOf = variants<SGDOptions>(
  (o) => [o.momentum !== 0, o.dampening !== 0, o.weightDecay !== 0, o.nesterov, o.maximize],
  (o) => {
    const signed = o.maximize ? f.neg(given) : given
    const grad = o.weightDecay === 0 ? signed : f.add(signed, f.mul(weightDecay, param))
    if (o.momentum === 0) return program(f.sub(param, f.mul(lr, grad)))
    // The first gradient enters whole.
    const entering = o.dampening === 0 ? grad : f.mul(grad, expr.where(f.eq(step, 0), expr.constant(1), rest))
    const moved = f.add(f.mul(buffer, momentum), entering)
    const direction = o.nesterov ? f.add(grad, f.mul(momentum, moved)) : moved
    return program(f.sub(param, f.mul(lr, direction)), moved)
  },
)
