import { uniform } from '../lib/data.ts'
import type { Suite } from '../lib/suite.ts'

/** Something done to every row of a matrix. */
export interface Rowwise {
  readonly suite: 'rowwise'
  readonly operation: 'addRow' | 'softmax'
  readonly rows: number
  readonly columns: number
}

export const rowwise: Suite<Rowwise> = {
  id: 'rowwise',
  title: 'Row by row',
  about: 'On a 1000×1000 float32 matrix: one row added to every row (broadcasting), and the softmax of every row.',
  columns: [
    { title: 'add a row', what: { suite: 'rowwise', operation: 'addRow', rows: 1000, columns: 1000 } },
    { title: 'softmax', what: { suite: 'rowwise', operation: 'softmax', rows: 1000, columns: 1000 } },
  ],
  expected({ operation, rows, columns }) {
    const { x, row } = rowsOf({ rows, columns })
    const out = Float64Array.from(x)
    for (let i = 0; i < rows; i++) {
      const part = out.subarray(i * columns, (i + 1) * columns)
      part.set(operation === 'addRow' ? part.map((value, j) => value + row[j]!) : softmax(part))
    }
    return out
  },
}

function softmax(row: Float64Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b))
  const powers = row.map((value) => Math.exp(value - largest))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / sum)
}

export const rowsOf = ({
  rows,
  columns,
}: Pick<Rowwise, 'rows' | 'columns'>): { x: Float32Array; row: Float32Array } => ({
  x: uniform(rows * columns, 12, 8),
  row: uniform(columns, 13, 8),
})
