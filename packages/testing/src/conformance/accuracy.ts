import type { DeviceLike, DType } from './module.ts'
import { isFloat, ulp } from './numbers.ts'

/** How far from the exact result an operator on floats may be. Integers and booleans are always exact. */
export interface Accuracy {
  /** A subnormal float32, going in or coming out, may count as zero of its sign. */
  readonly flushes: boolean
  /** The absolute error allowed beside the exact result (which is rounded to `dtype` already). */
  error(op: string, dtype: DType, args: readonly number[], exact: number): number
  /** Whether a result of zero must have the sign that IEEE gives it. */
  zeroSign(op: string, args: readonly number[]): boolean
  /** The relative error of each addition in a long sum. */
  readonly sumError: number
}

const transcendental: ReadonlySet<string> = new Set(['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'pow'])

/** Plain JavaScript and WebAssembly: IEEE to the bit, and a few units of the last place where a library is asked. */
const host: Accuracy = {
  flushes: false,
  error: (op, dtype, _, exact) => (transcendental.has(op) ? 2 * ulp(exact, dtype) : 0),
  zeroSign: () => true,
  sumError: 2 ** -24,
}

const { abs, max, min, log2 } = Math

/**
 * The WGSL specification, "Accuracy of Concrete Floating Point Expressions", where it says something; what this project
 * promises beyond it where it does not (`sin`, `cos`, `expm1`, `log1p`, `floorDiv`, `remainder`).
 */
const wgsl: Readonly<Record<string, (exact: number, a: number, b: number) => number>> = {
  // "Correctly rounded", the direction not being said.
  add: (exact) => ulp(exact, 'float32'),
  sub: (exact) => ulp(exact, 'float32'),
  mul: (exact) => ulp(exact, 'float32'),
  // 2.5 ULP for |b| in [2^-126, 2^126]; beyond, where 1 / b is subnormal, the quotient may vanish.
  div: (exact, _, b) => (abs(b) > 2 ** 126 ? abs(exact) : 2.5 * ulp(exact, 'float32')),
  // Inherited from 1 / inverseSqrt(x): 2 ULP and 2.5 ULP.
  sqrt: (exact) => 5 * ulp(exact, 'float32'),
  // 3 + 2 |x| ULP.
  exp: (exact, a) => (3 + 2 * abs(a)) * ulp(exact, 'float32'),
  // Where the result is not small against 1 it is exp(x) - 1; nearer to zero a series keeps its digits.
  expm1: (exact, a) => (5 + 2 * abs(a)) * ulp(abs(a) < 0.5 ? exact : max(abs(exact), 1), 'float32'),
  // 2^-21 absolute for x in [0.5, 2], else 3 ULP.
  log: (exact, a) => (a >= 0.5 && a <= 2 ? 2 ** -21 : 3 * ulp(exact, 'float32')),
  log1p: (exact, a) => (abs(a) < 0.25 ? 8 * ulp(exact, 'float32') : 2 ** -21 + 4 * ulp(exact, 'float32')),
  // WGSL promises 2^-11 inside [-π, π]; this project 2e-4 wherever float32 still resolves the period. Past that the
  // result is a number in [-1, 1].
  sin: (_, a) => (abs(a) <= 1e5 ? 2e-4 : 2),
  cos: (_, a) => (abs(a) <= 1e5 ? 2e-4 : 2),
  // 1e-5 absolute, and here of a small result too.
  tanh: (exact) => 1e-5 * min(1, abs(exact)) + 2 ** -149,
  // Inherited from exp2(b · log2(a)), or as many roundings as there are products.
  pow(exact, a, b) {
    const t = b * log2(abs(a))
    const logarithm = abs(a) >= 0.5 && abs(a) <= 2 ? 2 ** -21 : 3 * ulp(log2(abs(a)), 'float32')
    const relative = abs(b) * logarithm + ulp(t, 'float32') + (4 + 2 * abs(t) + abs(b)) * 2 ** -23
    return relative * abs(exact)
  },
  // Exact while the quotient has places behind the point.
  floorDiv: (exact) => (abs(exact) < 2 ** 20 ? 0 : 4 * ulp(exact, 'float32')),
  remainder: (exact) => ulp(exact, 'float32'),
  // int32 and uint32 have more digits than float32: "correctly rounded".
  cast: (exact) => ulp(exact, 'float32'),
}

const webgpu: Accuracy = {
  flushes: true,
  error(op, dtype, [a = 0, b = 0], exact) {
    if (!isFloat(dtype) || !Number.isFinite(exact)) return 0
    const error = wgsl[op]?.(exact, a, b) ?? 0
    // Computed in float32 and then rounded, in a direction that WGSL leaves open.
    return dtype === 'float16' ? error + ulp(exact, 'float16') : error
  },
  // WGSL leaves it open which of two zeros max and min give, and a logarithm of 1 is within its error of either.
  zeroSign: (op, [a]) => op !== 'max' && op !== 'min' && (a === 0 || (op !== 'log' && op !== 'cos' && op !== 'log1p')),
  sumError: 2 ** -23,
}

export const accuracyOf = (device: DeviceLike): Accuracy => (device.name === 'webgpu' ? webgpu : host)
