import type { BarsItem } from '@rungs/lesson'
import { element } from '../dom.ts'
import { showNumber } from './number.ts'

/** A table whose rows have a bar: it needs no other text form. */
export function drawBars({ bars, unit, scale }: BarsItem): Node {
  const lengths = barLengths(
    bars.map(({ value }) => value),
    scale,
  )
  return element(
    'table',
    { class: 'bars' },
    element(
      'tbody',
      {},
      ...bars.map(({ name, value }, i) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          element('td', { class: 'value' }, `${showNumber(value)}${unit === '' ? '' : ` ${unit}`}`),
          element(
            'td',
            { class: 'bar', 'aria-hidden': 'true' },
            element('span', { style: `inline-size: ${((lengths[i] ?? 0) * 100).toFixed(2)}%` }),
          ),
        ),
      ),
    ),
  )
}

/** From 0 to 1. A logarithmic scale begins a decade below the least value, so that it too has a length. */
export function barLengths(values: readonly number[], scale: BarsItem['scale']): number[] {
  const most = Math.max(...values)
  if (scale === 'linear') return values.map((value) => (most === 0 ? 0 : value / most))
  const start = Math.log10(Math.min(...values)) - 1
  return values.map((value) => (Math.log10(value) - start) / (Math.log10(most) - start))
}
