import { ShapeError } from './errors.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { normalizeDim } from './shape.ts'

const layout = new Layout()

export interface SortOptions {
  /** Largest first. */
  readonly descending?: boolean
}

/** Elements in order, and where each stood. */
export interface Sorted {
  readonly values: NDArray
  readonly indices: NDArray
}

/**
 * Sort along a dim. NaN counts as greater than everything, -0 equals 0, and equal elements keep their order in both
 * directions; indices are int32.
 */
export function sort(x: NDArray, dim = -1, options: SortOptions = {}): Sorted {
  return sortFor('sort', x, dim, options)
}

/** Where the elements of `sort` stand in `x`. */
export function argsort(x: NDArray, dim = -1, options: SortOptions = {}): NDArray {
  const { values, indices } = sortFor('argsort', x, dim, options)
  values.dispose()
  return indices
}

export interface TopkOptions {
  /** The smallest where false. */
  readonly largest?: boolean
}

/** The `k` largest elements along a dim, in order, and where each stood; NaN is the largest of all. */
export function topk(x: NDArray, k: number, dim = -1, options: TopkOptions = {}): Sorted {
  checkOptions(options, ['largest'], 'topk')
  const axis = normalizeDim(dim, x.ndim, 'topk')
  const size = x.shape[axis] ?? 1
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ShapeError(`selected index k out of range: topk of ${k} along a dimension of size ${size}`)
  }
  const { values, indices } = sortFor('topk', x, axis, { descending: options.largest ?? true })
  return x.ndim === 0 ? { values, indices } : { values: firstOf(values, k, axis), indices: firstOf(indices, k, axis) }
}

/** A copy of the first `k` positions, so that the others need no memory. */
function firstOf(x: NDArray, k: number, axis: number): NDArray {
  const few = x.slice(axis, 0, k).clone()
  x.dispose()
  return few
}

function sortFor(operation: string, x: NDArray, dim: number, options: SortOptions): Sorted {
  checkOptions(options, ['descending'], operation)
  const axis = normalizeDim(dim, x.ndim, operation)
  const values = NDArray.allocate(x.device, x.dtype, x.shape)
  const indices = NDArray.allocate(x.device, 'int32', x.shape)
  if (values.size > 0) {
    const operands = [values, indices, x]
    const sorted = x.ndim === 0 ? [] : [axis]
    x.device.sort(operands, layout.setReduce(operands, x.shape, sorted, false), options.descending ?? false)
  }
  return { values, indices }
}
