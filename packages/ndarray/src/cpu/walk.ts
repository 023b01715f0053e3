import type { View } from '../device.ts'
import type { Layout } from '../layout.ts'
import { startOf } from './memory.ts'

/** Set `at` to the first address of each operand and `index` to 0. */
export function begin(operands: readonly View[], layout: Layout, at: Int32Array, index: Int32Array): void {
  for (let q = 0; q < operands.length; q++) at[q] = startOf(operands[q]!)
  for (let axis = 0; axis < layout.rank; axis++) index[axis] = 0
}

/** Step to the next position of the axes `[from, to)`; false, and back at the first one, after the last. */
export function advance(
  layout: Layout,
  from: number,
  to: number,
  operands: number,
  at: Int32Array,
  index: Int32Array,
): boolean {
  for (let axis = to - 1; axis >= from; axis--) {
    const size = layout.sizes[axis]!
    const more = ++index[axis]! < size
    const steps = more ? 1 : 1 - size
    for (let q = 0; q < operands; q++) at[q]! += steps * layout.strides[q]![axis]!
    if (more) return true
    index[axis] = 0
  }
  return false
}

/** Go `steps` on along one axis. */
export function shift(
  layout: Layout,
  axis: number,
  steps: number,
  operands: number,
  at: Int32Array,
  index: Int32Array,
): void {
  index[axis]! += steps
  for (let q = 0; q < operands; q++) at[q]! += steps * layout.strides[q]![axis]!
}

/** Positions of the axes `[from, to)`. */
export function positionsOf(layout: Layout, from: number, to: number): number {
  let size = 1
  for (let axis = from; axis < to; axis++) size *= layout.sizes[axis]!
  return size
}

/** Whether the inputs are closer together along the innermost kept axis than along the innermost one of the others. */
export function runsByRows(operands: number, { kept, rank, sizes, strides }: Layout): boolean {
  if (sizes[kept - 1]! < 4) return false
  let across = 0
  let along = 0
  for (let q = 1; q < operands; q++) {
    across += Math.abs(strides[q]![kept - 1]!)
    along += Math.abs(strides[q]![rank - 1]!)
  }
  return across < along
}

const addresses: Int32Array[] = []

/** Room for one address per operand, used again at the next call with the same `slot`. */
export function addressesFor(slot: number, operands: number): Int32Array {
  const found = addresses[slot]
  if (found !== undefined && found.length >= operands) return found
  const made = new Int32Array(Math.max(32, operands))
  addresses[slot] = made
  return made
}
