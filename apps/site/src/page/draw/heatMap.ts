import type { HeatMapItem } from '@rungs/lesson'
import { element } from '../dom.ts'
import { rampFor } from './colours.ts'
import { showNumber } from './number.ts'
import { paint } from './pixels.ts'

/** Of a square on the page: larger ones say no more. */
const LARGEST = 28
const TALLEST = 420

/** A matrix as coloured squares, with what its colours mean; what is no number stays empty. */
export function drawHeatMap({ values, range }: HeatMapItem, width: number): Node {
  const [rows, columns] = [values.length, values[0]?.length ?? 0]
  const ramp = rampFor(range)
  const canvas = paint(columns, rows, (row, column) => {
    const value = values[row]?.[column] ?? null
    return value === null ? null : ramp.colour(value)
  })
  const size = Math.min(width / Math.max(columns, 1), TALLEST / Math.max(rows, 1), LARGEST)
  canvas.style.inlineSize = `${Math.max(Math.round(columns * size), 1)}px`
  canvas.style.blockSize = `${Math.max(Math.round(rows * size), 1)}px`
  const legend = element(
    'div',
    { class: 'ramp', 'aria-hidden': 'true' },
    element('span', {}, showNumber(ramp.range[0])),
    element('span', { class: 'gradient', style: `background: ${ramp.gradient}` }),
    element('span', {}, showNumber(ramp.range[1])),
  )
  const fragment = document.createDocumentFragment()
  fragment.append(canvas, legend)
  return fragment
}
