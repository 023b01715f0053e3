import type { TableItem } from '@rungs/lesson'
import { element } from '../dom.ts'
import { showNumber } from './number.ts'

type Rows = Pick<TableItem, 'columns' | 'rows'>

export function drawTable({ columns, rows }: Rows): Node {
  const numeric = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number' || row[i] === null))
  const align = (i: number): string | undefined => (numeric[i] ? 'number' : undefined)
  return element(
    'div',
    { class: 'table scroller' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map((name, i) => element('th', { scope: 'col', class: align(i) }, name))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element('tr', {}, ...row.map((cell, i) => element('td', { class: align(i) }, showCell(cell)))),
        ),
      ),
    ),
  )
}

function showCell(cell: TableItem['rows'][number][number]): string {
  if (cell === null) return '–'
  return typeof cell === 'number' ? showNumber(cell) : String(cell)
}
