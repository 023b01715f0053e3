import { type BinaryOp, binary, constant, type Expr, input, type UnaryOp, unary, where } from './expr.ts'

/** Formulas over scalars from which elementwise operations, and others' kernels, are put together. */
export const x0: Expr = input(0)
export const x1: Expr = input(1)
export const x2: Expr = input(2)

const binaryOf =
  (op: BinaryOp) =>
  (a: Expr | number, b: Expr | number): Expr =>
    binary(op, lift(a), lift(b))
const unaryOf =
  (op: UnaryOp) =>
  (a: Expr): Expr =>
    unary(op, a)
const lift = (a: Expr | number): Expr => (typeof a === 'number' ? constant(a) : a)

type Binary = (a: Expr | number, b: Expr | number) => Expr
type Unary = (a: Expr) => Expr

export const add: Binary = binaryOf('add')
export const sub: Binary = binaryOf('sub')
export const mul: Binary = binaryOf('mul')
export const div: Binary = binaryOf('div')
export const pow: Binary = binaryOf('pow')
export const max: Binary = binaryOf('max')
export const min: Binary = binaryOf('min')
export const lt: Binary = binaryOf('lt')
export const le: Binary = binaryOf('le')
export const gt: Binary = binaryOf('gt')
export const ge: Binary = binaryOf('ge')
export const eq: Binary = binaryOf('eq')
export const and: Binary = binaryOf('and')
export const or: Binary = binaryOf('or')
export const ne: Binary = binaryOf('ne')
export const neg: Unary = unaryOf('neg')
export const abs: Unary = unaryOf('abs')
export const exp: Unary = unaryOf('exp')
export const expm1: Unary = unaryOf('expm1')
export const log: Unary = unaryOf('log')
export const log1p: Unary = unaryOf('log1p')
export const sqrt: Unary = unaryOf('sqrt')
export const sin: Unary = unaryOf('sin')
export const cos: Unary = unaryOf('cos')
export const tanh: Unary = unaryOf('tanh')
export const round: Unary = unaryOf('round')
export const isNaN: Unary = unaryOf('isNaN')
export const not: Unary = unaryOf('not')

/** `max(x, 0)`, and NaN for NaN. */
export const relu: Unary = (x) => where(lt(x, 0), constant(0), x)
export const square: Unary = (x) => mul(x, x)
export const reciprocal: Unary = (x) => div(1, x)
export const rsqrt: Unary = (x) => div(1, sqrt(x))
/** `1 / (1 + exp(-x))`. */
export const sigmoid: Unary = (x) => div(1, add(1, exp(neg(x))))
/** `log(1 + exp(x))` without overflow. */
export const softplus: Unary = (x) => add(max(x, 0), log1p(exp(neg(abs(x)))))
/** `log(1 / (1 + exp(-x)))` without overflow. */
export const logSigmoid: Unary = (x) => sub(min(x, 0), log1p(exp(neg(abs(x)))))
/** `x · sigmoid(x)`. */
export const silu: Unary = (x) => div(x, add(1, exp(neg(x))))
/** `x · tanh(softplus(x))` (Misra, 2019). */
export const mish: Unary = (x) => mul(x, tanh(softplus(x)))
/** `x` above 0, `alpha · (exp(x) - 1)` below. */
export const elu = (x: Expr, alpha: Expr | number): Expr => where(gt(x, 0), x, mul(alpha, expm1(min(x, 0))))
/** As `elu`, of `x / alpha` below 0, where its slope goes on (Barron, 2017). */
export const celu = (x: Expr, alpha: Expr): Expr => where(gt(x, 0), x, mul(alpha, expm1(div(min(x, 0), alpha))))
/** The scale and slope with which activations keep a mean of 0 and a variance of 1 (Klambauer and others, 2017). */
export const SELU_SCALE = 1.0507009873554805
export const SELU_ALPHA = 1.6732632423543772
export const selu: Unary = (x) => mul(SELU_SCALE, elu(x, SELU_ALPHA))
export const leakyRelu = (x: Expr, slope: Expr): Expr => where(gt(x, 0), x, mul(x, slope))
export const hardtanh = (x: Expr, low: Expr | number, high: Expr | number): Expr => min(max(x, low), high)
/** `sigmoid` in three straight pieces: `(x + 3) / 6` between 0 and 1. */
export const hardsigmoid: Unary = (x) => div(hardtanh(add(x, 3), 0, 6), 6)
/** `x · hardsigmoid(x)` (Howard and others, 2019). */
export const hardswish: Unary = (x) => div(mul(x, hardtanh(add(x, 3), 0, 6)), 6)
/** `x / (1 + |x|)`. */
export const softsign: Unary = (x) => div(x, add(1, abs(x)))
export const tanhshrink: Unary = (x) => sub(x, tanh(x))
/** `x` moved towards 0 by `lambda`, and 0 nearer than that. */
export const softshrink = (x: Expr, lambda: Expr): Expr => sub(x, hardtanh(x, neg(lambda), lambda))
/** `x`, and 0 nearer to it than `lambda`. */
export const hardshrink = (x: Expr, lambda: Expr): Expr => where(le(abs(x), lambda), constant(0), x)
/** `x` above the threshold, `value` at it and below. */
export const threshold = (x: Expr, bound: Expr, value: Expr): Expr => where(le(x, bound), value, x)
/** `x · Φ(x)`, the Gaussian error linear unit (Hendrycks and Gimpel, 2016). */
export const gelu: Unary = (x) => mul(mul(0.5, x), add(1, erf(mul(x, Math.SQRT1_2))))
/** The same paper's approximation: `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`. */
export const geluTanh: Unary = (x) =>
  mul(mul(0.5, x), add(1, tanh(mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, mul(x, mul(x, x))))))))

const isFinite: Unary = (x) => lt(abs(x), constant(Number.POSITIVE_INFINITY))

export { isFinite }

/** Either infinity. */
export const isInf: Unary = (x) =>
  or(eq(x, constant(Number.POSITIVE_INFINITY)), eq(x, constant(Number.NEGATIVE_INFINITY)))

/** A polynomial by Horner's rule, highest power first. */
export const horner = (x: Expr, coefficients: readonly number[]): Expr =>
  coefficients.slice(1).reduce<Expr>((sum, c) => add(mul(sum, x), c), constant(coefficients[0] ?? 0))

/**
 * The error function, `2/√π ∫₀ˣ exp(-t²) dt`: rational approximations on three intervals, to about 1e-16 in float64
 * (W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of Computation 23, 1969).
 */
export const erf: Unary = (x) => {
  const y = abs(x)
  const near = min(y, 0.46875)
  const middle = min(max(y, 0.46875), 4)
  const far = max(min(y, 10), 4)
  const t = square(near)
  const small = mul(
    near,
    div(
      horner(t, [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694]),
      horner(t, [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]),
    ),
  )
  const medium = mul(
    exp(neg(square(middle))),
    div(
      horner(
        middle,
        [
          2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
          881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
        ],
      ),
      horner(
        middle,
        [
          1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
          4362.619090143247, 3439.3676741437216, 1230.3393548037495,
        ],
      ),
    ),
  )
  const u = div(1, square(far))
  const tail = mul(
    u,
    div(
      horner(
        u,
        [
          0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
          0.0006587491615298378,
        ],
      ),
      horner(
        u,
        [1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918],
      ),
    ),
  )
  const large = mul(div(exp(neg(square(far))), far), sub(1 / Math.sqrt(Math.PI), tail))
  const magnitude = where(le(y, 0.46875), small, where(le(y, 4), sub(1, medium), sub(1, large)))
  return where(isNaN(x), x, where(lt(x, 0), neg(magnitude), magnitude))
}

/** Small exponents are structure: products and roots instead of a power. Null for the rest. */
export function powerOf(x: Expr, exponent: number): Expr | null {
  switch (exponent) {
    case 0.5:
      return sqrt(x)
    case 1:
      return x
    case 2:
      return square(x)
    case 3:
      return mul(square(x), x)
    case 4:
      return square(square(x))
    case -1:
      return reciprocal(x)
    case -2:
      return reciprocal(square(x))
    default:
      return null
  }
}
