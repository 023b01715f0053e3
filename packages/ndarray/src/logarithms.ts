import { type Expr, where } from './expr.ts'
import * as f from './formulas.ts'
import { type Binary, floatBinary, floatUnary, type Unary } from './functions.ts'

/** The logarithm to `base`, and the whole number that it is where `x` is that power of `base`. */
function logarithm(x: Expr, base: number): { near: Expr; whole: Expr; isWhole: Expr } {
  const near = f.div(f.log(x), Math.log(base))
  const whole = f.round(near)
  return { near, whole, isWhole: f.eq(f.pow(base, whole), x) }
}

export const log2: Unary = floatUnary('log2', (x) => {
  const { near, whole, isWhole } = logarithm(x, 2)
  return where(isWhole, whole, near)
})
export const log10: Unary = floatUnary('log10', (x) => {
  const { near, whole, isWhole } = logarithm(x, 10)
  // A negative power of ten is no binary number: what equals it is the nearest one.
  return where(f.and(f.ge(whole, 0), isWhole), whole, near)
})
/** `2ˣ`. */
export const exp2: Unary = floatUnary('exp2', (x) => f.pow(2, x))

/** `log(exp(a) + exp(b))` without overflow. */
export const logaddexp: Binary = floatBinary('logaddexp', (a, b) => {
  const apart = f.add(f.max(a, b), f.log1p(f.exp(f.neg(f.abs(f.sub(a, b))))))
  return where(f.eq(a, b), f.add(a, Math.LN2), apart)
})
