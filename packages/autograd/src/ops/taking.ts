import * as nd from '@rungs/ndarray'
import { checkOptions, IndexError, type PutOptions } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { maskedFill, type Operand, where } from './elementwise.ts'
import { gather, scatterAdd } from './gather.ts'
import { at, withValue } from './indexing.ts'

/** Positions, as an integer tensor or as numbers. */
export type TensorPositions = Tensor | number | readonly number[]

function positionsIn(x: Tensor, index: TensorPositions, operation: string): Tensor {
  if (index instanceof Tensor) return index
  if (![index].flat().every(Number.isInteger)) {
    throw new IndexError(`${operation}: positions are integers, got ${String(index)}`)
  }
  return new Tensor(nd.array(index as number | number[], { dtype: 'int32', device: x.device }))
}

/** Elements of the flattened tensor at `index`, or positions along `dim`, whose place the dims of `index` take. */
export function take(x: Tensor, index: TensorPositions, dim?: number): Tensor {
  const source = dim === undefined || x.ndim === 0 ? x.flatten() : x
  const axis = nd.normalizeDim(dim ?? 0, source.ndim, 'take')
  return at(source, [...new Array<':'>(axis).fill(':'), positionsIn(x, index, 'take')])
}

/** As `gather`, the dims beside `dim` broadcast; without a dim, of the flattened tensor. */
export function takeAlongDim(x: Tensor, index: Tensor, dim?: number): Tensor {
  checkTensors('takeAlongDim', [x, index])
  if (dim === undefined) return takeAlongDim(x.flatten(), index.flatten(), 0)
  const axis = nd.normalizeDim(dim, x.ndim, 'takeAlongDim')
  if (index.ndim !== x.ndim) return new Tensor(nd.takeAlongDim(x.array, index.array, dim)) // which refuses it
  if (x.ndim === 0) return gather(x, 0, index)
  const shape = nd.broadcastShapes(x.shape.with(axis, 1), index.shape.with(axis, 1))
  return gather(x.expand(shape.with(axis, x.shape[axis]!)), axis, index.expand(shape.with(axis, index.shape[axis]!)))
}

/** A copy with `values`, broadcast to the index, written (the last of equal positions wins) into the flattened tensor. */
export function put(x: Tensor, index: TensorPositions, values: Operand, options: PutOptions = {}): Tensor {
  checkOptions(options, ['accumulate'], 'put')
  const positions = positionsIn(x, index, 'put')
  const { dtype, device } = x
  const source = values instanceof Tensor ? values : new Tensor(nd.full([], values, { dtype, device }))
  if (options.accumulate !== true) return withValue(x.flatten(), [positions], source).reshape(x.shape)
  const spread = source.expand(positions.shape).flatten()
  return scatterAdd(x.flatten(), 0, positions.flatten(), spread).reshape(x.shape)
}

const scatterOperator = defineOperator({
  name: 'Scatter',
  forward(ctx: Context, [x, index, source]: [Tensor, Tensor, Tensor], dim: number) {
    ctx.save(index)
    return nd.scatter(x.array, dim, index.array, source.array)
  },
  backward(ctx, g, dim) {
    const index = ctx.saved(0)
    const nothing = new Tensor(nd.zeros(index.shape, { dtype: g.dtype, device: g.device }))
    return [
      ctx.needs(0) ? scatter(g, dim, index, nothing) : null,
      null,
      ctx.needs(2) ? where(isLast(index, ctx.shapeOf(0), dim), gather(g, dim, index), 0) : null,
    ]
  },
})

/** Which positions no later one is equal to: what they wrote is still there. */
function isLast(index: Tensor, shape: nd.Shape, dim: number): Tensor {
  const [device, dtype] = [index.device, 'int32'] as const
  const order = nd.arange(0, index.size, 1, { dtype, device }).reshape(index.shape)
  const winners = nd.scatter(nd.zeros(shape, { dtype, device }), dim, index.array, order)
  return new Tensor(nd.gather(winners, dim, index.array).eq(order))
}

/** `out[index[i][j]][j] = source[i][j]` for dim 0, in the order of `i`; a copy of x otherwise. */
export const scatter = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  scatterOperator([x, index, source], dim)

const maskedScatterOperator = defineOperator({
  name: 'MaskedScatter',
  forward(ctx: Context, [x, mask, source]: [Tensor, Tensor, Tensor]) {
    ctx.save(mask)
    return nd.maskedScatter(x.array, mask.array, source.array)
  },
  backward(ctx, g) {
    const mask = new Tensor(ctx.saved(0).array.to('bool').expand(g.shape))
    return [ctx.needs(0) ? maskedFill(g, mask, 0) : null, null, ctx.needs(2) ? gathered(g, mask, ctx.shapeOf(2)) : null]
  },
})

/** The elements of `g` where the mask is true, one after another, in zeros of a shape. */
function gathered(g: Tensor, mask: Tensor, shape: nd.Shape): Tensor {
  const nothing = new Tensor(nd.zeros([nd.sizeOf(shape)], { dtype: g.dtype, device: g.device }))
  if (nothing.size === 0) return nothing.reshape(shape)
  // Before the first true one the count is -1: a zero is added to the last element.
  const order = new Tensor(nd.cumsum(mask.array.flatten(), 0).sub(1))
  return scatterAdd(nothing, 0, order, where(mask, g, 0).flatten()).reshape(shape)
}

/** A copy with the elements of `source`, one after another, where the mask is true: what `x[mask] = source` does in NumPy. */
export const maskedScatter = (x: Tensor, mask: Tensor, source: Tensor): Tensor =>
  maskedScatterOperator([x, mask, source])
