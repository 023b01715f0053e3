import { arange, full, type NDArray, type Scalar, type Shape, type Slice, zeros } from '@rungs/ndarray'
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

/** Part of `x`: a view, or a copy where the index holds an integer tensor. */
export function at(x: Tensor, index: readonly Index[]): Tensor {
  const position = index.findIndex((part) => part instanceof Tensor)
  if (position === -1) return viewAt([x], index as readonly ViewIndex[])
  const positions = index[position] as Tensor
  // Checks the whole index, boolean masks and a second integer array included, with the messages of arrays.
  if (positions.dtype === 'bool' || index.slice(position + 1).some((part) => part instanceof Tensor)) {
    return new Tensor(x.array.at(...arrays(index)))
  }
  const view = viewAt([x], index.with(position, ':') as readonly ViewIndex[])
  const dim = dimOf(x, index, position)
  const picked = indexSelect(view, dim, positions.flatten())
  return picked.reshape([...view.shape.slice(0, dim), ...positions.shape, ...view.shape.slice(dim + 1)])
}

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

/** Write into the part that an index or a boolean mask names; nothing is recorded. */
export function setArray(x: NDArray, index: readonly Index[] | Index, value: Tensor | Scalar): void {
  x.set(arrays(listOf(index)), value instanceof Tensor ? value.array : value)
}

const listOf = (index: readonly Index[] | Index): readonly Index[] => (Array.isArray(index) ? index : [index as Index])

const withPart = defineOperator({
  name: 'CopySlices',
  forward(ctx: Context, [x, value]: [Tensor, Tensor], index: readonly Index[]): NDArray {
    // The mask or the positions: backward notices where they have been changed.
    ctx.save(index.find((part) => part instanceof Tensor) ?? null)
    return x.array.clone().set(arrays(index), value.array)
  },
  backward(ctx: Context, g: Tensor, index: readonly Index[]): Gradients {
    if (index.some((part) => part instanceof Tensor)) ctx.saved(0)
    const zero = new Tensor(zeros([], { dtype: g.dtype, device: g.device }))
    const mask = maskOf(index)
    const ofPart = (): Tensor => (mask === null ? written(g, index) : where(overLeadingDims(mask, g), g, 0))
    return [ctx.needs(0) ? withPart([g, zero], index) : null, ctx.needs(1) ? ofPart() : null]
  },
})

/** A copy of `x` with `value`, broadcast, where the index or mask says: what `set` records. */
export function withValue(x: Tensor, index: readonly Index[] | Index, value: Tensor | Scalar): Tensor {
  const source = value instanceof Tensor ? value : new Tensor(full([], value, { dtype: x.dtype, device: x.device }))
  return withPart([x, source], listOf(index))
}

/** `at(g, index)`, with zeros where a later one of equal positions has overwritten what was set. */
function written(g: Tensor, index: readonly Index[]): Tensor {
  const part = at(g, index)
  const position = index.findIndex((entry) => entry instanceof Tensor)
  if (position === -1) return part
  const { array: positions } = index[position] as Tensor
  const dim = dimOf(g, index, position)
  const size = g.array.at(...arrays(index.with(position, ':'))).shape[dim] ?? 0
  const order = arange(0, positions.size, 1, { dtype: 'int32', device: g.device }).reshape(positions.shape)
  const last = zeros([size], { dtype: 'int32', device: g.device }).set([positions], order)
  const behind = new Array<number>(part.ndim - dim - positions.ndim).fill(1)
  const kept = last.at(positions).eq(order)
  return where(new Tensor(kept.reshape([...positions.shape, ...behind])), part, 0)
}

const maskOf = ([first, ...rest]: readonly Index[]): Tensor | null =>
  first instanceof Tensor && first.dtype === 'bool' && rest.length === 0 ? first : null

const overLeadingDims = (mask: Tensor, x: Tensor): Tensor =>
  mask.reshape([...mask.shape, ...new Array<number>(x.ndim - mask.ndim).fill(1)])
