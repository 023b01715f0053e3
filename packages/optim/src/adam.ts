import { type Expr, empty, expr, formulas as f, program, RungsError, type Tensor, updateInPlace } from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { Optimizer, type Options, type ParamGroup, type Slots } from './optimizer.ts'
import type { Params } from './params.ts'
import { variants } from './variants.ts'

export interface AdamOptions extends Options {
  /** How much of the averages of the gradient and of its square stays at each step. */
  betas: readonly [number, number]
  /** Added to the denominator. */
  eps: number
  /** Times the parameter, added to its gradient (Adam) or, times the rate, taken off the parameter (AdamW). */
  weightDecay: number
  /** Divide by the largest average of squares so far (S. Reddi and others, On the convergence of Adam and beyond, 2018). */
  amsgrad: boolean
  /** Climb instead of descend. */
  maximize: boolean
}

export interface AdamState {
  /** Steps taken, a 0-d array. */
  step: Tensor
  expAvg: Tensor
  expAvgSq: Tensor
  /** With `amsgrad`. */
  maxExpAvgSq?: Tensor
}

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
}

/**
 * Adam: with `m = β₁m + (1 - β₁)g` and `v = β₂v + (1 - β₂)g²`, at step t
 * `param -= lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + eps)`. As PyTorch's.
 * @see D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015.
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  static override typeName: string = 'Adam'
  /** Decay takes from the parameter itself instead of adding to its gradient. */
  protected readonly decoupled: boolean = false

  /** @throws {RungsError} for numbers out of range. */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults('Adam', options, defaults))
  }

  protected override check(options: AdamOptions): void {
    checkNumbers(options, { eps: 'epsilon', weightDecay: 'weight_decay' })
    options.betas.forEach((beta, i) => {
      if (!(beta >= 0 && beta < 1))
        throw new RungsError(`Invalid beta parameter at index ${i}: ${beta}; it must be in [0, 1)`)
    })
  }

  protected override slots({ amsgrad }: AdamOptions): Slots<AdamState> {
    const slots = { step: 'count', expAvg: 'like', expAvgSq: 'like' } as const
    return amsgrad ? { ...slots, maxExpAvgSq: 'like' } : slots
  }

  protected override update(
    param: Tensor,
    grad: Tensor,
    { step, expAvg, expAvgSq, maxExpAvgSq }: AdamState,
    group: ParamGroup<AdamOptions>,
    lr: Tensor,
  ): void {
    const { betas, eps, weightDecay, amsgrad, maximize } = group
    const [beta1, beta2] = betas
    const options = { amsgrad, maximize, decay: weightDecay !== 0, decoupled: this.decoupled }
    const number = { device: step.device, dtype: step.dtype }
    const [rate, root, keep] = [empty([], number), empty([], number), empty([], number)]
    updateInPlace(
      this.name,
      corrections,
      [step, rate, root, keep],
      [step, lr],
      [Math.log(beta1), Math.log(beta2), weightDecay],
    )
    const averages = amsgrad && maxExpAvgSq !== undefined ? [expAvg, expAvgSq, maxExpAvgSq] : [expAvg, expAvgSq]
    const inputs = [param, grad, rate, root, ...averages]
    if (options.decay && options.decoupled) inputs.push(keep)
    const scalars = [beta1, 1 - beta1, beta2, 1 - beta2, eps, weightDecay]
    updateInPlace(this.name, formulaOf(options), [param, ...averages], inputs, scalars)
    for (const temporary of [rate, root, keep]) temporary.dispose()
  }
}

/** Adam whose decay takes from the parameter itself (I. Loshchilov and F. Hutter, Decoupled weight decay, 2019). */
export class AdamW extends Adam {
  static override typeName: string = 'AdamW'
  protected override readonly decoupled: boolean = true

  /** @param options as Adam's; `weightDecay` is 0.01 when left out. */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { weightDecay: 1e-2, ...options })
  }
}

/**
 * From the step count and lr: the next count, lr / (1 - β₁ᵗ), √(1 - β₂ᵗ) and 1 - lr · decay. With -expm1(t · ln β) for 1 - βᵗ
 * float32 keeps all digits: 1 - 0.999 alone would lose four.
 */
const corrections = (() => {
  const [step, lr] = [f.add(f.x0, 1), f.x1]
  const correction = (logarithm: Expr): Expr => f.neg(f.expm1(f.mul(step, logarithm)))
  return program(
    step,
    f.div(lr, correction(expr.scalar(0))),
    f.sqrt(correction(expr.scalar(1))),
    f.sub(1, f.mul(lr, expr.scalar(2))),
  )
})()

interface Form {
  readonly amsgrad: boolean
  readonly maximize: boolean
  readonly decay: boolean
  readonly decoupled: boolean
}

/** Inputs: param, grad, rate, root, m, v, the largest v (amsgrad), what decay keeps (decoupled). */
const formulaOf = variants<Form>(
  ({ amsgrad, maximize, decay, decoupled }) => [amsgrad, maximize, decay, decoupled],
  ({ amsgrad, maximize, decay, decoupled }) => {
    const [param, given, rate, root, m, v] = [f.x0, f.x1, f.x2, expr.input(3), expr.input(4), expr.input(5)]
    const [beta1, rest1, beta2, rest2, eps] = [
      expr.scalar(0),
      expr.scalar(1),
      expr.scalar(2),
      expr.scalar(3),
      expr.scalar(4),
    ]
    const signed = maximize ? f.neg(given) : given
    const grad = decay && !decoupled ? f.add(signed, f.mul(expr.scalar(5), param)) : signed
    const kept = decay && decoupled ? f.mul(param, expr.input(amsgrad ? 7 : 6)) : param
    const mean = f.add(f.mul(m, beta1), f.mul(grad, rest1))
    const square = f.add(f.mul(v, beta2), f.mul(f.mul(grad, rest2), grad))
    const largest = amsgrad ? [f.max(expr.input(6), square)] : []
    const denominator = f.add(f.div(f.sqrt(largest[0] ?? square), root), eps)
    return program(f.sub(kept, f.div(f.mul(rate, mean), denominator)), mean, square, ...largest)
  },
)
