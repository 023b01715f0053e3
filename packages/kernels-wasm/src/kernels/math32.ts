import {
  type Code,
  type FunctionBuilder,
  f32x4,
  f64x2,
  i32,
  i32x4,
  type Local,
  shuffle32,
  v128,
} from '../emit/index.ts'
import { upper } from './quad.ts'

/**
 * Functions of four float32, over the whole range: NaN, infinities, subnormals and signed zeros as IEEE has them. Errors in
 * units of the last place, from dense samples against float64, stand beside each (`test/accuracy.test.ts`).
 *
 * Polynomials for `exp`, `log`, `sin` and `cos`: S. L. Moshier, Cephes Mathematical Library, single precision.
 */
export type Function32 = (f: FunctionBuilder, x: Code) => Code

const { add, sub, mul, div, abs, pmin, pmax, lt, eq, convertI32x4 } = f32x4
const k = f32x4.const

/** Highest power first. */
const horner = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.slice(1).reduce((sum, c) => add(mul(sum, x), k(c)), k(coefficients[0]!))

/** The same in two chains, of the even and the odd powers: one more product, and half the waiting. */
function twoChains(f: FunctionBuilder, x: Local, coefficients: readonly number[]): Code {
  const square = f.local('v128', mul(x, x))
  const every = (parity: number): number[] =>
    coefficients.filter((_, i) => (coefficients.length - 1 - i) % 2 === parity)
  return add(mul(horner(square, every(1)), x), horner(square, every(0)))
}

const LOG2_E = Math.LOG2E
// ln 2 in two parts: the product of the first with an exponent is exact.
const LN2_HIGH = 0.693359375
const LN2_LOW = -2.1219444005469057e-4
/** (exp(r) - 1 - r) / r² for |r| ≤ ln 2 / 2: the least relative errors of exp(r) (3e-9) and of exp(r) - 1 (1.3e-8). */
const EXP = [0.00138145988, 0.00836871701, 0.0416683881, 0.166665206, 0.499999934]
const EXPM1 = [0.00138825217, 0.00836652071, 0.0416671999, 0.166665436, 0.499999982]
/** Added to numbers up to 2^22 it rounds them to integers, which then are the lowest bits: 3 · 2^22. */
const ROUND = 12582912
const ROUND_BITS = 0x4b400000

/** x = n · ln 2 + r: the bits of `rounded` end with those of n, `below` is exp(r) - 1. */
function reduceExp(f: FunctionBuilder, x: Code, polynomial: readonly number[]): { rounded: Local; below: Local } {
  const rounded = f.local('v128', add(mul(x, k(LOG2_E)), k(ROUND)))
  const n = f.local('v128', sub(rounded, k(ROUND)))
  const r = f.local('v128', sub(sub(x, mul(n, k(LN2_HIGH))), mul(n, k(LN2_LOW))))
  return { rounded, below: f.local('v128', add(mul(horner(r, polynomial), mul(r, r)), r)) }
}

/** `x` within `[low, high]`; NaN stays. */
const clamp = (f: FunctionBuilder, x: Code, low: number, high: number): Local =>
  f.local('v128', pmax(pmin(x, k(high)), k(low)))

/** The power of 2 in `rounded`, added to the exponent of a normal number. */
const exponentOf = (rounded: Code): Code => i32x4.shl(rounded, 23)

/** 2^n for integers in the range of normal numbers. */
const powerOf2 = (n: Code): Code => i32x4.shl(i32x4.add(n, i32x4.const(127)), 23)

/** n in two parts, each a power of its own: the product reaches from subnormals to infinity. */
function twoPowers(f: FunctionBuilder, rounded: Local): [first: Local, second: Local] {
  const n = f.local('v128', i32x4.sub(rounded, i32x4.const(ROUND_BITS)))
  const half = f.local('v128', i32x4.shr(n, 1))
  return [half, f.local('v128', i32x4.sub(n, half))]
}

/** 1.0 ulp. Four arguments whose results are normal numbers, as nearly always, need no care. */
const exp: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  const result = f.local('v128')
  f.if(
    i32.eq(i32x4.bitmask(f32x4.le(abs(x), k(87))), 15),
    () => {
      const { rounded, below } = reduceExp(f, x, EXP)
      f.set(result, i32x4.add(add(below, k(1)), exponentOf(rounded)))
    },
    () => {
      // Where nothing is left, as in masked logits: a product that sinks to 0 would cost a hundred cycles.
      const gone = f.local('v128', lt(x, k(-104)))
      const { rounded, below } = reduceExp(f, clamp(f, v128.andNot(x, gone), -104, 89), EXP)
      const [first, second] = twoPowers(f, rounded)
      f.set(result, v128.andNot(mul(mul(add(below, k(1)), powerOf2(first)), powerOf2(second)), gone))
    },
  )
  return result
}

/** `x` itself where it is so small that nothing else is left of the function. */
const orItself = (x: Local, value: Code, bound: number): Code => v128.bitSelect(x, value, lt(abs(x), k(bound)))

/** 1.7 ulp. 2^n (below + 1) - 1, put together so that nothing is lost where n is 0 nor overflows where it is 128. */
const expm1: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  const { rounded, below } = reduceExp(f, clamp(f, x, -20, 89), EXPM1)
  const [first, second] = twoPowers(f, rounded)
  const scale = f.local('v128', powerOf2(first))
  const rest = sub(scale, powerOf2(i32x4.neg(second)))
  return orItself(x, mul(add(mul(below, scale), rest), powerOf2(second)), 1e-7)
}

/** (log(1 + t) - t + t²/2) / t³ for √½ - 1 ≤ t < √2 - 1. */
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]

/** log(m · 2^e) of numbers m next to 1, given as t = m - 1. */
function logarithm(f: FunctionBuilder, t: Local, e: Local): Code {
  const z = f.local('v128', mul(t, t))
  const tail = add(mul(mul(horner(t, LOG), t), z), sub(mul(e, k(LN2_LOW)), mul(z, k(0.5))))
  return add(add(t, tail), mul(e, k(LN2_HIGH)))
}

/** Positive normal numbers as m · 2^e with √½ ≤ m < √2: e as float32 and t = m - 1. */
function splitExponent(f: FunctionBuilder, x: Local): { t: Local; e: Local; powers: Local } {
  // Bits of √½: mantissas above it take the exponent above.
  const offset = f.local('v128', i32x4.sub(x, i32x4.const(0x3f3504f3)))
  const powers = f.local('v128', i32x4.shr(offset, 23))
  const m = i32x4.sub(x, i32x4.shl(powers, 23))
  return { t: f.local('v128', sub(m, k(1))), e: f.local('v128', convertI32x4(powers)), powers }
}

/** What logarithms give at the ends: -∞ at 0, NaN below it, ∞ and NaN for themselves. */
function logEnds(x: Local, value: Code): Code {
  const above = v128.bitSelect(value, x, lt(x, k(Infinity)))
  const positive = v128.bitSelect(above, v128.or(above, k(NaN)), f32x4.ge(x, k(0)))
  return v128.bitSelect(k(-Infinity), positive, eq(x, k(0)))
}

/** 1.0 ulp. */
const log: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  const small = f.local('v128', lt(x, k(2 ** -126)))
  const normal = f.local('v128', v128.bitSelect(mul(x, k(2 ** 23)), x, small))
  const { t, e } = splitExponent(f, normal)
  f.set(e, sub(e, v128.and(small, k(23))))
  return logEnds(x, logarithm(f, t, e))
}

/** 1.5 ulp. The logarithm of u = 1 + x, to which what the addition lost is given back. */
const log1p: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  const u = f.local('v128', add(x, k(1)))
  const { t, e, powers } = splitExponent(f, u)
  // The larger of 1 and x goes first, so that the difference is exact.
  const lost = v128.bitSelect(sub(k(1), sub(u, x)), sub(x, sub(u, k(1))), f32x4.gt(x, k(1)))
  const scale = powerOf2(i32x4.neg(i32x4.min(powers, i32x4.const(126))))
  f.set(t, add(t, mul(lost, scale)))
  return orItself(x, logEnds(u, logarithm(f, t, e)), 1e-7)
}

const LN2 = Math.LN2

/** 2.5 ulp. (e - 1) / (e + 1) of e = exp(2 |x|), with the sign of x; e - 1 keeps its digits next to zero. */
const tanh: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  const a = f.local('v128', abs(x))
  // From 9.02 on the result is 1.
  const double = f.local('v128', pmin(add(a, a), k(19)))
  const rounded = f.local('v128', add(mul(double, k(LOG2_E)), k(ROUND)))
  const r = f.local('v128', sub(double, mul(sub(rounded, k(ROUND)), k(LN2))))
  const below = add(mul(horner(r, EXPM1), mul(r, r)), r)
  const scale = f.local('v128', i32x4.add(exponentOf(rounded), k(1)))
  const e = f.local('v128', add(mul(below, scale), sub(scale, k(1))))
  return v128.or(div(e, add(e, k(2))), v128.and(x, k(-0)))
}

/** (2^r - 1) / r for |r| ≤ 1/2, to 1.1e-8; and log2(1 - erf(t)) / t for 0 ≤ t ≤ 4, to 4e-9 of erf: least maximal errors. */
const POWER = [0.000154035128, 0.00133907357, 0.00961823749, 0.0555035743, 0.240226498, 0.693147188]
const ERF = [
  1.33532113e-5, -0.000169713428, 0.000912964235, -0.00240496137, 0.000231348248, 0.0276320623, -0.148277076,
  -0.918447624, -1.62790704,
]

/** 2.8 ulp. 1 - 2^y where y is a polynomial: the difference keeps its digits next to zero, as in tanh. */
export const erf: Function32 = (f, argument) => {
  const x = f.local('v128', argument)
  // From 3.93 on the result is 1.
  const t = f.local('v128', pmin(abs(x), k(4)))
  const y = f.local('v128', mul(twoChains(f, t, ERF), t))
  const rounded = f.local('v128', add(y, k(ROUND)))
  const r = f.local('v128', sub(y, sub(rounded, k(ROUND))))
  const scale = f.local('v128', i32x4.add(exponentOf(rounded), k(1)))
  const value = sub(sub(k(1), scale), mul(mul(horner(r, POWER), r), scale))
  return v128.or(value, v128.and(x, k(-0)))
}

const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]
const HALF_PI = Math.PI / 2
/** π/2 less its first 33 bits: with those, products by whole numbers up to 2^20 are exact. */
const HALF_PI_HIGH = 1.5707963267341256
const HALF_PI_LOW = 6.077100506506192e-11
/** Beyond, the digits of π above do not reach: the caller takes another way. */
export const MAX_ANGLE = 1e5

/** 1.6 ulp up to `MAX_ANGLE`, by quarter turns; `quarters` is added to them, so that cos is sin(x + π/2). */
const sinusoid =
  (quarters: number): Function32 =>
  (f, argument) => {
    const x = f.local('v128', argument)
    const half = (part: Code): { n: Local; r: Code } => {
      const wide = f.local('v128', f64x2.promoteLowF32x4(part))
      const n = f.local('v128', f64x2.nearest(f64x2.mul(wide, f64x2.const(1 / HALF_PI))))
      const high = f64x2.sub(wide, f64x2.mul(n, f64x2.const(HALF_PI_HIGH)))
      return { n, r: f32x4.demoteF64x2(f64x2.sub(high, f64x2.mul(n, f64x2.const(HALF_PI_LOW)))) }
    }
    const [low, high] = [half(x), half(upper(x))]
    const r = f.local('v128', shuffle32(low.r, high.r, [0, 1, 4, 5]))
    const turns = shuffle32(i32x4.truncF64x2(low.n), i32x4.truncF64x2(high.n), [0, 1, 4, 5])
    const q = f.local('v128', i32x4.add(turns, i32x4.const(quarters)))
    const z = f.local('v128', mul(r, r))
    const odd = add(r, mul(mul(r, z), horner(z, SIN)))
    const even = add(sub(k(1), mul(z, k(0.5))), mul(mul(z, z), horner(z, COS)))
    const isEven = i32x4.ne(v128.and(q, i32x4.const(1)), i32x4.const(0))
    const sign = i32x4.shl(v128.and(q, i32x4.const(2)), 30)
    const value = v128.xor(v128.bitSelect(even, odd, isEven), sign)
    return quarters === 0 ? orItself(x, value, 2 ** -13) : value
  }

const sin: Function32 = sinusoid(0)
const cos: Function32 = sinusoid(1)

export const functions32: { readonly [name: string]: Function32 } = { exp, expm1, log, log1p, sin, cos, tanh }
