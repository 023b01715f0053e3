import type { Device } from '../device.ts'
import { dtypes } from '../dtype.ts'
import { arrayOf } from './memory.ts'
import { createSortSpace, type SortSpace, sortByKeys } from './radixSort.ts'
import { bitsOf, fillKeys } from './sortKeys.ts'
import { addressesFor, advance, begin } from './walk.ts'

/** Up to this many elements a row, the space is kept for the next call. */
const KEPT_SIZE = 2 ** 16
const index = new Int32Array(32)
let keptSpace: SortSpace | null = null

function spaceFor(count: number): SortSpace {
  if (keptSpace !== null && keptSpace.size >= count) return keptSpace
  const space = createSortSpace(Math.max(count, 256))
  if (count <= KEPT_SIZE) keptSpace = space
  return space
}

/** By keys of 32 bits; where elements have 64, by their lower halves and then, stably, by the upper ones. */
export const sort: Device['sort'] = (operands, layout, descending) => {
  if (layout.size === 0) return
  const [values, indices, x] = operands
  const last = layout.rank - 1
  const count = layout.sizes[last]!
  const [s, t, u] = [layout.strides[0]![last]!, layout.strides[1]![last]!, layout.strides[2]![last]!]
  const { dtype } = x!
  const isDouble = dtypes[dtype].bytes === 8
  const source = bitsOf(arrayOf(x!))
  const target = bitsOf(arrayOf(values!))
  const positions = arrayOf(indices!)
  const space = spaceFor(count)
  const upper = isDouble ? new Uint32Array(count) : null
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    const from = at[2]!
    fillKeys({ high: upper ?? space.keys, low: upper && space.keys }, source, dtype, from, u, count, descending)
    for (let i = 0; i < count; i++) space.order[i] = i
    sortByKeys(space, count)
    if (upper !== null) {
      for (let i = 0; i < count; i++) space.keys[i] = upper[space.order[i]!]!
      sortByKeys(space, count)
    }
    const { order } = space
    for (let i = 0, r = at[1]!; i < count; i++, r += t) positions[r] = order[i]!
    if (isDouble) {
      for (let i = 0, p = 2 * at[0]!; i < count; i++, p += 2 * s) {
        const q = 2 * (from + order[i]! * u)
        target[p] = source[q]!
        target[p + 1] = source[q + 1]!
      }
    } else for (let i = 0, p = at[0]!; i < count; i++, p += s) target[p] = source[from + order[i]! * u]!
  } while (advance(layout, 0, last, 3, at, index))
}
