/** Six digits at most, with an exponent where that is shorter. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value) || value === 0) return String(value)
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e15) return value.toLocaleString('en-US')
  if (size >= 1e-3 && size < 10 ** digits) return String(Number(value.toPrecision(digits)))
  return String(Number(value.toPrecision(digits - 1)).toExponential())
}
