import * as nd from '@rungs/ndarray'
import {
  DTypeError,
  expr,
  formulas as f,
  formatShape,
  isInteger,
  reduce,
  type Scalar,
  ShapeError,
  sameShape,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { a, b, Formula, g } from './formula.ts'
import { gather } from './gather.ts'
import { logSoftmax } from './softmax.ts'

/** What becomes of the elements' losses. */
export type LossReduction = 'mean' | 'sum' | 'none'

export interface LossOptions {
  /** `'mean'` when left out. */
  readonly reduction?: LossReduction
}

type Loss = (input: Tensor, target: Tensor, reduction: LossReduction, scalars?: readonly Scalar[]) => Tensor

/** A loss from the formula of one element: value and sum are one kernel, and so is each gradient. */
function loss(formula: Formula): Loss {
  const summed = defineOperator({
    name: formula.name,
    forward(ctx: Context, [x, t]: readonly [Tensor, Tensor], mean: boolean, scalars: readonly Scalar[]) {
      ctx.save(x, t)
      const total = reduce(formula.name, 'sum', formula.program, [x.array, t.array], undefined, false, scalars)
      return mean ? nd.div(total, countOf(x, t)) : total
    },
    backward(ctx: Context, upstream: Tensor, mean: boolean, scalars: readonly Scalar[]): Gradients {
      const inputs = [ctx.saved(0), ctx.saved(1)] as const
      const share = mean ? upstream.div(countOf(...inputs)) : upstream
      return inputs.map((_, i) => (ctx.needs(i) ? formula.gradientOf(i, inputs, share, scalars) : null))
    },
  })
  return (x, t, reduction, scalars = []) => {
    checkTensors(formula.name, [x, t])
    warnOfSizes(x, t)
    return checkReduction(reduction, formula.name) === 'none'
      ? formula.apply([x, t], scalars)
      : summed([x, t], reduction === 'mean', scalars)
  }
}

/** A target of another size broadcasts, which is rarely meant: PyTorch's warning. */
function warnOfSizes(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return
  nd.warn(
    `Using a target size ${formatShape(target.shape)} that is different to the input size ${formatShape(input.shape)}. This ` +
      'will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  )
}

const countOf = (x: Tensor, t: Tensor): number => nd.sizeOf(nd.broadcastShapes(x.shape, t.shape))

/** @throws {RungsError} for a reduction that is not there. */
export function checkReduction(reduction: LossReduction, operation: string): LossReduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction
  throw new nd.RungsError(
    `${String(reduction)} is not a valid value for reduction: ${operation} takes 'mean', 'sum' or 'none'`,
  )
}

const difference = f.sub(a, b)
const distance = f.abs(difference)
const s0 = expr.scalar(0)

const mse = loss(Formula.derived('MseLoss', f.square(difference)))
const l1 = loss(Formula.derived('L1Loss', distance))
const smoothL1 = loss(
  Formula.derived(
    'SmoothL1Loss',
    expr.where(f.lt(distance, s0), f.div(f.mul(0.5, f.square(difference)), s0), f.sub(distance, f.mul(0.5, s0))),
  ),
)
const huber = loss(
  Formula.derived(
    'HuberLoss',
    expr.where(f.le(distance, s0), f.mul(0.5, f.square(difference)), f.mul(s0, f.sub(distance, f.mul(0.5, s0)))),
  ),
)
const bce = loss(
  Formula.withGradients(
    'BinaryCrossEntropyWithLogits',
    [f.mul(g, f.sub(f.sigmoid(a), b)), f.neg(f.mul(g, a))],
    f.add(f.sub(f.max(a, 0), f.mul(a, b)), f.log1p(f.exp(f.neg(f.abs(a))))),
  ),
)

/** `(input - target)²`. */
export const mseLoss = (input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}): Tensor =>
  mse(input, target, reduction)

/** `|input - target|`. */
export const l1Loss = (input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}): Tensor =>
  l1(input, target, reduction)

/** `(input - target)² / 2β` where they are closer than `beta`, `|input - target| - β/2` elsewhere. */
export const smoothL1Loss = (
  input: Tensor,
  target: Tensor,
  { reduction = 'mean', beta = 1 }: LossOptions & { readonly beta?: number } = {},
): Tensor => smoothL1(input, target, reduction, [beta])

/** `(input - target)² / 2` where they are closer than `delta`, `δ (|input - target| - δ/2)` elsewhere. */
export const huberLoss = (
  input: Tensor,
  target: Tensor,
  { reduction = 'mean', delta = 1 }: LossOptions & { readonly delta?: number } = {},
): Tensor => huber(input, target, reduction, [delta])

/** `-t log σ(x) - (1 - t) log(1 - σ(x))` of logits `x` and probabilities `t`, without overflow. */
export function bceWithLogits(input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}): Tensor {
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `Target size (${formatShape(target.shape)}) must be the same as input size (${formatShape(input.shape)}): bceWithLogits`,
    )
  }
  return bce(input, target, reduction)
}

/**
 * `-logProbabilities[n, target[n]]`: classes are dim 1 of (N, C, …), the target of shape (N, …) holds their numbers; for
 * one example, (C,) and ().
 * @throws {DTypeError} unless the target is of integers. @throws {ShapeError} where the shapes do not fit.
 * @throws {IndexError} for a class that is not there, negative ones included.
 */
export function nllLoss(input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}): Tensor {
  checkTensors('nllLoss', [input, target])
  checkReduction(reduction, 'nllLoss')
  checkLabels(input, target, 'nllLoss')
  const dim = classDim(input)
  const classes = classNumbers(target, input.shape[dim]!)
  const losses = gather(input, dim, classes.unsqueeze(dim)).squeeze(dim).neg()
  return reduction === 'mean' ? losses.mean() : reduction === 'sum' ? losses.sum() : losses
}

/**
 * `-log softmax(input)[target]`: logits (N, C, …) and class numbers (N, …), or a probability for each class, in the shape
 * of the logits.
 * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
 */
export function crossEntropy(input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}): Tensor {
  checkTensors('crossEntropy', [input, target])
  const dim = classDim(input)
  if (isInteger(target.dtype) || !sameShape(input.shape, target.shape)) {
    checkReduction(reduction, 'crossEntropy')
    checkLabels(input, target, 'crossEntropy')
    return nllLoss(logSoftmax(input, dim), target, { reduction })
  }
  const losses = logSoftmax(input, dim).mul(target).sum(dim).neg()
  return checkReduction(reduction, 'crossEntropy') === 'mean'
    ? losses.mean()
    : reduction === 'sum'
      ? losses.sum()
      : losses
}

/** Indices count from the end where they are negative; classes do not, so those become one that is not there. */
const withoutNegative = nd.program(expr.where(f.lt(f.x0, 0), expr.scalar(0), f.x0))

const classNumbers = ({ array }: Tensor, count: number): Tensor =>
  new Tensor(array.dtype === 'int32' ? nd.elementwise('nllLoss', withoutNegative, [array], [count]) : array)

const classDim = (input: Tensor): number => (input.ndim > 1 ? 1 : 0)

function checkLabels(input: Tensor, target: Tensor, operation: string): void {
  if (!isInteger(target.dtype)) {
    throw new DTypeError(
      `${operation}: class labels are integers, got ${target.dtype} labels of shape ${formatShape(target.shape)}; where they ` +
        "are made, pass { dtype: 'int32' }",
    )
  }
  const dim = classDim(input)
  const expected = input.shape.filter((_, i) => i !== dim)
  if (input.ndim === 0 || !sameShape(expected, target.shape)) {
    throw new ShapeError(
      `Expected input batch_size (${expected[0] ?? 1}) to match target batch_size (${target.shape[0] ?? 1}): ${operation} of ` +
        `${formatShape(input.shape)} takes labels of shape ${formatShape(expected)}, got ${formatShape(target.shape)}`,
    )
  }
}
