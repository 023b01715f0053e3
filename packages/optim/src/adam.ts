import { formulas as f, type Tensor } from '@rungs/autograd'
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

export interface AdamOptions extends DecoupledOptions {
  /** How much of the averages of the gradient and of its square stays at each step. */
  betas: readonly [number, number]
  /** Added to the denominator. */
  eps: number
  /** Divide by the largest average of squares so far (S. Reddi and others, On the convergence of Adam and beyond, 2018). */
  amsgrad: boolean
}

export interface AdamState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  expAvg: Tensor
  expAvgSq: Tensor
  /** With `amsgrad`. */
  maxExpAvgSq?: Tensor
}

type Name = Given | Averaging | keyof AdamState | 'eps' | 'rate' | 'scale'

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
}

/**
 * Adam: with `m = β₁m + (1 - β₁)g` and `v = β₂v + (1 - β₂)g²`, at step t
 * `param -= lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + eps)`. As PyTorch's.
 * @see D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015.
 */
export class Adam extends ElementwiseOptimizer<AdamOptions, AdamState> {
  static override typeName: string = 'Adam'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults('Adam', options, defaults))
  }

  protected override check(options: AdamOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay' })
    checkBetas(options)
  }

  protected override scalars({ betas: [beta1, beta2], eps, weightDecay }: AdamOptions): Record<string, number> {
    return { ...averaging(beta1, beta2), eps, weightDecay }
  }

  protected override rule(form: Form<AdamOptions>): Rule<Name> {
    return {
      numbers: (x) => {
        const step = f.add(x.step, 1)
        const rate = f.div(x.lr, correction(step, x.logBeta1))
        return { step, rate, scale: f.rsqrt(correction(step, x.logBeta2)), ...keeping(form, x) }
      },
      update: (x) => {
        const { start, grad } = descent(form, x)
        const expAvg = blend(x.expAvg, x.beta1, grad, x.rest1)
        const expAvgSq = blend(x.expAvgSq, x.beta2, f.square(grad), x.rest2)
        const largest = form.amsgrad ? { maxExpAvgSq: f.max(x.maxExpAvgSq, expAvgSq) } : {}
        const denominator = f.add(f.mul(f.sqrt(largest.maxExpAvgSq ?? expAvgSq), x.scale), x.eps)
        return { param: f.sub(start, f.div(f.mul(x.rate, expAvg), denominator)), expAvg, expAvgSq, ...largest }
      },
    }
  }
}

/** Adam with decoupled weight decay, of 0.01 when left out. */
export class AdamW extends Adam {
  static override typeName: string = 'AdamW'

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { weightDecay: 1e-2, decoupledWeightDecay: true, ...options })
  }
}
