import { type Expr, formulas as f, type Tensor } from '@rungs/autograd'
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

export interface NAdamOptions extends DecoupledOptions {
  /** How much of the averages of the gradient and of its square stays at each step; the first is approached. */
  betas: readonly [number, number]
  /** Added to the denominator. */
  eps: number
  /** How soon the momentum approaches the first beta. */
  momentumDecay: number
}

export interface NAdamState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  /** The product of all momenta so far, a 0-d array. */
  muProduct: Tensor
  expAvg: Tensor
  expAvgSq: Tensor
}

type Name = Given | Averaging | keyof NAdamState | 'eps' | 'logFade' | 'gradRate' | 'meanRate' | 'scale'

const defaults: NAdamOptions = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  maximize: false,
  decoupledWeightDecay: false,
}

/**
 * NAdam, Adam with Nesterov's momentum: with Adam's m and v, `μₜ = β₁(1 - ½ · 0.96^(t · momentumDecay))` and `Πₜ = μ₁ ⋯ μₜ`, at step t
 * `param -= lr · ((1 - μₜ) / (1 - Πₜ) · g + μₜ₊₁ / (1 - Πₜ₊₁) · m) / (√v / √(1 - β₂ᵗ) + eps)`. As PyTorch's.
 * @see T. Dozat, Incorporating Nesterov momentum into Adam, 2016.
 */
export class NAdam extends ElementwiseOptimizer<NAdamOptions, NAdamState> {
  static override typeName: string = 'NAdam'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(params, withDefaults('NAdam', options, defaults))
  }

  protected override check(options: NAdamOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay', momentumDecay: 'momentum_decay' })
    checkBetas(options)
  }

  protected override scalars(options: NAdamOptions): Record<string, number> {
    const { betas, eps, weightDecay, momentumDecay } = options
    return { ...averaging(...betas), eps, weightDecay, logFade: momentumDecay * Math.log(0.96) }
  }

  protected override initial(name: string): number {
    return name === 'muProduct' ? 1 : 0
  }

  protected override rule(form: Form<NAdamOptions>): Rule<Name> {
    return {
      numbers: (x) => {
        const step = f.add(x.step, 1)
        const momentum = (t: Expr): Expr => f.mul(x.beta1, f.sub(1, f.mul(0.5, f.exp(f.mul(t, x.logFade)))))
        const [mu, next] = [momentum(step), momentum(f.add(step, 1))]
        const muProduct = f.mul(x.muProduct, mu)
        return {
          step,
          muProduct,
          gradRate: f.div(f.mul(x.lr, f.sub(1, mu)), f.sub(1, muProduct)),
          meanRate: f.div(f.mul(x.lr, next), f.sub(1, f.mul(muProduct, next))),
          scale: f.rsqrt(correction(step, x.logBeta2)),
          ...keeping(form, x),
        }
      },
      update: (x) => {
        const { start, grad } = descent(form, x)
        const expAvg = blend(x.expAvg, x.beta1, grad, x.rest1)
        const expAvgSq = blend(x.expAvgSq, x.beta2, f.square(grad), x.rest2)
        const denominator = f.add(f.mul(f.sqrt(expAvgSq), x.scale), x.eps)
        const direction = f.add(f.mul(x.gradRate, grad), f.mul(x.meanRate, expAvg))
        return { param: f.sub(start, f.div(direction, denominator)), expAvg, expAvgSq }
      },
    }
  }
}
