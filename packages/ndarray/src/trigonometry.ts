import { constant, type Expr, where } from './expr.ts'
import * as f from './formulas.ts'
import { add, div, mul, neg, sub } from './formulas.ts'
import { type Binary, floatBinary, floatUnary, type Unary } from './functions.ts'
import { copySign, isNegative } from './signs.ts'

/**
 * atan on `[0, ∞]`: rational on `[-tan(π/8), 0.66]`, where three intervals are brought to (S. L. Moshier, Cephes, 1989).
 */
function atanOf(x: Expr): Expr {
  const steep = f.gt(x, 2.414213562373095)
  const middle = f.gt(x, 0.66)
  const t = where(steep, neg(f.reciprocal(x)), where(middle, div(sub(x, 1), add(x, 1)), x))
  const z = f.square(t)
  const ratio = div(
    f.horner(z, [-0.8750608600031904, -16.15753718733365, -75.00855792314705, -122.88666844901361, -64.85021904942025]),
    f.horner(z, [1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614]),
  )
  const rest = add(t, mul(t, mul(z, ratio)))
  return where(steep, add(Math.PI / 2, rest), where(middle, add(Math.PI / 4, rest), rest))
}

const signedAtan = (x: Expr): Expr => copySign(atanOf(f.abs(x)), x)

export const tan: Unary = floatUnary('tan', (x) => div(f.sin(x), f.cos(x)))
export const atan: Unary = floatUnary('atan', signedAtan)
/** NaN outside `[-1, 1]`. */
export const asin: Unary = floatUnary('asin', (x) => signedAtan(div(x, f.sqrt(mul(sub(1, x), add(1, x))))))
/** NaN outside `[-1, 1]`. */
export const acos: Unary = floatUnary('acos', (x) => mul(2, atanOf(f.sqrt(div(sub(1, x), add(1, x))))))

/** The angle of the point (x, y), in `[-π, π]`; zeros and infinities as in C. */
export const atan2: Binary = floatBinary('atan2', (y, x) => {
  const [rise, run] = [f.abs(y), f.abs(x)]
  const atOrigin = f.and(f.eq(rise, 0), f.eq(run, 0))
  const steep = atanOf(where(atOrigin, run, div(rise, run)))
  const angle = where(f.and(f.isInf(y), f.isInf(x)), constant(Math.PI / 4), steep)
  return copySign(where(isNegative(x), sub(Math.PI, angle), angle), y)
})

/** `√(a² + b²)` without overflow; infinite where one of them is, even beside NaN. */
export const hypot: Binary = floatBinary('hypot', (a, b) => {
  const [x, y] = [f.abs(a), f.abs(b)]
  const large = f.max(x, y)
  const ratio = div(f.min(x, y), large)
  const length = mul(large, f.sqrt(add(1, f.square(ratio))))
  const infinite = constant(Number.POSITIVE_INFINITY)
  return where(f.or(f.isInf(a), f.isInf(b)), infinite, where(f.eq(large, 0), large, length))
})
