import type { DType } from './module.ts'
import { isFloat, rounded } from './numbers.ts'

/**
 * What each operator means, one number at a time: floats in float64 and then rounded, integers in BigInt and then
 * wrapped. Nothing here is shared with a device.
 */
export function apply(op: string, dtype: DType, args: readonly number[]): number {
  const [a = 0, b = 0, c = 0] = args
  if (op === 'where') return a === 0 ? c : b
  const compare = comparisons[op]
  if (compare !== undefined) return compare(a, b) ? 1 : 0
  if (op === 'isNaN') return Number.isNaN(a) ? 1 : 0
  if (isFloat(dtype)) return rounded(floatOperators[op]!(a, b), dtype)
  if (dtype === 'bool') return booleanOperators[op]!(a, b)
  return integerOperator(op, dtype, BigInt(a), BigInt(b))
}

const limits: { readonly [D in DType]?: readonly [number, number] } = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
}

export function cast(value: number, from: DType, to: DType): number {
  if (to === 'bool') return value === 0 ? 0 : 1
  if (isFloat(to)) return rounded(value, to)
  if (!isFloat(from)) return Number(wrap(BigInt(value), to))
  const [least, most] = limits[to]!
  if (Number.isNaN(value)) return 0
  return value <= least ? least : value >= most ? most : Math.trunc(value) + 0
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
}

const booleanOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  not: (a) => 1 - a,
  add: (a, b) => Math.max(a, b),
  mul: (a, b) => a * b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  and: (a, b) => a * b,
  or: (a, b) => Math.max(a, b),
  xor: (a, b) => (a === b ? 0 : 1),
}

/** Zero with the sign of a number. */
const zeroOf = (sign: number): number => (sign < 0 || Object.is(sign, -0) ? -0 : 0)

const floatOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round(a) {
    if (!Number.isFinite(a) || Math.abs(a) >= 2 ** 52) return a
    const down = Math.floor(a)
    const rest = a - down
    const nearest = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1
    return nearest === 0 ? zeroOf(a) : nearest
  },
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  /** NumPy's floor_divide: the quotient of what `%` leaves, so that a = b · (a // b) + a % b as nearly as can be. */
  floorDiv(a, b) {
    if (b === 0) return a / b
    const rest = a % b
    const whole = Math.round((a - rest) / b) - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0)
    return whole === 0 ? zeroOf(a / b) : whole
  },
  /** Python's %: of the divisor's sign, a zero too. */
  remainder(a, b) {
    const rest = a % b
    if (rest === 0) return zeroOf(b)
    return rest < 0 === b < 0 ? rest : rest + b
  },
  /** C's pow, where JavaScript's differs: 1 to any power, and -1 to an infinite one. */
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b),
}

const wrap = (value: bigint, dtype: DType): bigint =>
  dtype === 'int32' ? BigInt.asIntN(32, value) : BigInt.asUintN(dtype === 'uint8' ? 8 : 32, value)

function integerOperator(op: string, dtype: DType, a: bigint, b: bigint): number {
  return Number(wrap(integerOperators[op]!(a, b), dtype))
}

/** Rounded down. */
const floorDivide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a - modulo(a, b)) / b)
/** Of the divisor's sign. */
const modulo = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : ((a % b) + b) % b)

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = BigInt.asIntN(64, result * square)
    square = BigInt.asIntN(64, square * square)
  }
  return result
}

const integerOperators: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  neg: (a) => -a,
  abs: (a) => (a < 0n ? -a : a),
  sign: (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
  not: (a) => ~a,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  floorDiv: floorDivide,
  remainder: modulo,
  pow: power,
  max: (a, b) => (a - b > 0n ? a : b),
  min: (a, b) => (a - b < 0n ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << (b & 31n),
  shr: (a, b) => a >> (b & 31n),
  mulHigh: (a, b) => (a * b) >> 32n,
}
