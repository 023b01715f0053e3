import type { PlotItem, Point, Series } from '@rungs/lesson'
import { line } from 'd3-shape'
import { element, svg } from '../dom.ts'
import { drawContours } from './contours.ts'
import { extentOf, type Scale, scaleOf, type Tick, ticksOf } from './scales.ts'

const MARGIN = { top: 10, right: 14, bottom: 22, left: 12 }
/** Of one character of a tick's label, and of an axis' label. */
const CHARACTER = 6.7
const LABEL = 18

/** Curves and points over their axes, as wide as there is room for. */
export function drawPlot(item: PlotItem, width: number): Node {
  const { x: xAxis, y: yAxis, lines, dots, surface } = item
  const height = Math.round(Math.min(Math.max(width * 0.58, 210), 320))
  const { xs, ys } = extentOf(item)
  // A curve alone has no legend: its name says what goes up.
  const [only] = [...lines, ...dots]
  const yLabel = yAxis.label || (lines.length + dots.length === 1 ? (only?.name ?? '') : '')
  const bottom = height - MARGIN.bottom - (xAxis.label === '' ? 0 : LABEL)
  const top = MARGIN.top + (yLabel === '' ? 0 : LABEL)
  const y = scaleOf(yAxis, ys, [bottom, top])
  const yTicks = ticksOf(y, yAxis, Math.max(2, Math.floor((bottom - top) / 40)))
  const left = MARGIN.left + Math.max(...yTicks.map(({ label }) => label.length * CHARACTER))
  const right = width - MARGIN.right
  const x = scaleOf(xAxis, xs, [left, right])
  const xTicks = ticksOf(x, xAxis, Math.max(2, Math.floor((right - left) / 75)))
  const drawing = svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, class: 'plot', 'aria-hidden': 'true' },
    drawAxes(x, y, xTicks, yTicks, { left, right, top, bottom }),
    ...(surface === null ? [] : [drawContours(surface, x, y)]),
    ...(xAxis.label === '' ? [] : [svg('text', { x: right, y: height - 4, class: 'label end' }, xAxis.label)]),
    ...(yLabel === '' ? [] : [svg('text', { x: 2, y: 12, class: 'label' }, yLabel)]),
    ...lines.map((series, i) => drawLine(series, i, x, y)),
    ...dots.map((series, i) => drawDots(series, lines.length + i, x, y)),
  )
  const fragment = document.createDocumentFragment()
  if (lines.length + dots.length > 1) fragment.append(drawLegend([...lines, ...dots], lines.length))
  fragment.append(drawing)
  return fragment
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function drawAxes(x: Scale, y: Scale, xTicks: readonly Tick[], yTicks: readonly Tick[], box: Box): SVGGElement {
  const { left, right, top, bottom } = box
  return svg(
    'g',
    { class: 'axes' },
    ...yTicks.flatMap(({ value, label }) => [
      svg('line', { x1: left, x2: right, y1: y(value), y2: y(value) }),
      svg('text', { x: left - 6, y: y(value), dy: '0.32em', class: 'end' }, label),
    ]),
    ...xTicks.flatMap(({ value, label }) => [
      svg('line', { x1: x(value), x2: x(value), y1: top, y2: bottom }),
      svg('text', { x: x(value), y: bottom + 16, class: 'middle' }, label),
    ]),
    svg('line', { x1: left, x2: right, y1: bottom, y2: bottom, class: 'base' }),
  )
}

function drawLine({ points }: Series, index: number, x: Scale, y: Scale): Node {
  // A point alone makes no line, and must be seen all the same.
  const lonely = points.filter((point, i) => point[1] !== null && isHole(points[i - 1]) && isHole(points[i + 1]))
  const path = line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value ?? 0),
  ).defined(([, value]) => value !== null)
  return svg(
    'g',
    { class: `series s${index % COLOURS}` },
    svg('path', { d: path(points) ?? '' }),
    ...circles(lonely, x, y, 3),
  )
}

/** Series colours that the style sheet has. */
const COLOURS = 8

const isHole = (point: Point | undefined): boolean => point === undefined || point[1] === null

const drawDots = ({ points }: Series, index: number, x: Scale, y: Scale): Node =>
  svg('g', { class: `series s${index % COLOURS}` }, ...circles(points, x, y, points.length > 200 ? 1.5 : 3.5))

const circles = (points: readonly Point[], x: Scale, y: Scale, r: number): SVGCircleElement[] =>
  points.flatMap(([at, value]) => (value === null ? [] : [svg('circle', { cx: x(at), cy: y(value), r })]))

const drawLegend = (series: readonly Series[], lines: number): HTMLElement =>
  element(
    'ul',
    { class: 'legend' },
    ...series.map(({ name }, i) =>
      element(
        'li',
        {},
        element('span', { class: `swatch s${i % COLOURS} ${i < lines ? 'line' : 'dot'}`, 'aria-hidden': 'true' }),
        name,
      ),
    ),
  )
