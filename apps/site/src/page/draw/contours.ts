import type { Surface } from '@rungs/lesson'
import { contours } from 'd3-contour'
import { svg } from '../dom.ts'
import { css, rampFor } from './colours.ts'
import type { Scale } from './scales.ts'

/** How many heights have a line. */
const LEVELS = 14

/** Lines of equal height, each level as large an area as the others, so that steep and flat parts both show. */
export function drawContours({ x: xRange, y: yRange, values }: Surface, x: Scale, y: Scale): SVGGElement {
  const [rows, columns] = [values.length, values[0]?.length ?? 0]
  const heights = values.flatMap((row) => row.map((value) => value ?? Number.NaN))
  const sorted = heights.filter(Number.isFinite).sort((a, b) => a - b)
  const levels = Array.from({ length: LEVELS }, (_, i) => sorted[Math.floor((i / LEVELS) * sorted.length)] ?? 0)
  const ramp = rampFor([0, LEVELS - 1])
  // A value lies in the middle of its cell, the first one at the low end of the range.
  const place = ([column = 0, row = 0]: readonly number[]): string => {
    const across = xRange[0] + ((column - 0.5) / Math.max(columns - 1, 1)) * (xRange[1] - xRange[0])
    const up = yRange[0] + ((row - 0.5) / Math.max(rows - 1, 1)) * (yRange[1] - yRange[0])
    return `${clampTo(x, across).toFixed(1)},${clampTo(y, up).toFixed(1)}`
  }
  const shapes = contours()
    .size([columns, rows])
    .thresholds([...new Set(levels)])(heights)
  return svg(
    'g',
    { class: 'contours' },
    ...shapes.map(({ coordinates }, i) => {
      const d = coordinates.flat().map((ring) => `M${ring.map(place).join('L')}Z`)
      return svg('path', { d: d.join(''), fill: css(ramp.colour(LEVELS - 1 - i)) })
    }),
  )
}

/** Half a cell lies beyond the outermost values. */
function clampTo(scale: Scale, value: number): number {
  const [low = 0, high = 0] = scale.domain()
  return scale(Math.min(Math.max(value, low), high))
}
