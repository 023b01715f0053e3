import { type Expr, where } from './expr.ts'
import * as f from './formulas.ts'
import { add, div, mul, square, sub } from './formulas.ts'
import { floatUnary, type Unary } from './functions.ts'
import { copySign } from './signs.ts'

/** After fdlibm (Sun Microsystems, 1993): exact near zero, and without overflow where the result has none. */

/** From here on `exp(-x)` is lost beside `exp(x)`. */
const LARGE = 22
/** From here on `x² + 1` is `x²`. */
const HUGE = 2 ** 28

/** `exp(x) / 2`, in two factors. */
function halfExp(x: Expr): Expr {
  const root = f.exp(mul(0.5, x))
  return mul(mul(0.5, root), root)
}

export const sinh: Unary = floatUnary('sinh', (x) => {
  const y = f.abs(x)
  const t = f.expm1(f.min(y, LARGE))
  return copySign(where(f.lt(y, LARGE), mul(0.5, add(t, div(t, add(t, 1)))), halfExp(y)), x)
})

export const cosh: Unary = floatUnary('cosh', (x) => {
  const y = f.abs(x)
  const e = f.exp(f.min(y, LARGE))
  return where(f.lt(y, LARGE), mul(0.5, add(e, f.reciprocal(e))), halfExp(y))
})

export const asinh: Unary = floatUnary('asinh', (x) => {
  const y = f.abs(x)
  const t = square(f.min(y, HUGE))
  const near = f.log1p(add(f.min(y, HUGE), div(t, add(1, f.sqrt(add(1, t))))))
  return copySign(where(f.lt(y, HUGE), near, add(f.log(y), Math.LN2)), x)
})

/** NaN below 1. */
export const acosh: Unary = floatUnary('acosh', (x) => {
  const t = sub(f.min(x, HUGE), 1)
  const near = f.log1p(add(t, mul(f.sqrt(t), f.sqrt(add(t, 2)))))
  return where(f.lt(x, HUGE), near, add(f.log(x), Math.LN2))
})

/** NaN outside `[-1, 1]`, infinite at its ends. */
export const atanh: Unary = floatUnary('atanh', (x) => {
  const y = f.abs(x)
  return copySign(mul(0.5, f.log1p(div(mul(2, y), sub(1, y)))), x)
})
