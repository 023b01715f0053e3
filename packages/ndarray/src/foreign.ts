import { DTypeError, RungsError } from './errors.ts'

/** Marks what packages make with their own name, so that one copy of a package knows another's. */
export const BRAND: symbol = Symbol.for('@rungs/made-by')

/** Why `value` cannot be an operand: another copy of a package made it, or it is no array at all. */
export function notAnOperand(value: unknown, expected = 'expected an array, a number or a boolean'): RungsError {
  if (typeof value === 'object' && value !== null && BRAND in value) {
    const name = String((value as Record<symbol, unknown>)[BRAND])
    return new RungsError(
      `this array was made by another copy of ${name}, or by another package: copies do not share arrays or devices. Let the ` +
        `package manager install one (npm ls ${name} shows them all), and hand a tensor's x.array to functions of arrays`,
    )
  }
  const text = typeof value === 'object' ? Object.prototype.toString.call(value) : `${typeof value} ${String(value)}`
  const what = value === undefined ? 'undefined' : text
  return new DTypeError(`${expected}, got ${what}; make an array with array(…)`)
}

/** @throws {RungsError} for an object that some copy of a package made. */
export function refuseForeign(value: unknown): void {
  if (typeof value === 'object' && value !== null && BRAND in value) throw notAnOperand(value)
}
