import type { HistogramItem } from '../../item.ts'
import { formatNumber } from './number.ts'
import { type Paint, WIDTH } from './paint.ts'

const HEIGHTS = ' ▁▂▃▄▅▆▇█'

/** A line for each row, its bins side by side, each row on a scale of its own; below, what the bins cover. */
export function drawHistogram({ range, rows }: HistogramItem, paint: Paint): string[] {
  const name = Math.max(0, ...rows.map(({ name }) => name.length))
  const bins = rows[0]?.counts.length ?? 0
  const [low, high] = range.map((value) => formatNumber(value, 3)) as [string, string]
  const lines = rows.map(({ name: label, counts, outside, notFinite }) => {
    const most = Math.max(...counts, 1)
    // A bin that holds anything at all is seen.
    const bars = counts.map((count) => HEIGHTS[Math.ceil((count / most) * (HEIGHTS.length - 1))])
    const notes = [
      outside > 0 && `${outside.toLocaleString('en-US')} outside`,
      notFinite > 0 && `${notFinite.toLocaleString('en-US')} not finite`,
    ]
    return `  ${label.padEnd(name)} ${paint('cyan', bars.join(''))} ${notes.filter(Boolean).join(', ')}`
  })
  return [...lines, paint('dim', `  ${''.padEnd(name)} ${low}${high.padStart(Math.max(bins - low.length, 1))}`)].map(
    (line) => line.slice(0, WIDTH + 20),
  )
}
