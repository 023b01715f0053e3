import type { Device } from '../device.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { arrayOf } from './memory.ts'
import { createSortSpace, type SortSpace, sortByKeys } from './radixSort.ts'
import { bitsOf, doubleElementsOf, elementsOf, fillDoubleKeys, fillKeys, type Line } from './sortKeys.ts'
import { addressesFor, advance, begin } from './walk.ts'

/** Up to this many elements a line, the space (16 MB) is kept for the next call: touching fresh memory takes a third of the time. */
const KEPT_SIZE = 2 ** 20
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
  const source = bitsOf(arrayOf(x!))
  const target = bitsOf(arrayOf(values!))
  const positions = arrayOf(indices!)
  const space = spaceFor(count)
  const upper = dtypes[dtype].bytes === 8 ? new Uint32Array(count) : null
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    const from: Line = { bits: source, start: at[2]!, step: u, count }
    const to: Line = { bits: target, start: at[0]!, step: s, count }
    sortLine(space, upper, from, to, dtype, descending)
    storeOrder(space.order, positions, at[1]!, t, count)
  } while (advance(layout, 0, last, 3, at, index))
}

/** A function of its own, so that the engine has it in its best form after some lines. */
function sortLine(
  space: SortSpace,
  upper: Uint32Array | null,
  from: Line,
  to: Line,
  dtype: DType,
  descending: boolean,
): void {
  const { count } = from
  for (let i = 0; i < count; i++) space.order[i] = i
  if (upper === null) {
    fillKeys(space.keys, from, dtype, descending)
    sortByKeys(space, count)
    elementsOf(space.keys, space.order, to, from, dtype, descending)
    return
  }
  fillDoubleKeys(upper, space.keys, from, descending)
  sortByKeys(space, count)
  for (let i = 0; i < count; i++) space.keys[i] = upper[space.order[i]!]!
  sortByKeys(space, count)
  doubleElementsOf(space.order, to, from)
}

function storeOrder(order: Int32Array, positions: TypedArray, start: number, step: number, count: number): void {
  for (let i = 0, at = start; i < count; i++, at += step) positions[at] = order[i]!
}
