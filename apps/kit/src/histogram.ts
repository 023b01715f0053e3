import { checkOptions, RungsError } from '@rungs/ndarray'
import type { HistogramItem } from './item.ts'
import { checkRange, numbersOf, rangeOf } from './numbers.ts'
import { type Shown, shown } from './shown.ts'

/** Values by name. */
export type Samples = Readonly<Record<string, ArrayLike<number>>>

export interface HistogramOptions {
  readonly title?: string
  /** How many bins; 30. */
  readonly bins?: number
  /** What the bins cover; from the lowest to the highest of all values when left out. */
  readonly range?: readonly [low: number, high: number]
}

/** How values are distributed: a row for each name, all in the same bins. */
export function histogram(samples: Samples, options: HistogramOptions = {}): Shown<Samples> {
  checkOptions(options, ['title', 'bins', 'range'], 'histogram')
  const { title = '', bins = 30 } = options
  if (!Number.isInteger(bins) || bins < 1) throw new RungsError(`histogram: bins must be 1 or more, got ${bins}`)
  const given = options.range === undefined ? null : checkRange(options.range, 'histogram: range')
  return shown(samples, (samples) => {
    const lists = Object.entries(samples).map(([name, values]) => [name, numbersOf(values, `'${name}'`)] as const)
    const range = given ?? rangeOf(lists.flatMap(([, values]) => values))
    return { kind: 'histogram', title, range, rows: lists.map(([name, values]) => count(name, values, bins, range)) }
  })
}

function count(
  name: string,
  values: readonly number[],
  bins: number,
  [low, high]: readonly [number, number],
): HistogramItem['rows'][number] {
  const counts = new Array<number>(bins).fill(0)
  let [outside, notFinite] = [0, 0]
  for (const value of values) {
    if (!Number.isFinite(value)) notFinite++
    else if (value < low || value > high) outside++
    else counts[Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1)]!++
  }
  return { name, counts, outside, notFinite }
}
