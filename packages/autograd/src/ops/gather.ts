import * as nd from '@rungs/ndarray'
import { type Shape, zeros } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

/** Read and write by integer index: each of the first two is the other's gradient. */

const gatherOperator = defineOperator({
  name: 'Gather',
  forward(ctx: Context, [x, index]: [Tensor, Tensor], dim: number) {
    ctx.save(index)
    return nd.gather(x.array, dim, index.array)
  },
  backward: (ctx, g, dim) => [placeAt([g, ctx.saved(0)], ctx.shapeOf(0), dim, 'elements'), null],
})

const indexSelectOperator = defineOperator({
  name: 'IndexSelect',
  forward(ctx: Context, [x, index]: [Tensor, Tensor], dim: number, operation?: string) {
    ctx.save(index)
    return nd.indexSelect(x.array, dim, index.array, operation)
  },
  backward: (ctx, g, dim) => [placeAt([g, ctx.saved(0)], ctx.shapeOf(0), dim, 'slices'), null],
})

/** The source added up in zeros: whole slices at a vector of positions, or elements at positions of their own. */
export const placeAt: (
  inputs: [source: Tensor, index: Tensor],
  shape: Shape,
  dim: number,
  what: 'slices' | 'elements',
) => Tensor = defineOperator({
  name: 'IndexSelectBackward',
  forward(ctx: Context, [source, index]: [Tensor, Tensor], shape: Shape, dim: number, what: 'slices' | 'elements') {
    ctx.save(index)
    const out = zeros(shape, { dtype: source.dtype, device: source.device })
    if (source.array.size === 0) return out
    const positions = what === 'slices' ? alongDim(index.array, source.shape, dim) : index.array
    return nd.scatterInto('add', out, dim, positions, source.array, 'indexAdd')
  },
  backward(ctx, upstream, _shape, dim, what) {
    const index = ctx.saved(0)
    return [what === 'slices' ? indexSelect(upstream, dim, index) : gather(upstream, dim, index), null]
  },
})

/** A vector of positions along `dim`, repeated over the other dims. */
function alongDim(index: nd.NDArray, shape: Shape, dim: number): nd.NDArray {
  const axis = nd.normalizeDim(dim, shape.length, 'indexAdd')
  return index.reshape(shape.map((_, i) => (i === axis ? -1 : 1))).expand(shape)
}

const scatterAddOperator = defineOperator({
  name: 'ScatterAdd',
  forward(ctx: Context, [x, index, source]: [Tensor, Tensor, Tensor], dim: number) {
    ctx.save(ctx.needs(2) ? index : null)
    return nd.scatterAdd(x.array, dim, index.array, source.array)
  },
  backward: (ctx, g, dim) => [g, null, ctx.needs(2) ? gather(g, dim, ctx.saved(0)) : null],
})

const indexAddOperator = defineOperator({
  name: 'IndexAdd',
  forward(ctx: Context, [x, index, source]: [Tensor, Tensor, Tensor], dim: number) {
    ctx.save(ctx.needs(2) ? index : null)
    return nd.indexAdd(x.array, dim, index.array, source.array)
  },
  backward: (ctx, g, dim) => [g, null, ctx.needs(2) ? indexSelect(g, dim, ctx.saved(0)) : null],
})

/** `out[i][j] = x[index[i][j]][j]` for dim 0, and likewise for others. */
export const gather = (x: Tensor, dim: number, index: Tensor): Tensor => gatherOperator([x, index], dim)

/** The positions that a 1-d `index` lists, along `dim`. `operation` is what messages call it. */
export const indexSelect = (x: Tensor, dim: number, index: Tensor, operation?: string): Tensor =>
  indexSelectOperator([x.ndim === 0 ? x.reshape([1]) : x, index], dim, operation)

/** A copy of `x` with `source` added at `index`: the reverse of `gather`. */
export const scatterAdd = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  scatterAddOperator([x, index, source], dim)

/** A copy of `x` with slices of `source` added at a vector of positions: the reverse of `indexSelect`. */
export const indexAdd = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  indexAddOperator([x, index, source], dim)
