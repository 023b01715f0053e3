import * as nd from '@rungs/ndarray'
import { normalizeDim } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { gradientOf } from './composition.ts'
import { cat } from './join.ts'

const cumprodOperator = defineOperator({
  name: 'Cumprod',
  forward(ctx: Context, [x]: [Tensor], dim: number) {
    ctx.save(x)
    return nd.cumprod(x.array, dim)
  },
  // Of multiplications alone, so that zeros need no special case.
  backward: (ctx, g, dim) => [gradientOf((x) => doubling(x, dim), ctx.saved(0), g)],
})

/** Running products by steps of 1, 2, 4 …: after each, an element is the product of so many. */
function doubling(x: Tensor, dim: number): Tensor {
  if (x.ndim === 0) return x.clone()
  const axis = normalizeDim(dim, x.ndim, 'cumprod')
  const size = x.shape[axis]!
  let products = x.clone()
  for (let step = 1; step < size; step *= 2) {
    const later = products.slice(axis, step).mul(products.slice(axis, 0, size - step))
    products = cat([products.slice(axis, 0, step), later], axis)
  }
  return products
}

/** Running product along a dim. */
export const cumprod = (x: Tensor, dim: number): Tensor => cumprodOperator([x], dim)
