import { array, empty, ones } from './create.ts'
import { ne } from './elementwise.ts'
import { indexSelect, scatterInto } from './gather.ts'
import { cat } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { cumsum } from './scans.ts'
import { trueIndices } from './selection.ts'
import { sort } from './sorting.ts'

/** The different elements of an array, and what is known of them. */
export interface Unique {
  /** In ascending order. */
  readonly values: NDArray
  /** Where each first stands in the flattened array. */
  readonly indices: NDArray
  /** Which of `values` each element is, in the array's shape. */
  readonly inverse: NDArray
  /** How often each occurs. */
  readonly counts: NDArray
}

/**
 * The different elements, in ascending order, where each first stands, which one each element is, and how often each
 * occurs (all int32). NaNs differ from one another and stand last; -0 and 0 are one, and the first stands for both.
 */
export async function unique(x: NDArray): Promise<Unique> {
  const { device } = x
  const flat = x.flatten()
  const sorted = sort(flat)
  const isFirst =
    flat.size === 0
      ? empty([0], { dtype: 'bool', device })
      : cat([ones([1], { dtype: 'bool', device }), ne(sorted.values.slice(0, 1), sorted.values.slice(0, 0, -1))])
  const groups = cumsum(isFirst, 0).sub(1)
  const starts = await trueIndices(isFirst)
  const ends = cat([starts.slice(0, 1), array([flat.size], { dtype: 'int32', device })])
  const inverse = scatterInto(
    'set',
    empty([flat.size], { dtype: 'int32', device }),
    0,
    sorted.indices,
    groups,
    'unique',
  )
  return {
    values: indexSelect(sorted.values, 0, starts),
    indices: indexSelect(sorted.indices, 0, starts),
    inverse: inverse.reshape(x.shape),
    counts: (starts.size === 0 ? starts : ends).sub(starts),
  }
}
