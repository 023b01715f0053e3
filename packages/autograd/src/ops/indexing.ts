import {
  arange,
  cumsum,
  full,
  type NDArray,
  type Scalar,
  type Shape,
  type Slice,
  where as whereArray,
  zeros,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { where } from './elementwise.ts'
import { indexSelect } from './gather.ts'

/** What may stand between the brackets: a number, `':'`, `'1:5:2'`, `'...'`, null, `slice(…)`, an integer tensor. */
export type Index = number | string | null | Slice | Tensor

type ViewIndex = Exclude<Index, Tensor>

const viewAt = defineOperator({
  name: 'Index',
  forward: (_: Context, [x]: [Tensor], index: readonly ViewIndex[]) => x.array.at(...index),
  backward: (ctx: Context, upstream: Tensor, index: readonly ViewIndex[]): Gradients => [
    place([upstream], ctx.shapeOf(0), index),
  ],
})

/** The reverse of `viewAt`: the elements written to their places in zeros. */
const place = defineOperator({
  name: 'IndexBackward',
  forward(_: Context, [g]: [Tensor], shape: Shape, index: readonly ViewIndex[]): NDArray {
    return zeros(shape, { dtype: g.dtype, device: g.device }).set(index, g.array)
  },
  backward: (_: Context, upstream: Tensor, _shape: Shape, index: readonly ViewIndex[]): Gradients => [
    viewAt([upstream], index),
  ],
})

/** Part of `x`: a view, or a copy where the index holds integer tensors. */
export function at(x: Tensor, index: readonly Index[]): Tensor {
  const position = index.findIndex((part) => part instanceof Tensor)
  if (position === -1) return viewAt([x], index as readonly ViewIndex[])
  const positions = index[position] as Tensor
  // Checks the whole index, with the messages of arrays, and refuses a mask.
  if (positions.dtype === 'bool') return new Tensor(x.array.at(...arrays(index)))
  if (index.slice(position + 1).some((part) => part instanceof Tensor)) {
    const places = placesOf(x, index)
    return indexSelect(x.flatten(), 0, new Tensor(places.flatten())).reshape(places.shape)
  }
  const view = viewAt([x], index.with(position, ':') as readonly ViewIndex[])
  const dim = dimOf(x, index, position)
  const picked = indexSelect(view, dim, positions.flatten())
  return picked.reshape([...view.shape.slice(0, dim), ...positions.shape, ...view.shape.slice(dim + 1)])
}

/** Where the elements that an index picks stand in `x`, counted row by row. */
const placesOf = (x: Tensor, index: readonly Index[]): NDArray =>
  arange(0, x.size, 1, { dtype: 'int32', device: x.device })
    .reshape(x.shape)
    .at(...arrays(index))

/** Which dim of the result the part of an index at `position` makes. */
function dimOf(x: Tensor, index: readonly Index[], position: number): number {
  let dim = 0
  for (const part of index.slice(0, position)) {
    if (part === '...') dim += x.ndim - index.filter((other) => other !== null && other !== '...').length
    else if (typeof part !== 'number') dim++
  }
  return dim
}

const arrays = (index: readonly Index[]): (ViewIndex | NDArray)[] =>
  index.map((part) => (part instanceof Tensor ? part.array : part))

const tensorsOf = (index: readonly Index[]): Tensor[] => index.filter((part) => part instanceof Tensor)

/** Write into the part that an index or a boolean mask names; nothing is recorded. */
export function setArray(x: NDArray, index: readonly Index[] | Index, value: Tensor | Scalar): void {
  x.set(arrays(listOf(index)), value instanceof Tensor ? value.array : value)
}

const listOf = (index: readonly Index[] | Index): readonly Index[] => (Array.isArray(index) ? index : [index as Index])

const withPart = defineOperator({
  name: 'CopySlices',
  forward(ctx: Context, [x, value]: [Tensor, Tensor], index: readonly Index[]): NDArray {
    // The mask or the positions: backward notices where they have been changed.
    ctx.save(...tensorsOf(index))
    return x.array.clone().set(arrays(index), value.array)
  },
  backward(ctx: Context, g: Tensor, index: readonly Index[]): Gradients {
    for (const i of tensorsOf(index).keys()) ctx.saved(i)
    const value = ctx.shapeOf(1)
    const zero = new Tensor(zeros([], { dtype: g.dtype, device: g.device }))
    return [
      ctx.needs(0) ? withPart([g, zero], index) : null,
      ctx.needs(1) ? withDims(written(g, index, value), value.length) : null,
    ]
  },
})

/** A copy of `x` with `value`, broadcast, where the index or mask says: what `set` records. */
export function withValue(x: Tensor, index: readonly Index[] | Index, value: Tensor | Scalar): Tensor {
  const source = value instanceof Tensor ? value : new Tensor(full([], value, { dtype: x.dtype, device: x.device }))
  return withPart([x, source], listOf(index))
}

/** Dims of size 1 in front, which assignment overlooked. */
const withDims = (x: Tensor, ndim: number): Tensor =>
  x.ndim < ndim ? x.reshape([...new Array<number>(ndim - x.ndim).fill(1), ...x.shape]) : x

/**
 * The gradient of what was set, a value of a shape: that of its place, and zero where a mask left out or a later write went
 * over it.
 */
function written(g: Tensor, index: readonly Index[], value: Shape): Tensor {
  const position = index.findIndex((part) => part instanceof Tensor)
  if (position === -1) return at(g, index)
  const tensor = index[position] as Tensor
  if (tensor.dtype === 'bool') {
    const rest = index.toSpliced(position, 1, ...new Array<':'>(tensor.ndim).fill(':'))
    const part = at(g, rest)
    const dim = dimOf(g, rest, position)
    const behind = part.shape.slice(dim + tensor.ndim)
    const lines = part.reshape([...part.shape.slice(0, dim), tensor.size, ...behind])
    const count = value.at(-1 - behind.length) ?? 1
    if (count !== 1) return indexSelect(lines, dim, new Tensor(truePlaces(tensor.array, count)))
    return where(tensor.reshape([tensor.size, ...behind.map(() => 1)]), lines, 0)
  }
  const places = placesOf(g, index)
  const order = arange(0, places.size, 1, { dtype: 'int32', device: g.device }).reshape(places.shape)
  const last = zeros([g.size], { dtype: 'int32', device: g.device }).set([places], order)
  return where(new Tensor(last.at(places).eq(order)), at(g, index), 0)
}

/** Where the first `count` true elements of a mask stand, counted row by row; no value is read. */
function truePlaces(mask: NDArray, count: number): NDArray {
  const { size, device } = mask
  const flags = mask.flatten()
  // All others are written behind them.
  const order = whereArray(flags, cumsum(flags, 0).sub(1), count)
  const places = zeros([count + 1], { dtype: 'int32', device })
  return places.set([order], arange(0, size, 1, { dtype: 'int32', device })).slice(0, 0, count)
}
