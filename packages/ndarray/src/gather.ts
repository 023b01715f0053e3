import type { IndexedAxis, ScatterOp } from './device.ts'
import { checkArray, checkWritable, commonDevice, copy } from './dispatch.ts'
import { isInteger, kindRankOf } from './dtype.ts'
import { DTypeError, ShapeError } from './errors.ts'
import { composed } from './intermediates.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { mayOverlap } from './overlap.ts'
import { formatShape, normalizeDim, sameShape } from './shape.ts'

const layout = new Layout()

/** A view that stands still along `dim`, where an index array moves instead, and `size` positions long there. */
const pinned = (x: NDArray, dim: number, size: number): NDArray =>
  x.view(x.shape.with(dim, size), x.strides.with(dim, 0), x.offset)

export function asIndex(index: NDArray, operation: string): NDArray {
  if (!isInteger(index.dtype)) {
    throw new DTypeError(
      `${operation}: expected an integer index, got ${index.dtype}; make it with array(…, { dtype: 'int32' }) or x.to('int32')`,
    )
  }
  return index.to('int32')
}

/**
 * `out[i][j] = x[index[i][j]][j]` for dim 0, and likewise for others: `index` has x's number of dims and is no larger
 * than it in the dims beside `dim`.
 */
export function gather(x: NDArray, dim: number, index: NDArray, operation: string = 'gather'): NDArray {
  const axis = normalizeDim(dim, x.ndim, operation)
  checkArray(index, operation)
  checkIndexShape(operation, x, axis, index)
  return composed(() =>
    x.ndim === 0
      ? gather(x.reshape([1]), 0, index.reshape([1]), operation).reshape([])
      : gatherAlong(narrowTo(x, axis, index.shape), axis, asIndex(index, operation), operation),
  )
}

/** The positions that a 1-d `index` lists, along `dim`. */
export function indexSelect(x: NDArray, dim: number, index: NDArray, operation: string = 'indexSelect'): NDArray {
  const axis = normalizeDim(dim, x.ndim, operation)
  checkArray(index, operation)
  if (index.ndim !== 1)
    throw new ShapeError(`${operation}(): Index is supposed to be a vector, got ${formatShape(index.shape)}`)
  return composed(() => {
    if (x.ndim === 0) return indexSelect(x.reshape([1]), 0, index, operation)
    return gatherAlong(x, axis, spread(asIndex(index, operation), x, axis), operation)
  })
}

/** `out[index[i][j]][j] += source[i][j]` for dim 0, in the order of `i`; a copy of x otherwise. */
export const scatterAdd = (x: NDArray, dim: number, index: NDArray, source: NDArray): NDArray =>
  scatterInto('add', copy(x), dim, index, source, 'scatterAdd')

/** As `scatterAdd`, with a vector of positions along `dim`: the reverse of `indexSelect`. */
export function indexAdd(x: NDArray, dim: number, index: NDArray, source: NDArray): NDArray {
  const axis = normalizeDim(dim, x.ndim, 'indexAdd')
  checkArray(index, 'indexAdd')
  return composed(() => scatterInto('add', copy(x), axis, spread(index, x, axis), source, 'indexAdd'))
}

/** Write (the last of equal positions wins) or add `source` at `index` along `dim` of `target`, in place. */
export function scatterInto(
  op: ScatterOp,
  target: NDArray,
  dim: number,
  index: NDArray,
  source: NDArray,
  operation: string,
): NDArray {
  const axis = normalizeDim(dim, target.ndim, operation)
  checkArray(index, operation)
  checkArray(source, operation)
  commonDevice([target, index, source], operation)
  checkWritable(target)
  checkIndexShape(operation, target, axis, index)
  if (!sameShape(index.shape, source.shape)) {
    throw new ShapeError(
      `${operation}: index ${formatShape(index.shape)} and source ${formatShape(source.shape)} must have one shape`,
    )
  }
  checkCast(source, target, operation)
  if (source.size === 0) return target
  return composed(() => {
    if (target.ndim === 0) {
      scatterInto(op, target.reshape([1]), 0, index.reshape([1]), source.reshape([1]), operation)
      return target
    }
    const pinnedTarget = pinned(narrowTo(target, axis, index.shape), axis, index.shape[axis]!)
    const along = { stride: target.strides[axis]!, size: target.shape[axis]!, operation }
    scatterTo(op, target, pinnedTarget, asIndex(index, operation), source, along, axis)
    return target
  })
}

/** @throws {DTypeError} where elements would lose their kind: floats into integers, numbers into booleans. */
export function checkCast(source: NDArray, target: NDArray, operation: string): void {
  if (kindRankOf(source.dtype) <= kindRankOf(target.dtype)) return
  throw new DTypeError(
    `result type ${source.dtype} can't be cast to the desired output type ${target.dtype}: ${operation}; ` +
      `cast the source first with x.to('${target.dtype}')`,
  )
}

/**
 * Write or add `source` into `target`, whose `view` stands still along the indexed dim (the last, where none is given) and
 * has the shape of `source` and `index`.
 */
export function scatterTo(
  op: ScatterOp,
  target: NDArray,
  view: NDArray,
  index: NDArray,
  source: NDArray,
  axis: IndexedAxis,
  dim: number = view.ndim - 1,
): void {
  if (source.size === 0) return
  const device = commonDevice([target, index, source], axis.operation)
  const separate = (x: NDArray): NDArray => (mayOverlap(target, x) ? copy(x) : x)
  const operands = [view, separate(index), separate(source.to(target.dtype))]
  device.scatter(op, operands, layout.setReduce(operands, view.shape, [dim], false), axis)
  target.storage.changed()
}

function gatherAlong(x: NDArray, axis: number, index: NDArray, operation: string): NDArray {
  const view = pinned(x, axis, index.shape[axis]!)
  const along = { stride: x.strides[axis]!, size: x.shape[axis]!, operation }
  return gatherFrom(view, index, along)
}

/** The elements of `view`, which stands still along the indexed dims, moved on by `index` of the same shape. */
export function gatherFrom(view: NDArray, index: NDArray, axis: IndexedAxis): NDArray {
  const device = commonDevice([view, index], axis.operation)
  const out = NDArray.allocate(device, view.dtype, index.shape)
  if (out.size === 0) return out
  const operands = [out, view, index]
  device.gather(operands, layout.setMap(operands, index.shape, false), axis)
  return out
}

/** A vector of positions along `axis`, repeated over the other dims of `x`. */
function spread(index: NDArray, x: NDArray, axis: number): NDArray {
  if (x.ndim === 0) return index.reshape([])
  const shape = x.shape.map((_, i) => (i === axis ? index.size : 1))
  return index.reshape(shape).expand(x.shape.with(axis, index.size))
}

/** The first `shape[i]` positions of every dim but `axis`. */
function narrowTo(x: NDArray, axis: number, shape: readonly number[]): NDArray {
  return x.view(
    x.shape.map((size, i) => (i === axis ? size : shape[i]!)),
    x.strides,
    x.offset,
  )
}

function checkIndexShape(operation: string, x: NDArray, axis: number, index: NDArray): void {
  if (index.ndim !== x.ndim) {
    throw new ShapeError(
      `${operation}: Index tensor must have the same number of dimensions as input tensor, got ${formatShape(index.shape)} ` +
        `for ${formatShape(x.shape)}`,
    )
  }
  if (index.shape.some((size, i) => i !== axis && size > x.shape[i]!)) {
    throw new ShapeError(
      `${operation}: Size does not match: expected index ${formatShape(index.shape)} to be no larger than ` +
        `${formatShape(x.shape)} apart from dimension ${axis}`,
    )
  }
}
