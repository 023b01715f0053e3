import * as nd from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

const crossOperator = defineOperator({
  name: 'LinalgCross',
  forward(ctx: Context, [a, b]: [Tensor, Tensor], dim: number) {
    ctx.save(ctx.needs(1) ? a : null, ctx.needs(0) ? b : null)
    return nd.cross(a.array, b.array, dim)
  },
  backward: (ctx, g, dim) => [
    ctx.needs(0) ? cross(ctx.saved(1), g, dim) : null,
    ctx.needs(1) ? cross(g, ctx.saved(0), dim) : null,
  ],
})
/** The vector product along a dim of size 3; the others broadcast. */
export const cross = (a: Tensor, b: Tensor, dim = -1): Tensor => crossOperator([a, b], dim)

const vecdotOperator = defineOperator({
  name: 'LinalgVecdot',
  forward(ctx: Context, [a, b]: [Tensor, Tensor], dim: number) {
    ctx.save(ctx.needs(1) ? a : null, ctx.needs(0) ? b : null)
    return nd.vecdot(a.array, b.array, dim)
  },
  backward(ctx, g, dim) {
    const along = g.unsqueeze(dim)
    return [ctx.needs(0) ? along.mul(ctx.saved(1)) : null, ctx.needs(1) ? along.mul(ctx.saved(0)) : null]
  },
})
/** Sums of products along a dim, the others broadcast. */
export const vecdot = (a: Tensor, b: Tensor, dim = -1): Tensor => vecdotOperator([a, b], dim)
