import type { Epilogue, View } from '../device.ts'
import type { TypedArray } from '../dtype.ts'
import type { AxisGroup, ContractLayout } from '../layout.ts'
import type { EpilogueKernel } from './kernels.ts'
import { arrayOf, startOf } from './memory.ts'
import { offsetsOf } from './offsets.ts'

/** Where the sums of a contraction go. */
export interface Output {
  /** Go to position `i` of the batch. */
  enter(i: number): void
  /** Store sums of row `row` from column `first` on: `count` of them, `sums[from]` and on. */
  write(row: number, first: number, count: number, sums: TypedArray, from: number): void
}

/** Slots of the tables of operand q that is written or joins in the epilogue; the first six belong to a and b. */
const slot = (q: number, which: number): number => 6 + 3 * q + which

/** Rows of the output are positions of `rows`, its columns those of `columns`: m and n, or the reverse. */
export function plainOutput(out: View, { batch }: ContractLayout, rows: AxisGroup, columns: AxisGroup): Output {
  const batchAt = offsetsOf(batch, 2, slot(0, 0))
  const rowAt = offsetsOf(rows, 2, slot(0, 1))
  const columnAt = offsetsOf(columns, 2, slot(0, 2))
  const array = arrayOf(out)
  const start = startOf(out)
  const isBool = out.dtype === 'bool'
  let base = 0
  return {
    enter(i) {
      base = start + batchAt[i]!
    },
    write(row, first, count, sums, from) {
      const at = base + rowAt[row]!
      if (isBool) for (let j = 0; j < count; j++) array[at + columnAt[first + j]!] = sums[from + j] === 0 ? 0 : 1
      else for (let j = 0; j < count; j++) array[at + columnAt[first + j]!] = sums[from + j]!
    },
  }
}

/** As `plainOutput`, each sum passing through a formula first. */
export function epilogueOutput(
  out: View,
  { batch }: ContractLayout,
  rows: AxisGroup,
  columns: AxisGroup,
  { inputs, scalars }: Epilogue,
  kernel: EpilogueKernel,
): Output {
  const operands = [out, ...inputs]
  const tables = (group: AxisGroup, which: number): Int32Array[] =>
    operands.map((_, q) => offsetsOf(group, 2 + q, slot(q, which)))
  const batchAt = tables(batch, 0)
  const rowAt = tables(rows, 1)
  const columnAt = tables(columns, 2)
  const starts = operands.map(startOf)
  const bases = new Int32Array(operands.length)
  const at = new Int32Array(operands.length)
  return {
    enter(i) {
      for (let q = 0; q < bases.length; q++) bases[q] = starts[q]! + batchAt[q]![i]!
    },
    write(row, first, count, sums, from) {
      for (let q = 0; q < bases.length; q++) at[q] = bases[q]! + rowAt[q]![row]!
      kernel(operands, scalars, at, columnAt, first, count, sums, from)
    },
  }
}
