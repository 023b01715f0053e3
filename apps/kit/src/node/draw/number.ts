/** So many digits at most, thousands parted by commas, with an exponent where that is shorter. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value) || value === 0) return String(value)
  const size = Math.abs(value)
  if (size >= 1e9 || size < 1e-3) return Number(value.toPrecision(digits)).toExponential()
  // A whole number is a count, and shown whole.
  return value.toLocaleString('en-US', { maximumSignificantDigits: Number.isInteger(value) ? 10 : digits })
}
