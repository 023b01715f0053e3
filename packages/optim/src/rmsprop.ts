import { formulas as f, type Tensor } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { blend, type DescentOptions, descent, type Given } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface RMSpropOptions extends DescentOptions {
  /** How much of the average of squares stays at each step. */
  alpha: number
  /** Added to the denominator. */
  eps: number
  momentum: number
  /** Divide by an estimate of the standard deviation instead. */
  centered: boolean
}

export interface RMSpropState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  squareAvg: Tensor
  /** With `centered`. */
  gradAvg?: Tensor
  /** With `momentum`. */
  momentumBuffer?: Tensor
}

type Name = Given | keyof RMSpropState | 'alpha' | 'rest' | 'eps' | 'momentum'

const defaults: RMSpropOptions = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
}

/**
 * RMSprop: with `v = αv + (1 - α)g²`, `param -= lr · g / (√v + eps)`; centered, `√(v - a²)` with the average `a` of gradients;
 * with momentum, `b = momentum · b + g / (√v + eps)`, `param -= lr · b`. As PyTorch's.
 * @see G. Hinton, Neural networks for machine learning, lecture 6e, 2012; A. Graves, Generating sequences, 2013, for `centered`.
 */
export class RMSprop extends ElementwiseOptimizer<RMSpropOptions, RMSpropState> {
  static override typeName: string = 'RMSprop'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(params, withDefaults('RMSprop', options, defaults))
  }

  protected override check(options: RMSpropOptions): void {
    checkNumbers(options, { eps: 'epsilon', momentum: 'momentum', weightDecay: 'weight_decay', alpha: 'alpha' })
  }

  protected override scalars({ alpha, eps, momentum, weightDecay }: RMSpropOptions): Record<string, number> {
    return { alpha, rest: 1 - alpha, eps, momentum, weightDecay }
  }

  protected override rule(form: Form<RMSpropOptions>): Rule<Name> {
    return {
      numbers: ({ step }) => ({ step: f.add(step, 1) }),
      update: (x) => {
        const { start, grad } = descent(form, x)
        const squareAvg = blend(x.squareAvg, x.alpha, f.square(grad), x.rest)
        const averages = form.centered ? { gradAvg: blend(x.gradAvg, x.alpha, grad, x.rest) } : {}
        const variance = averages.gradAvg === undefined ? squareAvg : f.sub(squareAvg, f.square(averages.gradAvg))
        const scaled = f.div(grad, f.add(f.sqrt(variance), x.eps))
        if (!form.momentum) return { param: f.sub(start, f.mul(x.lr, scaled)), squareAvg, ...averages }
        const momentumBuffer = f.add(f.mul(x.momentumBuffer, x.momentum), scaled)
        return { param: f.sub(start, f.mul(x.lr, momentumBuffer)), squareAvg, ...averages, momentumBuffer }
      },
    }
  }
}
