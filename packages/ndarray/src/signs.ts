import { type Expr, where } from './expr.ts'
import * as f from './formulas.ts'
import { type Binary, floatBinary, type Unary, unaryFunction } from './functions.ts'

/** Below zero, or the zero of negative sign, of which the reciprocal is minus infinity. */
export const isNegative = (x: Expr): Expr => f.or(f.lt(x, 0), f.and(f.eq(x, 0), f.lt(f.reciprocal(x), 0)))

/** The magnitude of `a` with the sign of `b`. */
export const copySign = (a: Expr, b: Expr): Expr => where(isNegative(b), f.neg(f.abs(a)), f.abs(a))

/** True for negative numbers and -0. The sign of a NaN counts as positive. */
export const signbit: Unary = unaryFunction('signbit', isNegative)
export const copysign: Binary = floatBinary('copysign', copySign)
