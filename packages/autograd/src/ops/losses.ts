import * as nd from '@rungs/ndarray'
import { formatShape, reduce, type Scalar, sameShape } from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { called, checkTensors, defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import type { Formula } from './formula.ts'

/** What becomes of the elements' losses. */
export type LossReduction = 'mean' | 'sum' | 'none'

export interface LossOptions {
  /** `'mean'` when left out. */
  readonly reduction?: LossReduction
}

/** @throws {RungsError} for a reduction that is not there. */
export function checkReduction(reduction: LossReduction, operation: string): LossReduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction
  throw new nd.RungsError(
    `${String(reduction)} is not a valid value for reduction: ${operation} takes 'mean', 'sum' or 'none'`,
  )
}

/** @throws {DTypeError} unless class labels are integers. */
export function checkLabelType({ dtype, shape }: Tensor, operation: string): void {
  if (nd.isInteger(dtype)) return
  throw new nd.DTypeError(
    `${operation}: class labels are integers, got ${dtype} labels of shape ${formatShape(shape)}; where they are made, pass ` +
      "{ dtype: 'int32' }",
  )
}

/** Losses of the elements, reduced. */
export function reduced(losses: Tensor, reduction: LossReduction): Tensor {
  return reduction === 'mean' ? losses.mean() : reduction === 'sum' ? losses.sum() : losses
}

type Loss = (inputs: readonly Tensor[], reduction: LossReduction, scalars?: readonly Scalar[]) => Tensor

/** A loss from the formula of one element, of `count` inputs: value and sum are one kernel, and so is each gradient. */
export function loss(formula: Formula, count: number = 2): Loss {
  const summed = defineOperator({
    name: formula.name,
    forward(ctx: Context, inputs: readonly Tensor[], mean: boolean, scalars: readonly Scalar[]) {
      ctx.save(...inputs)
      const arrays = inputs.map((x) => x.array)
      const total = reduce(formula.name, 'sum', formula.program, arrays, undefined, false, scalars)
      return mean ? nd.div(total, countOf(inputs)) : total
    },
    backward(ctx: Context, upstream: Tensor, mean: boolean, scalars: readonly Scalar[]): Gradients {
      const inputs = Array.from({ length: count }, (_, i) => ctx.saved(i))
      const share = mean ? upstream.div(countOf(inputs)) : upstream
      return inputs.map((_, i) => (ctx.needs(i) ? formula.gradientOf(i, inputs, share, scalars) : null))
    },
  })
  return (inputs, reduction, scalars = []) => {
    checkTensors(formula.name, inputs)
    return checkReduction(reduction, called(formula.name)) === 'none'
      ? formula.apply(inputs, scalars)
      : summed(inputs, reduction === 'mean', scalars)
  }
}

/** How many elements the losses of inputs have, which broadcast. */
const countOf = (inputs: readonly Tensor[]): number =>
  nd.sizeOf(inputs.reduce<nd.Shape>((shape, x) => nd.broadcastShapes(shape, x.shape), []))

/** A target of another size broadcasts, which is rarely meant: PyTorch's warning. */
export function warnOfSizes(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return
  nd.warn(
    `Using a target size ${formatShape(target.shape)} that is different to the input size ${formatShape(input.shape)}. This ` +
      'will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  )
}
