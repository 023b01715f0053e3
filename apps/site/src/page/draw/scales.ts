import type { Axis, PlotItem } from '@rungs/lesson'
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale'
import { showNumber, showPower } from './number.ts'

export type Scale = ScaleContinuousNumeric<number, number>

export interface Tick {
  readonly value: number
  readonly label: string
}

/** A scale that shows all of `values`, with room where they are one value or none. */
export function scaleOf({ scale }: Axis, values: readonly number[], range: readonly [number, number]): Scale {
  const finite = values.filter(Number.isFinite)
  const make = scale === 'log' ? scaleLog : scaleLinear
  return make(domainOf(finite, scale), range)
}

function domainOf(values: readonly number[], scale: Axis['scale']): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (low < high) return [low, high]
  if (low > high) return scale === 'log' ? [1, 10] : [0, 1]
  if (scale === 'log') return [low / 10, low * 10]
  const room = low === 0 ? 1 : Math.abs(low) / 2
  return [low - room, low + room]
}

/** About `count` ticks; on a logarithmic scale of some width, powers of ten alone. */
export function ticksOf(scale: Scale, { scale: kind }: Axis, count: number): Tick[] {
  if (kind === 'log') {
    const [low = 1, high = 1] = scale.domain()
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
    if (last - first >= 2) {
      const step = Math.max(1, Math.ceil((last - first) / count))
      const start = Math.ceil(first / step) * step
      const exponents = Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, i) => start + i * step)
      return exponents.map((exponent) => ({ value: 10 ** exponent, label: showPower(exponent) }))
    }
  }
  const values = scale.ticks(count)
  // Within a decade or two, nine ticks each stand too close.
  const round = kind === 'log' ? values.filter((value) => /^[125]e/.test(value.toExponential(0))) : values
  return (round.length < 2 ? values : round).map((value) => ({ value, label: showNumber(value) }))
}

/** Everything that has to fit, along each axis. */
export function extentOf({ lines, dots, surface }: PlotItem): { xs: number[]; ys: number[] } {
  const points = [...lines, ...dots].flatMap((series) => series.points)
  return {
    xs: [...points.map(([x]) => x), ...(surface?.x ?? [])],
    ys: [...points.flatMap(([, y]) => (y === null ? [] : [y])), ...(surface?.y ?? [])],
  }
}
