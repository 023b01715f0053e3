import { expr, formulas as f, type Tensor } from '@rungs/autograd'
import { checkBetas, checkNumbers, withDefaults } from './check.ts'
import { type Averaging, averaging, blend, type DecoupledOptions, descent, type Given, keeping } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface LionOptions extends DecoupledOptions {
  /** How much of the average enters a step, and how much of it stays. */
  betas: readonly [number, number]
}

export interface LionState {
  expAvg: Tensor
}

type Name = Given | Averaging | keyof LionState

const defaults: LionOptions = {
  lr: 1e-4,
  betas: [0.9, 0.99],
  weightDecay: 0,
  maximize: false,
  decoupledWeightDecay: true,
}

/**
 * Lion: `param -= lr · (sign(β₁m + (1 - β₁)g) + weightDecay · param)`, then `m = β₂m + (1 - β₂)g`. Every element moves by the same
 * amount, so the rate is a third to a tenth of Adam's, and the decay as many times larger.
 * @see X. Chen and others, Symbolic discovery of optimization algorithms, 2023, algorithm 2.
 */
export class Lion extends ElementwiseOptimizer<LionOptions, LionState> {
  static override typeName: string = 'Lion'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<LionOptions>, options: Partial<LionOptions> = {}) {
    super(params, withDefaults('Lion', options, defaults))
  }

  protected override check(options: LionOptions): void {
    checkNumbers(options, { weightDecay: 'weight_decay' })
    checkBetas(options)
  }

  protected override scalars({ betas: [beta1, beta2], weightDecay }: LionOptions): Record<string, number> {
    return { ...averaging(beta1, beta2), weightDecay }
  }

  protected override rule(form: Form<LionOptions>): Rule<Name> {
    return {
      numbers: (x) => keeping(form, x),
      update: (x) => {
        const { start, grad } = descent(form, x)
        const direction = expr.unary('sign', blend(x.expAvg, x.beta1, grad, x.rest1))
        return { param: f.sub(start, f.mul(x.lr, direction)), expAvg: blend(x.expAvg, x.beta2, grad, x.rest2) }
      },
    }
  }
}
