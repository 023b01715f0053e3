import { stripVTControlCharacters } from 'node:util'
import type { Axis, PlotItem, Series, Surface } from '../../item.ts'
import { rangeOf } from '../../numbers.ts'
import { Canvas, type Extent, evenly } from './canvas.ts'
import { formatNumber } from './number.ts'
import { type Paint, type Style, WIDTH } from './paint.ts'

const HEIGHT = 15
const LABELS = 9
const MARKS = ['•', '×', '+', 'o', '*', '#', '@', '%']
const STYLES: readonly Style[] = ['cyan', 'yellow', 'magenta', 'green', 'red', 'blue']
/** Heights between neighbouring contours are the same share of the surface's points. */
const CONTOURS = ' .:-=+*'

/** Axes with some ticks, the curves in characters of their own, and a legend where there is more than one. */
export function drawPlot({ x, y, lines, dots, surface }: PlotItem, paint: Paint): string[] {
  const points = [...lines, ...dots].flatMap(({ points }) => points)
  const across = points.map(([x]) => x)
  const upward = points.map(([, y]) => y)
  const width = WIDTH - LABELS - 4
  const canvas = new Canvas(
    extentOf(x, surface === null ? across : [...surface.x]),
    extentOf(y, surface === null ? upward : [...surface.y]),
    width,
    HEIGHT,
  )
  if (surface !== null) shade(canvas, surface)
  const marked = [...lines, ...dots].map((series, i) => {
    const mark = paint(STYLES[i % STYLES.length]!, MARKS[i % MARKS.length]!)
    if (i < lines.length) drawLine(canvas, series, mark)
    else for (const [x, y] of series.points) if (y !== null) canvas.dot(x, y, mark)
    return `${mark} ${series.name}`
  })
  const rows = canvas.cells.map((cells, row) => {
    const label = row % 3 === 2 ? '' : row % 2 === 0 || row === HEIGHT - 1 ? tick(canvas.valueOfRow(row), y) : ''
    return `  ${label.padStart(LABELS)}${label === '' ? '│' : '┤'}${cells.join('')}`
  })
  return [
    ...(y.label === '' ? [] : [paint('dim', `  ${y.label.padStart(LABELS)}`)]),
    ...rows,
    `  ${''.padStart(LABELS)}└${'─'.repeat(width)}`,
    `  ${''.padStart(LABELS + 1)}${ticksBelow(canvas, x, width)}`,
    ...(x.label === '' ? [] : [paint('dim', x.label.padStart(WIDTH - 2))]),
    ...(marked.length > 1 ? wrapped(marked) : []),
  ]
}

function drawLine(canvas: Canvas, { points }: Series, mark: string): void {
  let before: readonly [number, number] | null = null
  for (const [x, y] of points) {
    if (y === null) {
      before = null
      continue
    }
    canvas.line(before ?? [x, y], [x, y], mark)
    before = [x, y]
  }
}

function extentOf(axis: Axis, values: readonly (number | null)[]): Extent {
  const [low, high] = rangeOf(values.map((value) => (value === null ? null : evenly(axis, value))))
  return { axis, low, high }
}

/** Paints each character by how many of the surface's points lie below it: steps of one height would all be at the rim. */
function shade(canvas: Canvas, { x, y, values }: Surface): void {
  const sorted = values
    .flat()
    .filter((value) => value !== null)
    .sort((a, b) => a - b)
  const levels = Array.from(CONTOURS, (_, i) => sorted[Math.floor((i * sorted.length) / CONTOURS.length)] ?? 0)
  canvas.cells.forEach((cells, row) => {
    const j = index(canvas.valueOfRow(row), y, values.length)
    for (let column = 0; column < cells.length; column++) {
      const height = values[j]?.[index(canvas.valueOfColumn(column), x, values[j].length)] ?? null
      if (height !== null) cells[column] = CONTOURS[levels.findLastIndex((level) => level <= height)] ?? ' '
    }
  })
}

const index = (value: number, [low, high]: readonly [number, number], size: number): number =>
  Math.min(Math.max(Math.round(((value - low) / (high - low)) * (size - 1)), 0), size - 1)

/** A number beside an axis, in a few characters. */
function tick(value: number, { scale }: Axis): string {
  const text = formatNumber(scale === 'log' ? Number(value.toPrecision(1)) : Number(value.toPrecision(3)), 4)
  return text.length <= LABELS ? text : value.toExponential(1)
}

function ticksBelow(canvas: Canvas, x: Axis, width: number): string {
  let line = ''
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const column = Math.round(share * (width - 1))
    const text = tick(canvas.valueOfColumn(column), x)
    const start = share === 0 ? 0 : share === 1 ? width - text.length : column - Math.floor(text.length / 2)
    line = `${line.padEnd(start)}${text}`
  }
  return line
}

/** The legend, in as many lines as it takes; marks may carry colours, which take no room. */
function wrapped(entries: readonly string[]): string[] {
  const lines: string[] = []
  let room = 0
  for (const entry of entries) {
    const length = stripVTControlCharacters(entry).length + 3
    if (lines.length === 0 || room < length) {
      lines.push('  ')
      room = WIDTH - 2
    }
    lines[lines.length - 1] += `${entry}   `
    room -= length
  }
  return lines
}
