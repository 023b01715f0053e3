import type { HistogramItem } from '../../item.ts'
import { formatNumber } from './number.ts'
import { type Paint, WIDTH } from './paint.ts'

const HEIGHTS = ' ▁▂▃▄▅▆▇█'

/** A line for each row, its bins side by side, each row on a scale of its own; below, what the bins cover. */
export function drawHistogram({ range, rows }: HistogramItem, paint: Paint): string[] {
  const name = Math.max(0, ...rows.map(({ name }) => name.length))
  const bins = rows[0]?.counts.length ?? 0
  const together = Math.max(Math.ceil(bins / (WIDTH - name - 4)), 1)
  const [low, high] = range.map((value) => formatNumber(value, 3)) as [string, string]
  const width = Math.ceil(bins / together)
  return [
    ...rows.map(({ name: label, counts, outside, notFinite }) => {
      const notes = [
        outside > 0 && `${formatNumber(outside)} outside`,
        notFinite > 0 && `${formatNumber(notFinite)} not finite`,
      ]
      const bars = heightsOf(summed(counts, together))
      return `  ${label.padEnd(name)} ${paint('cyan', bars)} ${notes.filter(Boolean).join(', ')}`
    }),
    paint('dim', `  ${''.padEnd(name)} ${low}${high.padStart(Math.max(width - low.length, high.length + 1))}`),
  ]
}

/** Neighbouring bins as one, where there are more than columns. */
const summed = (counts: readonly number[], together: number): number[] =>
  Array.from({ length: Math.ceil(counts.length / together) }, (_, i) =>
    counts.slice(i * together, (i + 1) * together).reduce((sum, count) => sum + count, 0),
  )

/** A bin that holds anything at all is seen. */
function heightsOf(counts: readonly number[]): string {
  const most = Math.max(...counts, 1)
  return counts.map((count) => HEIGHTS[Math.ceil((count / most) * (HEIGHTS.length - 1))]).join('')
}
