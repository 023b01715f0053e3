import * as nd from '@rungs/ndarray'
import { broadcastShapes, type SortOptions, type TopkOptions } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { gather, indexSelect } from './gather.ts'
import type { ValuesAndIndices } from './reductions.ts'

const cumsumOperator = defineOperator({
  name: 'Cumsum',
  forward: (_: Context, [x]: [Tensor], dim: number) => nd.cumsum(x.array, dim),
  // An element counts in all sums from its own on.
  backward: (_, g, dim) => [g.ndim === 0 ? g : cumsum(g.flip(dim), dim).flip(dim)],
})

/** Running sum along a dim. */
export const cumsum = (x: Tensor, dim: number): Tensor => cumsumOperator([x], dim)

/** The elements of `x` at what a sort found; the gradient goes back to where they stood. */
function picked(x: Tensor, dim: number, { values, indices }: nd.Sorted): ValuesAndIndices {
  values.dispose()
  const places = new Tensor(indices)
  return { values: x.ndim === 0 ? x : gather(x, dim, places), indices: places }
}

/** In stable order along a dim, NaN last, and where each element stood. */
export const sort = (x: Tensor, dim = -1, options?: SortOptions): ValuesAndIndices =>
  picked(x, dim, nd.sort(x.array, dim, options))

/** Where the elements of `sort` stand. */
export const argsort = (x: Tensor, dim = -1, options?: SortOptions): Tensor =>
  new Tensor(nd.argsort(x.array, dim, options))

/** The `k` largest elements along a dim, in order, and where each stood. */
export const topk = (x: Tensor, k: number, dim = -1, options?: TopkOptions): ValuesAndIndices =>
  picked(x, dim, nd.topk(x.array, k, dim, options))

/** The elements where the mask, broadcast with `x`, is true, in one dim; it waits for the mask's values. */
export async function maskedSelect(x: Tensor, mask: Tensor): Promise<Tensor> {
  const shape = broadcastShapes(x.shape, mask.shape)
  const [places] = await nd.nonzero(mask.array.expand(shape).flatten())
  return indexSelect(x.expand(shape).flatten(), 0, new Tensor(places!))
}
