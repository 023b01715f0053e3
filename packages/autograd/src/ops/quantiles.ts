import * as nd from '@rungs/ndarray'
import { type Dims, normalizeDims, type QuantileOptions, quantilePlace, type ReduceOptions } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { gradientOf } from './composition.ts'
import { stack } from './join.ts'
import { sort } from './ordering.ts'

type Interpolation = QuantileOptions['interpolation']

const quantileOperator = defineOperator({
  name: 'Quantile',
  forward(ctx: Context, [x]: [Tensor], q: number | readonly number[], dims?: Dims, options?: QuantileOptions) {
    ctx.save(x)
    return nd.quantile(x.array, q, dims, options)
  },
  backward: (ctx, g, q, dims, options) => [
    gradientOf((x) => composed(x, q, dims, options?.interpolation), ctx.saved(0), g),
  ],
})

const medianOperator = defineOperator({
  name: 'Median',
  forward(ctx: Context, [x]: [Tensor], dims?: Dims, options?: ReduceOptions) {
    ctx.save(x)
    return nd.median(x.array, dims, options)
  },
  backward: (ctx, g, dims) => [gradientOf((x) => composed(x, 0.5, dims, 'midpoint'), ctx.saved(0), g)],
})

function composed(
  x: Tensor,
  q: number | readonly number[],
  dims: Dims | undefined,
  interpolation: Interpolation,
): Tensor {
  const reduced = normalizeDims(dims, x.ndim, 'quantile')
  const kept = x.shape.flatMap((_, dim) => (reduced.includes(dim) ? [] : [dim]))
  const count = reduced.reduce((product, dim) => product * x.shape[dim]!, 1)
  const rows = x.permute([...kept, ...reduced]).reshape([...kept.map((dim) => x.shape[dim]!), count])
  const sorted = sort(rows).values
  const at = (part: number): Tensor => {
    const { low, high, weight } = quantilePlace(part, count, interpolation)
    return sorted
      .select(-1, low)
      .mul(1 - weight)
      .add(sorted.select(-1, high).mul(weight))
  }
  return typeof q === 'number' ? at(q) : stack(q.map(at))
}

/**
 * The elements below which a part `q` of all elements lies, over dims (all of them when none is given); a list of parts gives
 * a new first dim. The two elements between which it lies share the gradient.
 */
export const quantile = (x: Tensor, q: number | readonly number[], dims?: Dims, options?: QuantileOptions): Tensor =>
  quantileOperator([x], q, dims, options)

/** The middle element, or the mean of the two in the middle (NumPy's `median`; PyTorch's is the lower one). */
export const median = (x: Tensor, dims?: Dims, options?: ReduceOptions): Tensor => medianOperator([x], dims, options)
