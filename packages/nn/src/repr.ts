/** What PyTorch prints of a layer's arguments: `repr({ eps: float(1e-5), affine: true })` is `eps=1e-05, affine=True`. */
export const repr = (named: Readonly<Record<string, Argument>>): string =>
  Object.entries(named)
    .map(([name, value]) => `${name}=${literal(value)}`)
    .join(', ')

/** Text stands as it is: `float(…)` or a word in quotes. */
type Argument = string | number | boolean | null | readonly (number | null)[]

/** One argument, as Python writes it. */
export function literal(value: Argument): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null) return 'None'
  if (typeof value === 'object')
    return value.length === 1 ? `(${literal(value[0] ?? null)},)` : `(${value.map(literal).join(', ')})`
  return String(value)
}

/** A number as Python writes a float: `1.0`, `0.01`, `1e-05`. */
export function float(x: number): string {
  if (!Number.isFinite(x)) return String(x).toLowerCase().replace('infinity', 'inf')
  const size = Math.abs(x)
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  return Number.isInteger(x) ? `${x}.0` : String(x)
}
