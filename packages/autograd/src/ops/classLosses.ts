import * as nd from '@rungs/ndarray'
import {
  checkOptions,
  composed,
  type Expr,
  expr,
  formulas as f,
  formatShape,
  IndexError,
  isInteger,
  type NDArray,
  RungsError,
  reduce,
  ShapeError,
  sameShape,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { maskedFill } from './elementwise.ts'
import { a, b, c, Formula } from './formula.ts'
import { placeAt } from './gather.ts'
import { checkLabelType, checkReduction, type LossOptions, type LossReduction, reduced } from './losses.ts'
import { logSoftmax } from './softmax.ts'

/** Losses of classes: their numbers, or a probability for each. */

export interface NllOptions extends LossOptions {
  /** Of each class, (C,). */
  readonly weight?: Tensor | null
  /** A class number that does not count; -100 when left out. */
  readonly ignoreIndex?: number
}

const s0 = expr.scalar(0)
const s1 = expr.scalar(1)
const NOTHING = expr.constant(0)

/** Class numbers as indices: 0 for what is ignored, and for negative ones, which would count from the end, the count. */
const classesOf = nd.program(expr.where(f.eq(f.x0, s0), NOTHING, expr.where(f.lt(f.x0, 0), s1, f.x0)))
/** Over what `a` is and the label in `b`: nothing where it is ignored. */
const unlessIgnored = (value: Expr): Expr => expr.where(f.eq(b, expr.cast(s0, 'int32')), NOTHING, value)
/** What is lost at one label, and how much it counts, in all the ways in which they are put together. */
const forwardOf = (inputs: number, loss: Expr, weight: Expr) => ({
  each: nd.program(unlessIgnored(loss)),
  /** And the sum of the weights. */
  mean: nd.rowProgram(inputs, (row) => {
    const whole = row.sum(unlessIgnored(weight))
    return [f.div(row.sum(unlessIgnored(loss)), whole), whole]
  }),
})
const plain = {
  ...forwardOf(2, f.neg(a), expr.constant(1)),
  gradient: Formula.derived('NllLossBackward', unlessIgnored(f.neg(a))),
  meanGradient: Formula.derived('NllLossBackward', unlessIgnored(f.div(f.neg(a), c))),
}
const weighted = {
  ...forwardOf(3, f.mul(f.neg(a), c), c),
  gradient: Formula.derived('NllLossBackward', unlessIgnored(f.mul(f.neg(a), c))),
  meanGradient: Formula.derived('NllLossBackward', unlessIgnored(f.div(f.mul(f.neg(a), c), expr.input(3)))),
}

interface NllCall {
  /** What messages call it. */
  readonly operation: string
  readonly dim: number
  readonly reduction: LossReduction
  readonly ignoreIndex: number
  readonly hasWeight: boolean
}

const nll = defineOperator({
  name: 'NllLoss',
  forward(ctx: Context, [x, target, weight]: readonly [Tensor, Tensor, Tensor | null], call: NllCall) {
    const { operation, dim, reduction, ignoreIndex } = call
    const formulas = weight === null ? plain : weighted
    const [out, ...saved] = composed(() => {
      const labels = target.array.to('int32')
      const classes = nd.elementwise('nllLoss', classesOf, [labels], [ignoreIndex, x.shape[dim]!])
      const picked = naming(labels, x.shape[dim]!, call, () =>
        nd.gather(x.array, dim, classes.unsqueeze(dim), operation).squeeze(dim),
      )
      const weights = weight === null ? [] : [weightsOf(weight.array, classes)]
      const operands = [picked, labels, ...weights]
      if (reduction === 'mean') {
        const found = nd.rowwise(
          'nllLoss',
          formulas.mean,
          operands,
          labels.shape.map((_, dim) => dim),
          [ignoreIndex],
        )
        const [mean, whole] = found.map((one) => one.reshape([]).to(x.dtype)) as [NDArray, NDArray]
        return [mean, classes, labels, ...weights, whole] as const
      }
      const out =
        reduction === 'sum'
          ? reduce('nllLoss', 'sum', formulas.each, operands, undefined, false, [ignoreIndex])
          : nd.elementwise('nllLoss', formulas.each, operands, [ignoreIndex])
      return [out, classes, labels, ...weights] as const
    })
    ctx.save(...saved.map((array) => new Tensor(array)))
    return out
  },
  backward(ctx, g, { dim, reduction, ignoreIndex, hasWeight }): Gradients {
    const mean = reduction === 'mean'
    const formulas = hasWeight ? weighted : plain
    const saved = Array.from({ length: 2 + Number(hasWeight) + Number(mean) }, (_, i) => ctx.saved(i))
    const [classes, ...read] = saved as [Tensor, ...Tensor[]]
    const each = (mean ? formulas.meanGradient : formulas.gradient).apply([g, ...read], [ignoreIndex])
    return [placeAt([each.unsqueeze(dim), classes.unsqueeze(dim)], ctx.shapeOf(0), dim, 'elements'), null, null]
  },
})

/** Run `pick`; where a label is no class, and the device says so at once, say which. */
function naming<T>(labels: NDArray, count: number, { operation, ignoreIndex }: NllCall, pick: () => T): T {
  try {
    return pick()
  } catch (error) {
    if (!(error instanceof IndexError) || labels.device.readSync === undefined) throw error
    const isOutside = (label: number): boolean => label !== ignoreIndex && (label < 0 || label >= count)
    const label = Array.from(labels.toTypedArraySync()).find(isOutside)
    const rule = `${operation} of ${count} classes takes labels from 0 to ${count - 1}, and ${ignoreIndex} for what does not count`
    throw new IndexError(`Target ${label} is out of bounds. ${rule}`, { cause: error })
  }
}

const weightsOf = (weight: NDArray, classes: NDArray): NDArray =>
  nd.indexSelect(weight, 0, classes.flatten()).reshape(classes.shape)

/**
 * `-weight[t] · logProbabilities[n, t]` for the class `t = target[n]`: classes are dim 1 of (N, C, …), the target of shape
 * (N, …) holds their numbers; for one example, (C,) and (). The mean is over the weights of what counts.
 * @throws {DTypeError} unless the target is of integers. @throws {ShapeError} where the shapes do not fit.
 * @throws {IndexError} for a class that is not there, negative ones included.
 */
export function nllLoss(input: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'weight', 'ignoreIndex'], 'nllLoss')
  checkTensors('nllLoss', [input, target])
  const { reduction = 'mean', weight = null, ignoreIndex = -100 } = options
  checkReduction(reduction, 'nllLoss')
  checkLabels(input, target, 'nllLoss')
  checkWeight(input, weight)
  return nll([input, target, weight], {
    operation: 'nllLoss',
    dim: classDim(input),
    reduction,
    ignoreIndex,
    hasWeight: weight !== null,
  })
}

export interface CrossEntropyOptions extends NllOptions {
  /** How much of each target is shared among all classes, from 0 to 1; 0 when left out. */
  readonly labelSmoothing?: number
}

/**
 * `-weight[t] · log softmax(input)[t]`: logits (N, C, …) and class numbers (N, …), or a probability for each class, in the
 * shape of the logits.
 * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
 * @throws {RungsError} for a smoothing outside [0, 1].
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'weight', 'ignoreIndex', 'labelSmoothing'], 'crossEntropy')
  checkTensors('crossEntropy', [input, target])
  const { reduction = 'mean', weight = null, ignoreIndex = -100, labelSmoothing = 0 } = options
  checkReduction(reduction, 'crossEntropy')
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RungsError(`label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`)
  }
  checkWeight(input, weight)
  const dim = classDim(input)
  if (isInteger(target.dtype) || !sameShape(input.shape, target.shape)) {
    checkLabels(input, target, 'crossEntropy')
    const logs = logSoftmax(input, dim)
    const call = { operation: 'crossEntropy', dim, reduction, ignoreIndex, hasWeight: weight !== null }
    const hard = nll([logs, target, weight], call)
    if (labelSmoothing === 0) return hard
    const soft = anyClass(logs, target, weight, call)
    return hard.mul(1 - labelSmoothing).add(soft, { alpha: labelSmoothing / input.shape[dim]! })
  }
  const shares = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / input.shape[dim]!)
  const losses = weightedBy(weight, logSoftmax(input, dim).mul(shares)).sum(dim).neg()
  // The mean is over examples, whatever their weights.
  return reduced(losses, reduction)
}

/** The loss of labels where any class is as right as another. */
function anyClass(
  logs: Tensor,
  target: Tensor,
  weight: Tensor | null,
  { dim, reduction, ignoreIndex }: NllCall,
): Tensor {
  const losses = maskedFill(weightedBy(weight, logs).sum(dim).neg(), target.eq(ignoreIndex), 0)
  if (reduction !== 'mean') return reduced(losses, reduction)
  const counts = target.ne(ignoreIndex).to(logs.dtype)
  return losses.sum().div((weight === null ? counts : labelWeights(weight, target, counts)).sum())
}

/** The weight of each label, 0 where it does not count. */
const labelWeights = (weight: Tensor, target: Tensor, counts: Tensor): Tensor =>
  weight
    .indexSelect(0, target.mul(counts.to('int32')).flatten())
    .reshape(target.shape)
    .mul(counts)

/** Weights (C,) along the classes of (N, C, …) or (C,). */
const weightedBy = (weight: Tensor | null, x: Tensor): Tensor =>
  weight === null ? x : x.mul(x.ndim < 2 ? weight : weight.reshape([-1, ...new Array<number>(x.ndim - 2).fill(1)]))

/** Where the classes are. */
const classDim = (input: Tensor): number => (input.ndim > 1 ? 1 : 0)

function checkLabels(input: Tensor, target: Tensor, operation: string): void {
  checkLabelType(target, operation)
  const dim = classDim(input)
  const expected = input.shape.filter((_, i) => i !== dim)
  if (input.ndim === 0 || !sameShape(expected, target.shape)) {
    throw new ShapeError(
      `Expected input batch_size (${expected[0] ?? 1}) to match target batch_size (${target.shape[0] ?? 1}): ${operation} of ` +
        `${formatShape(input.shape)} takes labels of shape ${formatShape(expected)}, got ${formatShape(target.shape)}`,
    )
  }
}

function checkWeight(input: Tensor, weight: Tensor | null): void {
  const count = input.shape[classDim(input)]
  if (weight === null || (weight instanceof Tensor && weight.ndim === 1 && weight.size === count)) return
  const found = weight instanceof Tensor ? `weight tensor of shape: ${formatShape(weight.shape)}` : String(weight)
  throw new ShapeError(`weight tensor should be defined either for all ${count} classes or no classes but got ${found}`)
}
