import {
  checkOptions,
  type Expr,
  expr,
  formulas as f,
  formatShape,
  RungsError,
  ShapeError,
  sameShape,
  warn,
} from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b, c, Formula, g } from './formula.ts'
import { type LossOptions, type LossReduction, loss } from './losses.ts'

/** Losses of probabilities against probabilities. */

const logOf = (x: Expr): Expr => f.log(x)
const ONE = expr.constant(1)

/** Logarithms stop at -100, so that a sure mistake costs much and not everything. */
const logLikelihood = (probability: Expr): Expr => f.max(logOf(probability), -100)
const logComplement = (probability: Expr): Expr => f.max(f.log1p(f.neg(probability)), -100)

/** With a weight for each element in `weight`. */
const entropyOf = (weight: Expr): Formula =>
  Formula.withGradients(
    'BinaryCrossEntropy',
    [
      f.div(f.mul(f.mul(g, weight), f.sub(a, b)), f.max(f.mul(f.sub(1, a), a), 1e-12)),
      f.mul(f.mul(g, weight), f.sub(logComplement(a), logLikelihood(a))),
      null,
    ],
    f.mul(weight, f.sub(f.mul(f.sub(b, 1), logComplement(a)), f.mul(b, logLikelihood(a)))),
  )
const entropy = loss(entropyOf(ONE))
const weightedEntropy = loss(entropyOf(c), 3)

export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Of each element's loss; broadcasts to the target. */
  readonly weight?: Tensor | null
}

/**
 * `-t log p - (1 - t) log(1 - p)` of probabilities `p` and `t`; logarithms stop at -100.
 * @throws {ShapeError} where the shapes differ.
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'weight'], 'binaryCrossEntropy')
  checkTensors('binaryCrossEntropy', [input, target])
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `Using a target size (${formatShape(target.shape)}) that is different to the input size (${formatShape(input.shape)}) ` +
        'is deprecated. Please ensure they have the same size.',
    )
  }
  const { reduction = 'mean', weight = null } = options
  return weight === null ? entropy([input, target], reduction) : weightedEntropy([input, target, weight], reduction)
}

/** Of logits, with a weight for each element in `weight` and one for what is true in `positive`. */
function logitsOf(weight: Expr, positive: Expr): Formula {
  const scale = f.add(1, f.mul(f.sub(positive, 1), b))
  const overshoot = f.add(f.log1p(f.exp(f.neg(f.abs(a)))), f.max(f.neg(a), 0))
  const weighted = f.mul(g, weight)
  return Formula.withGradients(
    'BinaryCrossEntropyWithLogits',
    [
      f.mul(weighted, f.sub(f.mul(scale, f.sigmoid(a)), f.mul(positive, b))),
      f.mul(weighted, f.sub(f.mul(f.sub(positive, 1), overshoot), a)),
      null,
      null,
    ],
    f.mul(weight, f.add(f.mul(f.sub(1, b), a), f.mul(scale, overshoot))),
  )
}
const logits = loss(logitsOf(ONE, ONE))
const weightedLogits = loss(logitsOf(c, ONE), 3)
const positiveLogits = loss(logitsOf(ONE, c), 3)
const bothLogits = loss(logitsOf(c, expr.input(3)), 4)

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** Of what is true, for each class (the last dim): above 1 it favours recall, below 1 precision. */
  readonly posWeight?: Tensor | null
}

/**
 * `-t log σ(x) - (1 - t) log(1 - σ(x))` of logits `x` and probabilities `t`, without overflow.
 * @throws {ShapeError} where the shapes differ.
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  checkOptions(options, ['reduction', 'weight', 'posWeight'], 'binaryCrossEntropyWithLogits')
  checkTensors('binaryCrossEntropyWithLogits', [input, target])
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `Target size (${formatShape(target.shape)}) must be the same as input size (${formatShape(input.shape)}): ` +
        'binaryCrossEntropyWithLogits',
    )
  }
  const { reduction = 'mean', weight = null, posWeight = null } = options
  if (weight === null) {
    return posWeight === null
      ? logits([input, target], reduction)
      : positiveLogits([input, target, posWeight], reduction)
  }
  return posWeight === null
    ? weightedLogits([input, target, weight], reduction)
    : bothLogits([input, target, weight, posWeight], reduction)
}

// Where a probability is 0, so is its part: 0 · log 0 is 0.
const divergence = loss(
  Formula.derived('KlDiv', expr.where(f.eq(b, 0), f.mul(b, f.neg(a)), f.mul(b, f.sub(logOf(b), a)))),
)
const logDivergence = loss(Formula.derived('KlDiv', f.mul(f.exp(b), f.sub(b, a))))

export interface KlDivOptions {
  /** `'batchmean'` divides the sum by the size of dim 0, as the divergence is defined; `'mean'` when left out, as PyTorch. */
  readonly reduction?: LossReduction | 'batchmean'
  /** The target holds logarithms; false when left out. */
  readonly logTarget?: boolean
}

/**
 * The Kullback-Leibler divergence `t · (log t - input)`: the input holds logarithms of probabilities, the target probabilities,
 * or with `logTarget` their logarithms too.
 * @throws {RungsError} for a reduction that is not there.
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'logTarget'], 'klDiv')
  checkTensors('klDiv', [input, target])
  const { reduction = 'mean', logTarget = false } = options
  if (reduction === 'mean') {
    warn(
      "reduction: 'mean' divides the total loss by both the batch size and the support size. 'batchmean' divides only by the " +
        'batch size, and aligns with the KL math definition.',
    )
  }
  const of = logTarget ? logDivergence : divergence
  if (reduction !== 'batchmean') return of([input, target], reduction)
  if (input.ndim === 0) throw new RungsError("klDiv: 'batchmean' needs a batch, dim 0; this input has no dims")
  return of([input, target], 'sum').div(input.shape[0]!)
}
