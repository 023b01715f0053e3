import { checkOptions, type Nested, RungsError } from '@rungs/ndarray'
import type { Point, Series, Surface } from './item.ts'
import { checkRange, finite, matrixOf, numbersOf } from './numbers.ts'
import { type Shown, shown } from './shown.ts'

/** Heights at the positions 0, 1, 2, …, or pairs of x and y. */
export type Curve = ArrayLike<number> | readonly (readonly [x: number, y: number])[]
export type Curves = Readonly<Record<string, Curve>>

export interface PlotOptions {
  readonly title?: string
  /** Labels of the axes. */
  readonly x?: string
  readonly y?: string
  /** Logarithmic axes; a point that is not positive has no place there. */
  readonly logX?: boolean
  readonly logY?: boolean
}

export interface PlotData {
  /** Points joined by lines: curves, or the way that an optimiser took. */
  readonly lines?: Curves
  /** Points for themselves. */
  readonly dots?: Curves
  /** Heights over a rectangle, drawn as contours below. */
  readonly surface?: Omit<Surface, 'values'> & { readonly values: Nested }
}

/** Curves by name, such as losses while a network trains. */
export function lines(curves: Curves, options: PlotOptions = {}): Shown<Curves> {
  checkOptions(options, plotOptions, 'lines')
  const { update } = drawPlot('lines', { lines: curves }, options)
  return { update: (curves) => update({ lines: curves }) }
}

/** Curves, points and contours on common axes. */
export function plot(data: PlotData, options: PlotOptions = {}): Shown<PlotData> {
  checkOptions(options, plotOptions, 'plot')
  return drawPlot('plot', data, options)
}

const plotOptions = ['title', 'x', 'y', 'logX', 'logY']

function drawPlot(operation: string, data: PlotData, options: PlotOptions): Shown<PlotData> {
  const { title = '', x = '', y = '', logX = false, logY = false } = options
  const scale = (log: boolean): 'log' | 'linear' => (log ? 'log' : 'linear')
  return shown(data, (data) => {
    checkOptions(data, ['lines', 'dots', 'surface'], operation)
    const series = (curves: Curves = {}): Series[] =>
      Object.entries(curves).map(([name, curve]) => ({
        name,
        points: pointsOf(curve, `${operation}: '${name}'`).flatMap(([x, y]): Point[] =>
          placed(x, logX) === null ? [] : [[x, y === null ? null : placed(y, logY)]],
        ),
      }))
    return {
      kind: 'plot',
      title,
      x: { label: x, scale: scale(logX) },
      y: { label: y, scale: scale(logY) },
      lines: series(data.lines),
      dots: series(data.dots),
      surface: data.surface === undefined ? null : surfaceOf(data.surface),
    }
  })
}

const placed = (value: number, log: boolean): number | null => (log && value <= 0 ? null : finite(value))

function pointsOf(curve: Curve, what: string): Point[] {
  if (!Array.isArray(curve) || !Array.isArray(curve[0])) return numbersOf(curve, what).map((y, x) => [x, y])
  return curve.map((pair, i) => {
    const [x, y, ...rest] = numbersOf(pair, `point ${i} of ${what}`)
    if (x !== undefined && y !== undefined && rest.length === 0) return [x, y]
    throw new RungsError(`point ${i} of ${what} must be [x, y], got [${String(pair)}]`)
  })
}

const surfaceOf = ({ x, y, values }: NonNullable<PlotData['surface']>): Surface => ({
  x: checkRange(x, 'plot: x of the surface'),
  y: checkRange(y, 'plot: y of the surface'),
  values: matrixOf(values, 'the values of the surface'),
})
