import * as nd from '@rungs/ndarray'
import { formatShape, ShapeError } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

const catOperator = defineOperator({
  name: 'Cat',
  forward: (_: Context, inputs: readonly Tensor[], dim: number, _sizes: readonly number[]) =>
    nd.cat(
      inputs.map((x) => x.array),
      dim,
    ),
  backward(ctx, g, dim, sizes) {
    let end = 0
    return sizes.map((size, i) => {
      end += size
      return ctx.needs(i) ? g.slice(dim, end - size, end) : null
    })
  },
})

/** Tensors one behind another along a dim; all other sizes are equal. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  checkTensors('cat', tensors)
  return catOperator(
    tensors,
    dim,
    tensors.map((x) => x.shape.at(dim) ?? 0),
  )
}

const stackOperator = defineOperator({
  name: 'Stack',
  forward: (_: Context, inputs: readonly Tensor[], dim: number) =>
    nd.stack(
      inputs.map((x) => x.array),
      dim,
    ),
  backward: (ctx, g, dim) =>
    Array.from({ length: g.shape.at(dim) ?? 0 }, (_, i) => (ctx.needs(i) ? g.select(dim, i) : null)),
})

/** Tensors of one shape side by side along a new dim. */
export const stack = (tensors: readonly Tensor[], dim = 0): Tensor => stackOperator(tensors, dim)

export interface PadOptions {
  /** What the new positions hold. */
  readonly value?: number
}

const padOperator = defineOperator({
  name: 'ConstantPadNd',
  forward(_: Context, [x]: [Tensor], widths: readonly number[], value: number) {
    const { array } = x
    const shape = array.shape.map(
      (size, dim) => size + before(widths, array.ndim, dim) + after(widths, array.ndim, dim),
    )
    const out = nd.full(shape, value, { dtype: array.dtype, device: array.device })
    let middle = out
    for (let dim = 0; dim < array.ndim; dim++) {
      const start = before(widths, array.ndim, dim)
      middle = middle.slice(dim, start, start + array.shape[dim]!)
    }
    middle.copy_(array)
    return out
  },
  backward(ctx, g, widths) {
    let middle = g
    ctx.shapeOf(0).forEach((size, dim) => {
      const start = before(widths, g.ndim, dim)
      middle = middle.slice(dim, start, start + size)
    })
    return [middle]
  },
})

// Widths are listed as PyTorch does: two for each dim, the last dim first.
const before = (widths: readonly number[], ndim: number, dim: number): number => widths[2 * (ndim - 1 - dim)] ?? 0
const after = (widths: readonly number[], ndim: number, dim: number): number => widths[2 * (ndim - 1 - dim) + 1] ?? 0

/**
 * A copy with positions added around it: `[left, right]` for the last dim, `[left, right, top, bottom]` for the last two …
 * @throws {ShapeError} for widths that are negative, odd in number, or more than the dims take.
 */
export function pad(x: Tensor, widths: readonly number[], { value = 0 }: PadOptions = {}): Tensor {
  if (widths.length % 2 === 1 || widths.length > 2 * x.ndim) {
    throw new ShapeError(
      `Padding length must be divisible by 2 and at most twice the number of dimensions of the input: got ` +
        `[${widths.join(', ')}] for ${formatShape(x.shape)}`,
    )
  }
  if (!widths.every((width) => Number.isInteger(width) && width >= 0)) {
    throw new ShapeError(`pad: widths are integers of 0 or more, got [${widths.join(', ')}]; crop with slice`)
  }
  return padOperator([x], widths, value)
}
