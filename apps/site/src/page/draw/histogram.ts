import type { HistogramItem } from '@rungs/lesson'
import { scaleLinear } from 'd3-scale'
import { svg } from '../dom.ts'
import { showNumber } from './number.ts'

const ROW = 52
const NAME = 19
const SIDE = 6
const AXIS = 22

/** A row for each name over one axis; each as high as its fullest bin allows, for it is the shape that is compared. */
export function drawHistogram({ rows, range }: HistogramItem, width: number): Node {
  const height = rows.length * ROW + AXIS
  const x = scaleLinear([...range], [SIDE, width - SIDE])
  const ticks = x.ticks(Math.max(2, Math.floor(width / 75)))
  return svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, class: 'plot', 'aria-hidden': 'true' },
    svg(
      'g',
      { class: 'axes' },
      ...ticks.flatMap((value) => [
        svg('line', { x1: x(value), x2: x(value), y1: 0, y2: height - AXIS }),
        svg('text', { x: x(value), y: height - 6, class: 'middle' }, showNumber(value)),
      ]),
    ),
    ...rows.map((row, i) => drawRow(row, i * ROW, width, x.range())),
  )
}

function drawRow(
  row: HistogramItem['rows'][number],
  top: number,
  width: number,
  [left = 0, right = 0]: number[],
): Node {
  const { name, counts } = row
  const fullest = Math.max(...counts, 1)
  const step = (right - left) / counts.length
  const room = ROW - NAME - 1
  const bottom = top + ROW
  const bars = counts.flatMap((count, i) => {
    // A single value in a bin must be seen.
    const height = count === 0 ? 0 : Math.max((count / fullest) * room, 1)
    const gap = step > 4 ? 1 : 0
    return count === 0
      ? []
      : [svg('rect', { x: left + i * step, y: bottom - height, width: Math.max(step - gap, 0.5), height })]
  })
  return svg(
    'g',
    { class: 'series s0' },
    ...bars,
    svg('line', { x1: left, x2: right, y1: bottom, y2: bottom, class: 'base' }),
    svg('text', { x: left, y: top + NAME - 4, class: 'label' }, name),
    svg('text', { x: width - SIDE, y: top + NAME - 4, class: 'label end' }, beside(row)),
  )
}

/** What the bins do not hold. */
export function beside({ outside, notFinite }: HistogramItem['rows'][number]): string {
  const parts = [
    outside > 0 && `${outside.toLocaleString('en')} outside`,
    notFinite > 0 && `${notFinite.toLocaleString('en')} not finite`,
  ]
  return parts.filter((part) => part !== false).join(', ')
}
