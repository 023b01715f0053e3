const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** For a label: four digits, a power of ten where that is shorter, a true minus. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('-', '−').replace('Infinity', '∞')
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [digits = '', exponent = ''] = value.toExponential(3).split('e')
    const mantissa = String(Number(digits))
    const power = showPower(Number(exponent))
    if (mantissa === '1') return power
    return `${mantissa === '-1' ? '−' : `${mantissa.replace('-', '−')}·`}${power}`
  }
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumSignificantDigits: 4 }).replace('-', '−')
}

/** 10 to the power of a whole number. */
export const showPower = (exponent: number): string =>
  `10${exponent < 0 ? '⁻' : ''}${Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)]).join('')}`
