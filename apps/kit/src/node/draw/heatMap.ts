import type { HeatMapItem } from '../../item.ts'
import { formatNumber } from './number.ts'
import { WIDTH } from './paint.ts'
import { legendOf, shadeOf } from './shades.ts'

const ROOM = WIDTH - 4
const MOST_ROWS = 32

/** A shade for each number; large matrices are drawn by every second or third of their numbers. */
export function drawHeatMap({ values, range }: HeatMapItem): string[] {
  const columns = values[0]?.length ?? 0
  const step = Math.max(Math.ceil(columns / ROOM), Math.ceil(values.length / MOST_ROWS), 1)
  const every = <T>(list: readonly T[]): T[] => list.filter((_, i) => i % step === 0)
  const wide = Math.ceil(columns / step) * 2 <= ROOM ? 2 : 1
  const rows = every(values).map((row) =>
    every(row)
      .map((value) => shadeOf(value, range).repeat(wide))
      .join(''),
  )
  const width = Math.ceil(columns / step) * wide
  const note = step === 1 ? '' : `, every ${step === 2 ? 'second' : `${step}th`} row and column`
  return [
    `  ┌${'─'.repeat(width)}┐`,
    ...rows.map((row) => `  │${row}│`),
    `  └${'─'.repeat(width)}┘`,
    `   ${legendOf(range, (value) => formatNumber(value, 3))}${note}`,
  ]
}
