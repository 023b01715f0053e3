import * as nd from '@rungs/ndarray'
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
