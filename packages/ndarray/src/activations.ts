import { where } from './expr.ts'
import * as f from './formulas.ts'
import { operandsFunction, type Unary, unaryFunction } from './functions.ts'
import type { NDArray } from './ndarray.ts'

/** What stands between the layers of networks; `formulas.ts` says what each is. */

export const relu: Unary = unaryFunction('relu', f.relu)
export const relu6: Unary = unaryFunction('relu6', (x) => f.hardtanh(x, 0, 6))
export const sigmoid: Unary = unaryFunction('sigmoid', f.sigmoid)
export const logSigmoid: Unary = unaryFunction('logSigmoid', f.logSigmoid)
export const silu: Unary = unaryFunction('silu', f.silu)
export const mish: Unary = unaryFunction('mish', f.mish)
export const selu: Unary = unaryFunction('selu', f.selu)
export const hardsigmoid: Unary = unaryFunction('hardsigmoid', f.hardsigmoid)
export const hardswish: Unary = unaryFunction('hardswish', f.hardswish)
export const softsign: Unary = unaryFunction('softsign', f.softsign)
export const tanhshrink: Unary = unaryFunction('tanhshrink', f.tanhshrink)

const geluExact = unaryFunction('gelu', f.gelu)
const geluTanh = unaryFunction('gelu', f.geluTanh)

export interface GeluOptions {
  /** `'tanh'` for the approximation; `'none'` when left out. */
  readonly approximate?: 'none' | 'tanh'
}
export const gelu = (x: NDArray, { approximate = 'none' }: GeluOptions = {}): NDArray =>
  (approximate === 'none' ? geluExact : geluTanh)(x)

export interface LeakyReluOptions {
  /** The slope below 0; 0.01 when left out. */
  readonly negativeSlope?: number
}
const leakyReluOf = operandsFunction('leakyRelu', (x, slope) => f.leakyRelu(x!, slope!))
export const leakyRelu = (x: NDArray, { negativeSlope = 0.01 }: LeakyReluOptions = {}): NDArray =>
  leakyReluOf(x, negativeSlope)

export interface EluOptions {
  /** Minus the limit far below 0; 1 when left out. */
  readonly alpha?: number
}
const eluOf = operandsFunction('elu', (x, alpha) => f.elu(x!, alpha!))
const celuOf = operandsFunction('celu', (x, alpha) => f.celu(x!, alpha!))
export const elu = (x: NDArray, { alpha = 1 }: EluOptions = {}): NDArray => eluOf(x, alpha)
export const celu = (x: NDArray, { alpha = 1 }: EluOptions = {}): NDArray => celuOf(x, alpha)

export interface SoftplusOptions {
  /** How sharp the bend is; 1 when left out. */
  readonly beta?: number
  /** Where `beta · x` is greater, the value is `x`; 20 when left out. */
  readonly threshold?: number
}
const softplusOf = operandsFunction('softplus', (x, beta, threshold) =>
  where(f.gt(f.mul(x!, beta!), threshold!), x!, f.div(f.softplus(f.mul(x!, beta!)), beta!)),
)
/** `log(1 + exp(beta · x)) / beta`. */
export const softplus = (x: NDArray, { beta = 1, threshold = 20 }: SoftplusOptions = {}): NDArray =>
  softplusOf(x, beta, threshold)

export interface HardtanhOptions {
  /** -1 when left out. */
  readonly minVal?: number
  /** 1 when left out. */
  readonly maxVal?: number
}
const hardtanhOf = operandsFunction('hardtanh', (x, low, high) => f.hardtanh(x!, low!, high!))
export const hardtanh = (x: NDArray, { minVal = -1, maxVal = 1 }: HardtanhOptions = {}): NDArray =>
  hardtanhOf(x, minVal, maxVal)

const softshrinkOf = operandsFunction('softshrink', (x, lambda) => f.softshrink(x!, lambda!))
const hardshrinkOf = operandsFunction('hardshrink', (x, lambda) => f.hardshrink(x!, lambda!))
const thresholdOf = operandsFunction('threshold', (x, bound, value) => f.threshold(x!, bound!, value!))
export const softshrink = (x: NDArray, lambda: number = 0.5): NDArray => softshrinkOf(x, lambda)
export const hardshrink = (x: NDArray, lambda: number = 0.5): NDArray => hardshrinkOf(x, lambda)
export const threshold = (x: NDArray, bound: number, value: number): NDArray => thresholdOf(x, bound, value)
