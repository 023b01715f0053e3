import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'

/** Numbers in order: of a vector, of the rows of a square matrix, or only the ten largest. */
export interface Ordering {
  readonly suite: 'ordering'
  readonly operation: 'sort' | 'sortRows' | 'topk'
  readonly size: number
}

const order = (title: string, operation: Ordering['operation']): Column<Ordering> => ({
  title,
  what: { suite: 'ordering', operation, size: 1_000_000 },
})

export const ordering: Suite<Ordering> = {
  id: 'ordering',
  title: 'Sorting',
  about:
    'A million float32 numbers in stable order with the place that each had, as one vector and as 1000 rows; and the ten ' +
    'largest of them.',
  columns: [order('sort', 'sort'), order('sort of rows', 'sortRows'), order('top 10', 'topk')],
  expected({ operation, size }) {
    const x = ordered(size)
    if (operation === 'sort') return x.sort()
    if (operation === 'topk') return x.sort().reverse().slice(0, 10)
    const side = Math.sqrt(size)
    for (let row = 0; row < side; row++) x.subarray(row * side, (row + 1) * side).sort()
    return x
  },
}

/** The numbers that are sorted. */
export const ordered = (size: number): Float32Array => uniform(size, 9)
