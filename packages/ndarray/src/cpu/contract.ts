import type { Device, Epilogue, View } from '../device.ts'
import { isFloat, type TypedArray } from '../dtype.ts'
import { DeviceError } from '../errors.ts'
import type { AxisGroup, ContractLayout } from '../layout.ts'
import type { Compiler, EpilogueKernel } from './kernels.ts'
import { arrayOf, startOf } from './memory.ts'
import { offsetsOf } from './offsets.ts'
import { floatTile, integerTile, pack, TILE_COLUMNS, TILE_ROWS } from './tiles.ts'

/** Elements of `b` packed at a time: 2 MB as float64. */
const PACKED = 2 ** 18

export function createContract(compiler: Compiler): Device['contract'] {
  const epilogues: (EpilogueKernel | undefined)[] = []

  return (a, b, out, layout, epilogue) => {
    const { batch, m, n, k } = layout
    if (batch.size === 0 || m.size === 0 || n.size === 0) return
    let kernel: EpilogueKernel | null = null
    if (epilogue !== null) {
      const { program } = epilogue
      if (program.usesCoords) throw new DeviceError('cpu: the epilogue of a contraction cannot name coordinates')
      kernel = epilogues[program.id] ??= compiler.epilogue(program)
    }
    const rows = rowWriter(out, layout, epilogue, kernel)
    const dtype = epilogue === null ? out.dtype : epilogue.program.inputTypes[0]!
    const workspace = isFloat(dtype) ? floats : integers
    const aBatch = offsetsOf(batch, 0, 0)
    const bBatch = offsetsOf(batch, 1, 1)
    const aRows = offsetsOf(m, 0, 2)
    const aSteps = offsetsOf(k, 0, 3)
    const bSteps = offsetsOf(k, 1, 4)
    const bColumns = offsetsOf(n, 1, 5)
    for (let i = 0; i < batch.size; i++) {
      rows.enter(i)
      multiply(
        { array: arrayOf(a), base: startOf(a) + aBatch[i]!, rows: aRows, columns: aSteps },
        { array: arrayOf(b), base: startOf(b) + bBatch[i]!, rows: bColumns, columns: bSteps },
        m.size,
        n.size,
        k.size,
        workspace,
        rows.write,
      )
    }
  }
}

/** A matrix at computed places: element (i, j) is `array[base + rows[i] + columns[j]]`. */
interface Matrix {
  readonly array: TypedArray
  readonly base: number
  readonly rows: Int32Array
  readonly columns: Int32Array
}

/** Takes sums of row `row` from column `first` on: `count` of them, `sums[from]` and on. */
type WriteRow = (row: number, first: number, count: number, sums: TypedArray, from: number) => void

interface Workspace {
  x: TypedArray
  y: TypedArray
  sums: TypedArray
  readonly make: (size: number) => TypedArray
  readonly tile: (
    x: TypedArray,
    xAt: number,
    y: TypedArray,
    yAt: number,
    length: number,
    sums: TypedArray,
    at: number,
    step: number,
  ) => void
}

const none = new Float64Array(0)
const floats: Workspace = {
  x: none,
  y: none,
  sums: none,
  make: (size) => new Float64Array(size),
  tile: floatTile as Workspace['tile'],
}
const integers: Workspace = {
  x: none,
  y: none,
  sums: none,
  make: (size) => new Int32Array(size),
  tile: integerTile as Workspace['tile'],
}

/** Columns of `b` are packed in blocks and rows of `a` four at a time, over the whole length of the sum. */
function multiply(a: Matrix, b: Matrix, m: number, n: number, k: number, space: Workspace, write: WriteRow): void {
  const block = Math.max(TILE_COLUMNS, Math.floor(PACKED / Math.max(k, 1) / TILE_COLUMNS) * TILE_COLUMNS)
  const step = Math.min(block, Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS)
  if (space.x.length < TILE_ROWS * k) space.x = space.make(TILE_ROWS * k)
  if (space.y.length < step * k) space.y = space.make(step * k)
  if (space.sums.length < TILE_ROWS * step) space.sums = space.make(TILE_ROWS * step)
  const { x, y, sums, tile } = space
  for (let first = 0; first < n; first += step) {
    const count = Math.min(step, n - first)
    for (let j = 0; j < count; j += TILE_COLUMNS) {
      pack(b.array, b.base, b.rows, first + j, n, b.columns, k, y, j * k)
    }
    for (let i = 0; i < m; i += TILE_ROWS) {
      pack(a.array, a.base, a.rows, i, m, a.columns, k, x, 0)
      for (let j = 0; j < count; j += TILE_COLUMNS) tile(x, 0, y, j * k, k, sums, j, step)
      for (let r = 0; r < TILE_ROWS && i + r < m; r++) write(i + r, first, count, sums, r * step)
    }
  }
}

interface RowWriter {
  /** Go to position `i` of the batch. */
  enter(i: number): void
  readonly write: WriteRow
}

/** Slots of the tables of operand q that is written or joins in the epilogue; the first six belong to a and b. */
const slot = (q: number, which: number): number => 6 + 3 * q + which

function rowWriter(
  out: View,
  layout: ContractLayout,
  epilogue: Epilogue | null,
  kernel: EpilogueKernel | null,
): RowWriter {
  const operands = epilogue === null ? [out] : [out, ...epilogue.inputs]
  const tables = (group: AxisGroup, which: number): Int32Array[] =>
    operands.map((_, q) => offsetsOf(group, 2 + q, slot(q, which)))
  const batches = tables(layout.batch, 0)
  const rows = tables(layout.m, 1)
  const columns = tables(layout.n, 2)
  const starts = operands.map(startOf)
  const at = new Int32Array(operands.length)
  const bases = new Int32Array(operands.length)
  const outColumns = columns[0]!
  const array = arrayOf(out)
  const isBool = out.dtype === 'bool'
  return {
    enter(i) {
      for (let q = 0; q < bases.length; q++) bases[q] = starts[q]! + batches[q]![i]!
    },
    write(row, first, count, sums, from) {
      if (kernel !== null) {
        for (let q = 0; q < bases.length; q++) at[q] = bases[q]! + rows[q]![row]!
        kernel(operands, epilogue!.scalars, at, columns, first, count, sums, from)
        return
      }
      const start = bases[0]! + rows[0]![row]!
      if (isBool) for (let j = 0; j < count; j++) array[start + outColumns[first + j]!] = sums[from + j] === 0 ? 0 : 1
      else for (let j = 0; j < count; j++) array[start + outColumns[first + j]!] = sums[from + j]!
    },
  }
}
