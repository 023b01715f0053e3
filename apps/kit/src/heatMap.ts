import { checkOptions, type Nested } from '@rungs/ndarray'
import { checkRange, matrixOf, rangeOf } from './numbers.ts'
import { type Shown, shown } from './shown.ts'

export interface HeatMapOptions {
  readonly title?: string
  /** The numbers that are darkest and lightest; the lowest and the highest when left out. */
  readonly range?: readonly [low: number, high: number]
}

/** A matrix of numbers as shades. */
export function heatMap(values: Nested, options: HeatMapOptions = {}): Shown<Nested> {
  checkOptions(options, ['title', 'range'], 'heatMap')
  const { title = '' } = options
  const given = options.range === undefined ? null : checkRange(options.range, 'heatMap: range')
  return shown(values, (values) => {
    const rows = matrixOf(values, 'heatMap')
    return { kind: 'heatMap', title, values: rows, range: given ?? rangeOf(rows.flat()) }
  })
}
