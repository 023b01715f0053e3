/** Thrown by the comparisons here; test runners show its message. */
export class ToleranceError extends Error {
  override readonly name = 'ToleranceError'
}

export interface Tolerance {
  /** Of the expected value's magnitude. */
  readonly relative?: number
  readonly absolute?: number
  /** Tell 0 from -0; by default they are equal. */
  readonly signedZero?: boolean
}

/**
 * Whether |actual - expected| ≤ absolute + relative · |expected|. NaN equals NaN, infinities only themselves. Both
 * tolerances are 0 unless given.
 */
export function isClose(actual: number, expected: number, tolerance: Tolerance = {}): boolean {
  const { relative = 0, absolute = 0, signedZero = false } = tolerance
  if (Object.is(actual, expected)) return true
  if (actual === expected) return !signedZero
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false
  if (signedZero && expected === 0 && actual === 0) return false
  return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected)
}

/**
 * Compares two lists element by element.
 * @throws {ToleranceError} with the index and both values of the worst element, or both lengths.
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance = {},
  what = 'values',
): void {
  if (actual.length !== expected.length) {
    throw new ToleranceError(`${what}: got ${actual.length} values, expected ${expected.length}`)
  }
  let worst = -1
  let worstError = -1
  let wrong = 0
  for (let i = 0; i < expected.length; i++) {
    if (isClose(actual[i]!, expected[i]!, tolerance)) continue
    wrong++
    const error = Math.abs(actual[i]! - expected[i]!) / Math.abs(expected[i]!)
    const comparable = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
    if (comparable <= worstError) continue
    worst = i
    worstError = comparable
  }
  if (wrong === 0) return
  const { relative = 0, absolute = 0 } = tolerance
  throw new ToleranceError(
    `${what}: ${wrong} of ${expected.length} differ by more than ${absolute} + ${relative} · |expected|; ` +
      `at index ${worst} got ${show(actual[worst]!)}, expected ${show(expected[worst]!)}`,
  )
}

const show = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
