import { formulas as f, type Tensor } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { type DescentOptions, descent, type Given } from './descent.ts'
import { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
import type { Params } from './params.ts'
import type { Form, Rule } from './rule.ts'

export interface AdagradOptions extends DescentOptions {
  /** The learning rate of step t is divided by `1 + (t - 1) · lrDecay`. */
  lrDecay: number
  /** What the sum of squares starts from. */
  initialAccumulatorValue: number
  /** Added to the denominator. */
  eps: number
}

export interface AdagradState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  /** Squares of all gradients so far. */
  sum: Tensor
}

type Name = Given | keyof AdagradState | 'lrDecay' | 'eps' | 'rate'

const defaults: AdagradOptions = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
}

/**
 * Adagrad: with `s += g²`, at step t `param -= lr / (1 + (t - 1) · lrDecay) · g / (√s + eps)`. As PyTorch's.
 * @see J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods, 2011.
 */
export class Adagrad extends ElementwiseOptimizer<AdagradOptions, AdagradState> {
  static override typeName: string = 'Adagrad'

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(params, withDefaults('Adagrad', options, defaults))
  }

  protected override check(options: AdagradOptions): void {
    checkNumbers(options, {
      lrDecay: 'lr_decay',
      weightDecay: 'weight_decay',
      initialAccumulatorValue: 'initial_accumulator_value',
      eps: 'epsilon',
    })
  }

  protected override scalars({ lrDecay, eps, weightDecay }: AdagradOptions): Record<string, number> {
    return { lrDecay, eps, weightDecay }
  }

  protected override initial(name: string, options: AdagradOptions): number {
    return name === 'sum' ? options.initialAccumulatorValue : 0
  }

  protected override rule(form: Form<AdagradOptions>): Rule<Name> {
    return {
      numbers: ({ step, lr, lrDecay }) => ({
        step: f.add(step, 1),
        rate: f.div(lr, f.add(1, f.mul(step, lrDecay))),
      }),
      update: (x) => {
        const { start, grad } = descent(form, x)
        const sum = f.add(x.sum, f.square(grad))
        return { param: f.sub(start, f.div(f.mul(x.rate, grad), f.add(f.sqrt(sum), x.eps))), sum }
      },
    }
  }
}
