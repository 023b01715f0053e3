import * as nd from '@rungs/ndarray'
import { type expr, formulas as f } from '@rungs/ndarray'
import { type Binary, binary, type Unary, unary } from './elementwise.ts'
import { a, b, g, y } from './formula.ts'

const { add: plus, div: over, mul: times, neg: minus, rsqrt, square, sub } = f
const exp = (x: expr.Expr): expr.Expr => f.exp(x)
const [rising, falling] = [f.expm1(a), f.expm1(minus(a))]

export const tan: Unary = unary('Tan', nd.tan, times(g, plus(1, square(y))))
/** NaN outside `[-1, 1]`. */
export const asin: Unary = unary('Asin', nd.asin, times(g, rsqrt(sub(1, square(a)))))
/** NaN outside `[-1, 1]`. */
export const acos: Unary = unary('Acos', nd.acos, minus(times(g, rsqrt(sub(1, square(a))))))
export const atan: Unary = unary('Atan', nd.atan, over(g, plus(1, square(a))))

export const sinh: Unary = unary('Sinh', nd.sinh, times(g, times(0.5, plus(exp(a), exp(minus(a))))))
/** Its gradient is exact near 0, where the exponentials would cancel. */
export const cosh: Unary = unary('Cosh', nd.cosh, times(g, times(0.5, sub(rising, falling))))
export const asinh: Unary = unary('Asinh', nd.asinh, times(g, rsqrt(plus(square(a), 1))))
/** NaN below 1. */
export const acosh: Unary = unary('Acosh', nd.acosh, times(g, rsqrt(sub(square(a), 1))))
/** NaN outside `[-1, 1]`, infinite at its ends. */
export const atanh: Unary = unary('Atanh', nd.atanh, over(g, sub(1, square(a))))

const norm = plus(square(a), square(b))
/** The angle of the point (x, y), which come as `atan2(y, x)`, in `[-π, π]`; at the origin the gradient is NaN. */
export const atan2: Binary = binary('Atan2', nd.atan2, times(g, over(b, norm)), times(g, over(minus(a), norm)))
/** `√(a² + b²)` without overflow; at the origin the gradient is NaN. */
export const hypot: Binary = binary('Hypot', nd.hypot, times(g, over(a, y)), times(g, over(b, y)))
