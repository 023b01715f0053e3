import type { BarsItem } from '../../item.ts'
import { formatNumber } from './number.ts'
import { type Paint, WIDTH } from './paint.ts'

/** A line for each: its name, its bar, its value. A logarithmic bar begins a decade below the least. */
export function drawBars({ bars, scale, unit }: BarsItem, paint: Paint): string[] {
  const values = bars.map(({ value }) => `${formatNumber(value, 3)} ${unit}`.trim())
  const name = Math.max(0, ...bars.map(({ name }) => name.length))
  const room = WIDTH - name - 4 - Math.max(0, ...values.map(({ length }) => length))
  const most = Math.max(...bars.map(({ value }) => value))
  const least = Math.min(...bars.map(({ value }) => value))
  const share = (value: number): number =>
    scale === 'log' ? Math.log10((10 * value) / least) / Math.log10((10 * most) / least) : value / (most || 1)
  return bars.map(({ name: label, value }, i) => {
    const bar = '█'.repeat(Math.max(value > 0 ? 1 : 0, Math.round(share(value) * room)))
    return `  ${label.padEnd(name)} ${paint('cyan', bar)} ${values[i]}`
  })
}
