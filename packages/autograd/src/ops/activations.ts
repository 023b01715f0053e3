import * as nd from '@rungs/ndarray'
import { checkOptions, expr, formulas as f, formatShape, normalizeDim, ShapeError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { type Unary, unary } from './elementwise.ts'
import { a, b, Formula, g, y } from './formula.ts'
import { slice } from './views.ts'

const { constant, where: choose } = expr
const { add: plus, div: over, ge: atLeast, gt: above, le: atMost, lt: below, mul: times, sub: minus } = f
const s0 = expr.scalar(0)
const s1 = expr.scalar(1)
const ZERO = constant(0)

/** `max(x, 0)`; the gradient at 0 is 0. */
export const relu: Unary = unary('Relu', nd.relu, choose(atMost(y, 0), ZERO, g))
/** Between 0 and 6; the gradient at either is 0. */
export const relu6: Unary = unary('Relu6', nd.relu6, choose(f.or(atMost(a, 0), atLeast(a, 6)), ZERO, g))
export const sigmoid: Unary = unary('Sigmoid', nd.sigmoid, times(g, times(minus(1, y), y)))
/** `log(sigmoid(x))` without overflow. */
export const logSigmoid: Unary = unary('LogSigmoid', nd.logSigmoid, times(g, f.sigmoid(f.neg(a))))
/** `x · sigmoid(x)`. */
export const silu: Unary = unary(
  'Silu',
  nd.silu,
  times(times(g, f.sigmoid(a)), plus(1, times(a, minus(1, f.sigmoid(a))))),
)
const bent = f.tanh(f.softplus(a))
/** `x · tanh(softplus(x))`. */
export const mish: Unary = unary(
  'Mish',
  nd.mish,
  times(g, plus(bent, times(times(a, f.sigmoid(a)), minus(1, times(bent, bent))))),
)
/** `scale · elu(x, alpha)`, with the two constants that keep mean and variance. */
export const selu: Unary = unary(
  'Selu',
  nd.selu,
  times(times(g, f.SELU_SCALE), choose(above(a, 0), constant(1), times(f.SELU_ALPHA, f.exp(f.min(a, 0))))),
)
/** `(x + 3) / 6` between 0 and 1; the gradient at either is 0. */
export const hardsigmoid: Unary = unary(
  'Hardsigmoid',
  nd.hardsigmoid,
  choose(f.and(above(a, -3), below(a, 3)), over(g, 6), ZERO),
)
/** `x · hardsigmoid(x)`. */
export const hardswish: Unary = unary(
  'Hardswish',
  nd.hardswish,
  choose(below(a, -3), ZERO, choose(atMost(a, 3), times(g, plus(over(a, 3), 0.5)), g)),
)
/** `x / (1 + |x|)`. */
export const softsign: Unary = unary('Softsign', nd.softsign, over(g, f.square(plus(1, f.abs(a)))))
/** `x - tanh(x)`. */
export const tanhshrink: Unary = unary('Tanhshrink', nd.tanhshrink, times(g, f.square(f.tanh(a))))

const density = times(1 / Math.sqrt(2 * Math.PI), f.exp(times(-0.5, times(a, a))))
const distribution = times(0.5, plus(1, f.erf(times(a, Math.SQRT1_2))))
const geluExact = unary('Gelu', nd.gelu, times(g, plus(distribution, times(a, density))))
const inner = f.tanh(times(Math.sqrt(2 / Math.PI), plus(a, times(0.044715, times(a, times(a, a))))))
const slope = times(Math.sqrt(2 / Math.PI), plus(1, times(3 * 0.044715, times(a, a))))
const geluTanh = unary(
  'Gelu',
  (x) => nd.gelu(x, { approximate: 'tanh' }),
  times(g, plus(times(0.5, plus(1, inner)), times(times(0.5, a), times(minus(1, times(inner, inner)), slope)))),
)
/**
 * `x · Φ(x)`; with `approximate: 'tanh'`, its approximation.
 * @throws {RungsError} for another approximation.
 */
export function gelu(x: Tensor, options: nd.GeluOptions = {}): Tensor {
  checkOptions(options, ['approximate'], 'gelu')
  const { approximate = 'none' } = options
  if (approximate === 'none') return geluExact(x)
  if (approximate === 'tanh') return geluTanh(x)
  throw new nd.RungsError(`approximate argument must be either none or tanh: gelu got ${String(approximate)}`)
}

const leaky = Formula.withGradients('LeakyRelu', [choose(above(a, 0), g, times(g, s0))])
/** `x` above 0, `negativeSlope · x` below. */
export function leakyRelu(x: Tensor, options: nd.LeakyReluOptions = {}): Tensor {
  checkOptions(options, ['negativeSlope'], 'leakyRelu')
  const { negativeSlope = 0.01 } = options
  return leaky.record(nd.leakyRelu(x.array, { negativeSlope }), [x], [negativeSlope])
}

const parametric = Formula.withGradients(
  'Prelu',
  [choose(above(a, 0), g, times(g, b)), choose(above(a, 0), ZERO, times(g, a))],
  f.leakyRelu(a, b),
)
/**
 * `leakyRelu` with a learned slope: one for all, or one for each channel, the dim 1 of `x`.
 * @throws {ShapeError} for another number of slopes.
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkTensors('prelu', [x, weight])
  if (weight.size === 1) return parametric.apply([x, weight.reshape([])])
  const channels = x.ndim > 1 ? x.shape[1]! : 1
  if (weight.ndim !== 1 || weight.size !== channels) {
    throw new ShapeError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.size} and channel size = ` +
        `${channels}: prelu of ${formatShape(x.shape)} with a weight of ${formatShape(weight.shape)}`,
    )
  }
  return parametric.apply([x, weight.reshape([channels, ...new Array<number>(x.ndim - 2).fill(1)])])
}

const eluFormula = Formula.withGradients('Elu', [choose(above(a, 0), g, times(g, times(s0, f.exp(f.min(a, 0)))))])
/** `x` above 0, `alpha · (exp(x) - 1)` below. */
export function elu(x: Tensor, options: nd.EluOptions = {}): Tensor {
  checkOptions(options, ['alpha'], 'elu')
  const { alpha = 1 } = options
  return eluFormula.record(nd.elu(x.array, { alpha }), [x], [alpha])
}

const celuFormula = Formula.withGradients('Celu', [choose(above(a, 0), g, times(g, f.exp(over(f.min(a, 0), s0))))])
/**
 * `x` above 0, `alpha · (exp(x / alpha) - 1)` below.
 * @throws {RungsError} for an alpha of 0.
 */
export function celu(x: Tensor, options: nd.EluOptions = {}): Tensor {
  checkOptions(options, ['alpha'], 'celu')
  const { alpha = 1 } = options
  if (alpha === 0) throw new nd.RungsError('ZeroDivisionError: alpha cannot be 0 for CELU')
  return celuFormula.record(nd.celu(x.array, { alpha }), [x], [alpha])
}

const softplusFormula = Formula.withGradients('Softplus', [
  choose(above(times(a, s0), s1), g, times(g, f.sigmoid(times(a, s0)))),
])
/** `log(1 + exp(beta · x)) / beta` without overflow. */
export function softplus(x: Tensor, options: nd.SoftplusOptions = {}): Tensor {
  checkOptions(options, ['beta', 'threshold'], 'softplus')
  const { beta = 1, threshold: bound = 20 } = options
  return softplusFormula.record(nd.softplus(x.array, { beta, threshold: bound }), [x], [beta, bound])
}

const hardtanhFormula = Formula.withGradients('Hardtanh', [choose(f.or(atMost(a, s0), atLeast(a, s1)), ZERO, g)])
/** Every element at least `minVal` and at most `maxVal`; as the gradient at either is 0, not quite `clamp`. */
export function hardtanh(x: Tensor, options: nd.HardtanhOptions = {}): Tensor {
  checkOptions(options, ['minVal', 'maxVal'], 'hardtanh')
  const { minVal = -1, maxVal = 1 } = options
  return hardtanhFormula.record(nd.hardtanh(x.array, { minVal, maxVal }), [x], [minVal, maxVal])
}

const shrinks = choose(atMost(f.abs(a), s0), ZERO, g)
const softshrinkFormula = Formula.withGradients('Softshrink', [shrinks])
const hardshrinkFormula = Formula.withGradients('Hardshrink', [shrinks])
/**
 * `x` moved towards 0 by `lambda`, and 0 nearer than that.
 * @throws {RungsError} for a negative `lambda`.
 */
export function softshrink(x: Tensor, lambda: number = 0.5): Tensor {
  if (lambda >= 0) return softshrinkFormula.record(nd.softshrink(x.array, lambda), [x], [lambda])
  throw new nd.RungsError(`lambda must be greater or equal to 0, but found to be ${lambda}: softshrink`)
}
/** `x`, and 0 nearer to it than `lambda`. */
export const hardshrink = (x: Tensor, lambda: number = 0.5): Tensor =>
  hardshrinkFormula.record(nd.hardshrink(x.array, lambda), [x], [lambda])

const thresholdFormula = Formula.withGradients('Threshold', [choose(atMost(a, s0), ZERO, g)])
/** `x` above the threshold, `value` at it and below. */
export const threshold = (x: Tensor, bound: number, value: number): Tensor =>
  thresholdFormula.record(nd.threshold(x.array, bound, value), [x], [bound, value])

const gated = Formula.withGradients(
  'Glu',
  [times(g, f.sigmoid(b)), times(g, times(a, times(f.sigmoid(b), minus(1, f.sigmoid(b)))))],
  times(a, f.sigmoid(b)),
)
/**
 * The first half along a dim times the sigmoid of the second (Y. N. Dauphin and others, 2017).
 * @throws {ShapeError} where the size there is odd.
 */
export function glu(x: Tensor, dim: number = -1): Tensor {
  checkTensors('glu', [x])
  const axis = normalizeDim(dim, x.ndim, 'glu')
  const size = x.shape[axis]!
  if (size % 2 !== 0) throw new ShapeError(`Halving dimension must be even, but dimension ${axis} is size ${size}: glu`)
  return gated.apply([slice(x, axis, 0, size / 2), slice(x, axis, size / 2, size)])
}
