import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'

/** A sum over everything, over the rows (axis 0) or over the columns (axis 1) of a matrix. */
export interface Reduction {
  readonly suite: 'reductions'
  readonly axis: 0 | 1 | null
  readonly rows: number
  readonly columns: number
}

const sum = (title: string, axis: Reduction['axis']): Column<Reduction> => ({
  title,
  what: { suite: 'reductions', axis, rows: 1000, columns: 1000 },
})

export const reductions: Suite<Reduction> = {
  id: 'reductions',
  title: 'Reductions',
  about: 'Sums of a 1000×1000 float32 matrix.',
  columns: [sum('all', null), sum('axis 0', 0), sum('axis 1', 1)],
  expected({ axis, rows, columns }) {
    const x = reduced(rows, columns)
    const out = new Float64Array(axis === null ? 1 : axis === 0 ? columns : rows)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[axis === null ? 0 : axis === 0 ? j : i]! += x[i * columns + j]!
    }
    return out
  },
}

/** The matrix that is summed. */
export const reduced = (rows: number, columns: number): Float32Array => uniform(rows * columns, 5)
