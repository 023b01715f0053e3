import { formulas as f, type Tensor } from '@rungs/autograd'
import { checkBetas, checkNumbers, withDefaults } from './check.ts'
import { type Averaging, averaging, blend, correction, type DescentOptions, descent, type Given } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface AdamaxOptions extends DescentOptions {
  /** How much of the average of the gradient and of its largest magnitude stays at each step. */
  betas: readonly [number, number]
  /** Added to the magnitude of each gradient. */
  eps: number
}

export interface AdamaxState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  expAvg: Tensor
  /** The largest magnitude, which fades. */
  expInf: Tensor
}

type Name = Given | Averaging | keyof AdamaxState | 'eps' | 'rate'

const defaults: AdamaxOptions = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false }

/**
 * Adamax: with `m = β₁m + (1 - β₁)g` and `u = max(β₂u, |g| + eps)`, at step t `param -= lr / (1 - β₁ᵗ) · m / u`. As PyTorch's.
 * @see D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015, algorithm 2.
 */
export class Adamax extends ElementwiseOptimizer<AdamaxOptions, AdamaxState> {
  static override typeName: string = 'Adamax'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(params, withDefaults('Adamax', options, defaults))
  }

  protected override check(options: AdamaxOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay' })
    checkBetas(options)
  }

  protected override scalars({ betas: [beta1, beta2], eps, weightDecay }: AdamaxOptions): Record<string, number> {
    return { ...averaging(beta1, beta2), eps, weightDecay }
  }

  protected override rule(form: Form<AdamaxOptions>): Rule<Name> {
    return {
      numbers: (x) => {
        const step = f.add(x.step, 1)
        return { step, rate: f.div(x.lr, correction(step, x.logBeta1)) }
      },
      update: (x) => {
        const { start, grad } = descent(form, x)
        const expAvg = blend(x.expAvg, x.beta1, grad, x.rest1)
        const expInf = f.max(f.mul(x.expInf, x.beta2), f.add(f.abs(grad), x.eps))
        return { param: f.sub(start, f.div(f.mul(x.rate, expAvg), expInf)), expAvg, expInf }
      },
    }
  }
}
