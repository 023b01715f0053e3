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

/** `sort`, with the operation that the user called in its messages. */
export function sortFor(operation: string, x: NDArray, dim: number, options: SortOptions): Sorted {
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
