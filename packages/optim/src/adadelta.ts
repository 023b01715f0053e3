import { formulas as f, RungsError, type Tensor } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { blend, type DescentOptions, descent, type Given } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface AdadeltaOptions extends DescentOptions {
  /** How much of the averages of squares stays at each step. */
  rho: number
  /** Added under both roots. */
  eps: number
}

export interface AdadeltaState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  squareAvg: Tensor
  /** The average of squares of what was subtracted. */
  accDelta: Tensor
}

type Name = Given | keyof AdadeltaState | 'rho' | 'rest' | 'eps'

const defaults: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false }

/**
 * Adadelta: with `v = ρv + (1 - ρ)g²` and `δ = g · √(u + eps) / √(v + eps)`, `param -= lr · δ` and `u = ρu + (1 - ρ)δ²`. As
 * PyTorch's.
 * @see M. Zeiler, Adadelta: an adaptive learning rate method, 2012, algorithm 1.
 */
export class Adadelta extends ElementwiseOptimizer<AdadeltaOptions, AdadeltaState> {
  static override typeName: string = 'Adadelta'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(params, withDefaults('Adadelta', options, defaults))
  }

  protected override check(options: AdadeltaOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay' })
    if (!(options.rho >= 0 && options.rho <= 1)) {
      throw new RungsError(`Invalid rho value: ${options.rho}; rho must be a number in [0, 1]`)
    }
  }

  protected override scalars({ rho, eps, weightDecay }: AdadeltaOptions): Record<string, number> {
    return { rho, rest: 1 - rho, eps, weightDecay }
  }

  protected override rule(form: Form<AdadeltaOptions>): Rule<Name> {
    return {
      numbers: ({ step }) => ({ step: f.add(step, 1) }),
      update: (x) => {
        const { start, grad } = descent(form, x)
        const squareAvg = blend(x.squareAvg, x.rho, f.square(grad), x.rest)
        const ratio = f.div(f.sqrt(f.add(x.accDelta, x.eps)), f.sqrt(f.add(squareAvg, x.eps)))
        const delta = f.mul(ratio, grad)
        const accDelta = blend(x.accDelta, x.rho, f.square(delta), x.rest)
        return { param: f.sub(start, f.mul(x.lr, delta)), squareAvg, accDelta }
      },
    }
  }
}
