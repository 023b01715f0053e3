type Rgb = readonly [red: number, green: number, blue: number]

/** Dark to light through blue and green: as bright as it is high, for every kind of eye, on paper and on black. */
const sequential: readonly Rgb[] = [
  [37, 25, 73],
  [50, 69, 128],
  [39, 111, 142],
  [35, 150, 139],
  [81, 185, 116],
  [162, 213, 77],
  [247, 230, 90],
]

/** Blue below 0, red above, nearly white in between. */
const diverging: readonly Rgb[] = [
  [30, 74, 145],
  [86, 140, 200],
  [172, 203, 230],
  [245, 242, 236],
  [238, 186, 160],
  [214, 104, 84],
  [148, 27, 54],
]

export interface Ramp {
  /** What the two ends stand for. */
  readonly range: readonly [low: number, high: number]
  colour(value: number): Rgb
  /** For CSS. */
  readonly gradient: string
}

/** Values on both sides of 0 are told apart, evenly in both directions; others go from low to high. */
export function rampFor([low, high]: readonly [number, number]): Ramp {
  const isSigned = low < 0 && high > 0
  const stops = isSigned ? diverging : sequential
  const end = Math.max(-low, high)
  const range = isSigned ? ([-end, end] as const) : ([low, high] as const)
  const colour = (value: number): Rgb => {
    const share = range[1] === range[0] ? 0.5 : (value - range[0]) / (range[1] - range[0])
    return mix(stops, Math.min(Math.max(share, 0), 1))
  }
  return { range, colour, gradient: `linear-gradient(to right, ${stops.map(css).join(', ')})` }
}

function mix(stops: readonly Rgb[], share: number): Rgb {
  const at = share * (stops.length - 1)
  const i = Math.min(Math.floor(at), stops.length - 2)
  const [from, to] = [stops[i], stops[i + 1]]
  if (from === undefined || to === undefined) throw new RangeError(`a ramp has two stops or more, got ${stops.length}`)
  const part = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (at - i) * (to[channel] - from[channel]))
  return [part(0), part(1), part(2)]
}

export const css = (rgb: Rgb): string => `rgb(${rgb.join(' ')})`
