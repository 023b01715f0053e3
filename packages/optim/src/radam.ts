import { expr, formulas as f, type Tensor } from '@rungs/autograd'
import { checkBetas, checkNumbers, withDefaults } from './check.ts'
import {
  type Averaging,
  averaging,
  blend,
  correction,
  type DecoupledOptions,
  descent,
  type Given,
  keeping,
} from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface RAdamOptions extends DecoupledOptions {
  /** How much of the averages of the gradient and of its square stays at each step. */
  betas: readonly [number, number]
  /** Added to the denominator. */
  eps: number
}

export interface RAdamState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  expAvg: Tensor
  expAvgSq: Tensor
}

type Name = Given | Averaging | keyof RAdamState | 'eps' | 'longest' | 'rate' | 'rectification'

const defaults: RAdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
  decoupledWeightDecay: false,
}

/**
 * RAdam, Adam whose first steps do without the square while its variance is large: with Adam's m and v, `ρ∞ = 2 / (1 - β₂) - 1` and
 * `ρ = ρ∞ - 2tβ₂ᵗ / (1 - β₂ᵗ)`, at step t `param -= lr / (1 - β₁ᵗ) · m · r`; r is 1 up to ρ = 5, then
 * `√(1 - β₂ᵗ) / (√v + eps) · √((ρ - 4)(ρ - 2)ρ∞ / ((ρ∞ - 4)(ρ∞ - 2)ρ))`. As PyTorch's.
 * @see L. Liu and others, On the variance of the adaptive learning rate and beyond, 2020, algorithm 2.
 */
export class RAdam extends ElementwiseOptimizer<RAdamOptions, RAdamState> {
  static override typeName: string = 'RAdam'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(params, withDefaults('RAdam', options, defaults))
  }

  protected override check(options: RAdamOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay' })
    checkBetas(options)
  }

  protected override scalars({ betas: [beta1, beta2], eps, weightDecay }: RAdamOptions): Record<string, number> {
    return { ...averaging(beta1, beta2), eps, weightDecay, longest: 2 / (1 - beta2) - 1 }
  }

  protected override rule(form: Form<RAdamOptions>): Rule<Name> {
    return {
      numbers: (x) => {
        const step = f.add(x.step, 1)
        const correction2 = correction(step, x.logBeta2)
        const { longest } = x
        const length = f.sub(longest, f.div(f.mul(f.mul(2, step), f.sub(1, correction2)), correction2))
        const ratio = f.div(
          f.mul(f.mul(f.sub(length, 4), f.sub(length, 2)), longest),
          f.mul(f.mul(f.sub(longest, 4), f.sub(longest, 2)), length),
        )
        return {
          step,
          rate: f.div(x.lr, correction(step, x.logBeta1)),
          // 0 says that there is none.
          rectification: expr.where(f.gt(length, 5), f.sqrt(f.mul(ratio, correction2)), expr.constant(0)),
          ...keeping(form, x),
        }
      },
      update: (x) => {
        const { start, grad } = descent(form, x)
        const expAvg = blend(x.expAvg, x.beta1, grad, x.rest1)
        const expAvgSq = blend(x.expAvgSq, x.beta2, f.square(grad), x.rest2)
        const rectified = f.div(x.rectification, f.add(f.sqrt(expAvgSq), x.eps))
        const factor = expr.where(f.gt(x.rectification, 0), rectified, expr.constant(1))
        return { param: f.sub(start, f.mul(f.mul(x.rate, expAvg), factor)), expAvg, expAvgSq }
      },
    }
  }
}
