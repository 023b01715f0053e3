/** Operators that JavaScript does not have in this form. Generated code calls them by these names. */

const { abs, floor, imul, pow, round, trunc } = Math

/** Halves go to the even neighbour, as IEEE and NumPy round. */
export function roundEven(x: number): number {
  const up = round(x)
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up
}

const zeroLike = (x: number): number => (x < 0 || Object.is(x, -0) ? -0 : 0)

/** NumPy's `npy_floor_divide`: floor of the exact quotient, infinite or NaN for a zero divisor. */
export function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b
  const rest = a % b
  let quotient = (a - rest) / b
  if (rest !== 0 && b < 0 !== rest < 0) quotient -= 1
  if (quotient === 0) return zeroLike(a / b)
  const down = floor(quotient)
  return quotient - down > 0.5 ? down + 1 : down
}

/** Python's `%`: the sign of the divisor, NaN for a zero divisor. */
export function remainder(a: number, b: number): number {
  const rest = a % b
  if (rest === 0) return zeroLike(b)
  return b < 0 !== rest < 0 ? rest + b : rest
}

/** The quotient of two 32-bit integers is exact enough in float64 for its floor to be right. */
export const floorDivideInteger = (a: number, b: number): number => (b === 0 ? 0 : floor(a / b))

export function remainderInteger(a: number, b: number): number {
  if (b === 0) return 0
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** C's `pow`: JavaScript's own gives NaN for `1 ** NaN` and `(-1) ** Infinity`. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && abs(b) === Infinity)) return 1
  return pow(a, b)
}

/** Modulo 2^32; a negative exponent gives 0, except for the bases 1 and -1. */
export function powerInteger(a: number, b: number): number {
  if (b < 0) return a === 1 ? 1 : a === -1 ? ((b & 1) === 0 ? 1 : -1) : 0
  let result = 1
  for (let square = a | 0, bits = b; bits !== 0; bits >>>= 1) {
    if ((bits & 1) === 1) result = imul(result, square)
    square = imul(square, square)
  }
  return result
}

/** The upper 32 bits of the product of two uint32. */
export function mulHighUnsigned(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (imul(aHigh, bLow) >>> 0) + (imul(aLow, bLow) >>> 16)
  const carry = (imul(aLow, bHigh) >>> 0) + (middle & 0xffff)
  return (imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) >>> 0
}

/** The upper 32 bits of the product of two int32. */
export const mulHighSigned = (a: number, b: number): number =>
  (mulHighUnsigned(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0

/** Truncated into `[min, max]`; NaN is 0. */
export const saturate = (x: number, min: number, max: number): number =>
  x >= max ? max : x <= min ? min : Number.isNaN(x) ? 0 : trunc(x)
