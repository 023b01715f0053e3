import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'

/** Elements of a square matrix in other places; a copy each time, no view. */
export interface Moving {
  readonly suite: 'moving'
  readonly operation: 'transpose' | 'slice' | 'rows' | 'elements'
  readonly size: number
}

const move = (title: string, operation: Moving['operation']): Column<Moving> => ({
  title,
  what: { suite: 'moving', operation, size: 1000 },
})

export const moving: Suite<Moving> = {
  id: 'moving',
  title: 'Indexing',
  about:
    'Copies of parts of a 1000×1000 float32 matrix: its transpose, every second row backwards, 1000 rows by an index array, ' +
    '100,000 elements by two.',
  columns: [
    move('transpose', 'transpose'),
    move('x[::2, ::-1]', 'slice'),
    move('x[rows]', 'rows'),
    move('x[rows, columns]', 'elements'),
  ],
  expected({ operation, size }) {
    const x = moved(size)
    if (operation === 'transpose') return x.map((_, i) => x[(i % size) * size + Math.floor(i / size)]!)
    if (operation === 'slice') {
      return Float32Array.from({ length: Math.ceil(size / 2) * size }, (_, i) => {
        const row = 2 * Math.floor(i / size)
        return x[row * size + size - 1 - (i % size)]!
      })
    }
    if (operation === 'rows') {
      const rows = places(size, size, 7)
      return Float32Array.from({ length: size * size }, (_, i) => x[rows[Math.floor(i / size)]! * size + (i % size)]!)
    }
    const [rows, columns] = [places(PAIRS, size, 7), places(PAIRS, size, 8)]
    return Float32Array.from(rows, (row, i) => x[row * size + columns[i]!]!)
  },
}

/** How many elements are picked one by one. */
export const PAIRS = 100_000

/** The matrix that is copied from. */
export const moved = (size: number): Float32Array => uniform(size * size, 6)

/** `count` positions in a dim of `size`. */
export const places = (count: number, size: number, seed: number): Int32Array =>
  Int32Array.from(uniform(count, seed), (value) => Math.floor((value + 0.5) * size))
