import CliTable from 'cli-table3'
import type { Cell, TableItem } from '../../item.ts'
import { formatNumber } from './number.ts'
import { type Paint, WIDTH } from './paint.ts'

const GAP = 2

/** Columns side by side, numbers to the right; where they are too wide together, the widest wrap. */
export function drawTable({ columns, rows }: TableItem, paint: Paint): string[] {
  const cells = rows.map((row) => row.map(showCell))
  const widest = (parts: (text: string) => string[]) =>
    columns.map((column, i) =>
      Math.max(...[column, ...cells.map((row) => row[i]!)].flatMap(parts).map(({ length }) => length)),
    )
  const widths = widest((text) => text.split('\n'))
  const words = widest((text) => text.split(/\s+/))
  shrink(widths, words, WIDTH - 2 - GAP * (columns.length - 1))
  const drawn = new CliTable({
    head: columns.map((column) => paint('dim', column)),
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map((_, i) => (rows.some((row) => typeof row[i] === 'number') ? 'right' : 'left')),
    wordWrap: true,
    chars: none,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  })
  drawn.push(...cells)
  return drawn
    .toString()
    .split('\n')
    .map((line) => `  ${line}`)
}

/** Takes from the widest column until all fit: of those that have room beside their longest word, while there are any. */
function shrink(widths: number[], words: readonly number[], room: number): void {
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const spare = widths.map((width, i) => (width > words[i]! ? width : 0))
    const from = spare.some((width) => width > 0) ? spare : widths
    widths[from.indexOf(Math.max(...from))]!--
  }
}

function showCell(cell: Cell): string {
  if (typeof cell === 'number') return formatNumber(cell)
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  return cell ?? ''
}

const none = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`, `mid-mid`, 'left-mid', 'right-mid'])
    .map((name) => [name, '']),
)
