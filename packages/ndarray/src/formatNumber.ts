/** How the elements of one print are written. */
export interface Notation {
  /** `whole` are floats without a fraction: `3.`. */
  readonly style: 'boolean' | 'integer' | 'whole' | 'fixed' | 'scientific'
  readonly precision: number
  readonly width: number
}

/** One number as Python's `format` writes it. */
export function formatNumber(value: number, { style, precision }: Notation): string {
  if (style === 'boolean') return value === 0 ? 'False' : 'True'
  if (style === 'integer') return String(value)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (style === 'whole') return `${fixed(value, 0)}.`
  return style === 'fixed' ? fixed(value, precision) : scientific(value, precision)
}

const sign = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '')

/** `{:.4f}`. */
function fixed(value: number, digits: number): string {
  const magnitude = Math.abs(value)
  return sign(value) + toEven(magnitude.toFixed(digits), magnitude, (places) => magnitude.toFixed(places), digits)
}

/** `{:.4e}`: at least two digits in the exponent. */
function scientific(value: number, digits: number): string {
  const magnitude = Math.abs(value)
  const [mantissa = '', exponent = ''] = magnitude.toExponential(digits).split('e')
  const longer = (places: number): string => magnitude.toExponential(places).split('e')[0] ?? ''
  const power = Number(exponent)
  return `${sign(value)}${toEven(mantissa, magnitude, longer, digits)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** JavaScript rounds an exact half up, Python to even: `0.03125` is `0.0312` there. */
function toEven(rounded: string, magnitude: number, digitsOf: (places: number) => string, digits: number): string {
  // A float64 that lies halfway has all its digits within this many places.
  const exact = digitsOf(Math.min(digits + 60, 100))
  const cut = exact.length - Math.min(60, 100 - digits)
  const halfway = /^50*$/.test(exact.slice(cut))
  if (!halfway || magnitude === 0) return rounded
  const below = exact.slice(0, cut).replace(/\.$/, '')
  return Number(below.at(-1)) % 2 === 0 ? below : rounded
}
