import type { AxisGroup } from '../layout.ts'

const tables: Int32Array[] = []

/** Where each position of a group stands in operand `row`, in row-major order; good until the next use of `slot`. */
export function offsetsOf(group: AxisGroup, row: number, slot: number): Int32Array {
  let table = tables[slot]
  if (table === undefined || table.length < group.size) {
    table = new Int32Array(Math.max(64, group.size))
    tables[slot] = table
  }
  const strides = group.strides[row]!
  if (group.rank === 1) {
    const stride = strides[0]!
    for (let i = 0, at = 0; i < group.size; i++, at += stride) table[i] = at
    return table
  }
  table[0] = 0
  for (let axis = group.rank - 1, filled = 1; axis >= 0; axis--) {
    const size = group.sizes[axis]!
    const stride = strides[axis]!
    for (let i = 1, to = filled, add = stride; i < size; i++, add += stride) {
      for (let p = 0; p < filled; p++) table[to++] = table[p]! + add
    }
    filled *= size
  }
  return table
}
