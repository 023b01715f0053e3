import { stripVTControlCharacters } from 'node:util'
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale'
import type { Axis, PlotItem, Surface } from '../../item.ts'
import { rangeOf } from '../../numbers.ts'
import { Canvas } from './canvas.ts'
import { formatNumber } from './number.ts'
import { type Paint, type Style, WIDTH } from './paint.ts'

const HEIGHT = 15
/** Columns for the numbers beside the vertical axis. */
const MARGIN = 9
const ACROSS = WIDTH - MARGIN - 4
const MARKS = ['•', '×', '+', 'o', '*', '#', '@', '%']
const STYLES: readonly Style[] = ['cyan', 'yellow', 'magenta', 'green', 'red', 'blue']
/** A seventh of a surface's points for each. */
const LEVELS = ' .:-=≡≣'

type Scale = ScaleContinuousNumeric<number, number>

/** Axes with round numbers, every curve in a character of its own, and a legend where there is more than one. */
export function drawPlot({ x, y, lines, dots, surface }: PlotItem, paint: Paint): string[] {
  const points = [...lines, ...dots].flatMap(({ points }) => points)
  const toColumn = scaleOf(x, surface?.x ?? points.map(([x]) => x), [0, ACROSS - 1])
  const toRow = scaleOf(y, surface?.y ?? points.map(([, y]) => y), [HEIGHT - 1, 0])
  const canvas = new Canvas(ACROSS, HEIGHT)
  if (surface !== null) shade(canvas, surface, toColumn, toRow)

  const legend = [...lines, ...dots].map(({ name, points }, i) => {
    const mark = paint(STYLES[i % STYLES.length]!, MARKS[i % MARKS.length]!)
    let before: readonly [number, number] | null = null
    for (const [x, y] of points) {
      const place: readonly [number, number] | null = y === null ? null : [toColumn(x), toRow(y)]
      if (place !== null) canvas.line((i < lines.length ? before : null) ?? place, place, mark)
      before = place
    }
    return `${mark} ${name}`
  })
  return [
    ...(y.label === '' ? [] : [paint('dim', `  ${y.label}`)]),
    ...withRows(canvas, toRow, y),
    `  ${''.padStart(MARGIN)}└${'─'.repeat(ACROSS)}`,
    `  ${''.padStart(MARGIN + 1)}${columnLabels(toColumn, x)}`,
    ...(x.label === '' ? [] : [paint('dim', x.label.padStart(WIDTH - 2))]),
    ...(legend.length > 1 ? wrapped(legend) : []),
  ]
}

function scaleOf({ scale }: Axis, values: readonly (number | null)[], room: readonly [number, number]): Scale {
  if (scale === 'linear') return scaleLinear(rangeOf(values), room)
  const [low, high] = rangeOf(values.map((value) => value && Math.log10(value)))
  return scaleLog([10 ** low, 10 ** high], room)
}

/** Round numbers along an axis; on a logarithmic one powers of ten, if it has several. */
function ticksOf(scale: Scale, { scale: kind }: Axis, count: number): number[] {
  const ticks = scale.ticks(count)
  const powers = ticks.filter((tick) => Number.isInteger(Math.log10(tick)))
  const [least = 0, most = 0] = scale.domain()
  if (kind === 'linear' || powers.length < 2) return ticks.length > 0 ? ticks : [least, most]
  return powers.filter((_, i) => i % Math.ceil(powers.length / count) === 0)
}

function withRows({ cells }: Canvas, toRow: Scale, axis: Axis): string[] {
  const labels = new Map(ticksOf(toRow, axis, 5).map((tick) => [Math.round(toRow(tick)), shortNumber(tick)]))
  return cells.map((row, i) => {
    const label = labels.get(i)
    return `  ${(label ?? '').padStart(MARGIN)}${label === undefined ? '│' : '┤'}${row.join('')}`
  })
}

/** Each below its place; one that would touch the last is left out. */
function columnLabels(toColumn: Scale, axis: Axis): string {
  let line = ''
  for (const tick of ticksOf(toColumn, axis, 6)) {
    const text = shortNumber(tick)
    const start = Math.min(Math.round(toColumn(tick)) - Math.floor(text.length / 2), ACROSS - text.length)
    if (line === '' || start > line.length + 1) line = `${line.padEnd(Math.max(start, 0))}${text}`
  }
  return line
}

/** Paints each character by how many of the surface's points lie lower: steps of one height would all be at the rim. */
function shade({ cells }: Canvas, { x, y, values }: Surface, toColumn: Scale, toRow: Scale): void {
  const sorted = values
    .flat()
    .filter((value) => value !== null)
    .sort((a, b) => a - b)
  const levels = Array.from(LEVELS, (_, i) => sorted[Math.floor((i * sorted.length) / LEVELS.length)]!)
  cells.forEach((row, i) => {
    const heights = values[nearest(toRow.invert(i), y, values.length)] ?? []
    row.forEach((_, column) => {
      const height = heights[nearest(toColumn.invert(column), x, heights.length)] ?? null
      if (height !== null) row[column] = LEVELS[levels.findLastIndex((level) => level <= height)]!
    })
  })
}

const nearest = (value: number, [low, high]: readonly [number, number], size: number): number =>
  Math.round(((value - low) / (high - low)) * (size - 1))

/** A number in the few characters beside an axis. */
function shortNumber(value: number): string {
  const text = formatNumber(value, 4)
  return text.length <= MARGIN ? text : Number(value.toPrecision(2)).toExponential()
}

/** The legend, in as many lines as it takes; colours take no room. */
function wrapped(entries: readonly string[]): string[] {
  const lines: string[] = []
  let room = 0
  for (const entry of entries) {
    const length = stripVTControlCharacters(entry).length + 3
    if (room < length) {
      lines.push(' ')
      room = WIDTH - 1
    }
    lines[lines.length - 1] += ` ${entry}  `
    room -= length
  }
  return lines
}
