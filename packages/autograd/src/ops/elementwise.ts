import * as nd from '@rungs/ndarray'
import { type Expr, expr, formulas as f, type NDArray, type Scalar } from '@rungs/ndarray'
import { Tensor } from '../tensor.ts'
import { a, b, Formula, g, y, ZERO } from './formula.ts'

/** A tensor, or a number that every position gets. */
export type Operand = Tensor | Scalar
export type Unary = (x: Tensor) => Tensor
export type Binary = (a: Operand, b: Operand) => Tensor

const { constant, unary: node, where: choose } = expr
const { add: plus, div: over, eq: equal, ge: atLeast, gt: above, le: atMost, lt: below, mul: times, neg: minus } = f
const s0 = expr.scalar(0)
const s1 = expr.scalar(1)
const log1 = (x: Expr): Expr => node('log', x)
const floorOf = (x: Expr): Expr => node('floor', x)

/** An operation of one tensor: its name, its value, and its gradient, a formula over `a`, `g` and `y`. */
export function unary(name: string, forward: (x: NDArray) => NDArray, gradient: Expr): Unary {
  const formula = Formula.withGradients(name, [gradient])
  return (x) => formula.record(forward(x.array), [x])
}

/** An operation of two, with a gradient for each; where one is a number, its place in the other's is a scalar. */
export function binary(name: string, forward: (a: nd.Operand, b: nd.Operand) => NDArray, da: Expr, db: Expr): Binary {
  const both = Formula.withGradients(name, [da, db])
  const right = Formula.withGradients(name, [replace(da, b, s0)])
  const left = Formula.withGradients(name, [replace(replace(db, a, s0), b, a)])
  return (x, z) => {
    if (x instanceof Tensor) {
      return z instanceof Tensor
        ? both.record(forward(x.array, z.array), [x, z])
        : right.record(forward(x.array, z), [x], [z])
    }
    return z instanceof Tensor ? left.record(forward(x, z.array), [z], [x]) : new Tensor(forward(x, z))
  }
}

const replace = (rule: Expr, old: Expr, next: Expr): Expr => expr.rebuild(rule, (part) => (part === old ? next : null))

const without =
  (forward: (x: NDArray) => NDArray): Unary =>
  (x) =>
    new Tensor(forward(x.array))
const withoutBinary =
  (forward: (a: nd.Operand, b: nd.Operand) => NDArray): Binary =>
  (x, z) =>
    new Tensor(forward(operand(x), operand(z)))
export const operand = (x: Operand): nd.Operand => (x instanceof Tensor ? x.array : x)

export const neg: Unary = unary('Neg', nd.neg, minus(g))
/** The gradient at 0 is 0. */
export const abs: Unary = unary('Abs', nd.abs, times(g, node('sign', a)))
export const square: Unary = unary('Square', nd.square, times(g, times(2, a)))
export const reciprocal: Unary = unary('Reciprocal', nd.reciprocal, minus(times(g, times(y, y))))
export const sqrt: Unary = unary('Sqrt', nd.sqrt, over(g, times(2, y)))
export const rsqrt: Unary = unary('Rsqrt', nd.rsqrt, times(times(-0.5, g), times(times(y, y), y)))
export const exp: Unary = unary('Exp', nd.exp, times(g, y))
export const expm1: Unary = unary('Expm1', nd.expm1, times(g, plus(y, 1)))
export const log: Unary = unary('Log', nd.log, over(g, a))
export const log1p: Unary = unary('Log1P', nd.log1p, over(g, plus(a, 1)))
export const sin: Unary = unary('Sin', nd.sin, times(g, node('cos', a)))
export const cos: Unary = unary('Cos', nd.cos, minus(times(g, node('sin', a))))
export const tanh: Unary = unary('Tanh', nd.tanh, times(g, f.sub(1, times(y, y))))
export const erf: Unary = unary('Erf', nd.erf, times(times(2 / Math.sqrt(Math.PI), f.exp(minus(f.square(a)))), g))
/** Steps: their gradient is zero, where it exists. */
export const sign: Unary = unary('Sign', nd.sign, ZERO)
export const floor: Unary = unary('Floor', nd.floor, ZERO)
export const ceil: Unary = unary('Ceil', nd.ceil, ZERO)
export const trunc: Unary = unary('Trunc', nd.trunc, ZERO)
/** To the nearest integer, halves to even. */
export const round: Unary = unary('Round', nd.round, ZERO)

export const add: Binary = binary('Add', nd.add, g, g)
export const sub: Binary = binary('Sub', nd.sub, g, minus(g))
export const mul: Binary = binary('Mul', nd.mul, times(g, b), times(g, a))
/** True division: integers give float32. */
export const div: Binary = binary('Div', nd.div, over(g, b), times(minus(g), over(over(a, b), b)))
export const remainder: Binary = binary('Remainder', nd.remainder, g, times(minus(g), floorOf(over(a, b))))
/** Rounded down; the gradient is zero. */
export const floorDiv: Binary = binary('FloorDiv', nd.floorDiv, ZERO, ZERO)
/** Where both are equal, each gets half the gradient. */
export const maximum: Binary = binary('Maximum', nd.maximum, ...extreme(below))
export const minimum: Binary = binary('Minimum', nd.minimum, ...extreme(above))

function extreme(loses: (a: Expr, b: Expr) => Expr): [Expr, Expr] {
  const rule = (own: Expr, other: Expr): Expr =>
    choose(loses(own, other), constant(0), choose(equal(own, other), times(g, 0.5), g))
  return [rule(a, b), rule(b, a)]
}

const powers = /* any exponent */ binary(
  'Pow',
  nd.pow,
  choose(equal(b, 0), constant(0), times(g, times(b, f.pow(a, f.sub(b, 1))))),
  choose(f.and(equal(a, 0), atLeast(b, 0)), constant(0), times(g, times(y, log1(a)))),
)
/** Exponents that are structure: see `formulas.powerOf`. */
const fixedPowers: ReadonlyMap<number, Formula> = new Map(
  (
    [
      [0.5, over(times(g, 0.5), f.sqrt(a))],
      [1, g],
      [2, times(g, times(2, a))],
      [3, times(g, times(3, times(a, a)))],
      [4, times(g, times(4, times(times(a, a), a)))],
      [-1, minus(over(g, times(a, a)))],
      [-2, over(times(g, -2), times(times(a, a), a))],
    ] as const
  ).map(([exponent, gradient]) => [exponent, Formula.withGradients('Pow', [gradient])]),
)

/** `x` to the power `z`; at 0 to the power 0 the gradient is 0. */
export function pow(x: Operand, z: Operand): Tensor {
  const fixed = x instanceof Tensor && typeof z === 'number' ? fixedPowers.get(z) : undefined
  return fixed === undefined ? powers(x, z) : fixed.record(nd.pow(operand(x), operand(z)), [x as Tensor])
}

const clampBoth = Formula.withGradients('Clamp', [choose(f.and(atLeast(a, s0), atMost(a, s1)), g, constant(0))])
const clampLow = Formula.withGradients('Clamp', [choose(atLeast(a, s0), g, constant(0))])
const clampHigh = Formula.withGradients('Clamp', [choose(atMost(a, s0), g, constant(0))])

/** Every element at least `min` and at most `max`; at a bound the gradient is 1. */
export function clamp(x: Tensor, bounds: nd.ClampBounds): Tensor {
  if (typeof bounds !== 'object') return new Tensor(nd.clamp(x.array, bounds)) // which refuses them
  const { min, max } = bounds
  if (min !== undefined && max !== undefined) return clampBoth.record(nd.clamp(x.array, { min, max }), [x], [min, max])
  if (min !== undefined) return clampLow.record(nd.clamp(x.array, { min }), [x], [min])
  return max === undefined ? x.clone() : clampHigh.record(nd.clamp(x.array, { max }), [x], [max])
}

const whereArrays = Formula.withGradients('Where', [null, choose(a, g, constant(0)), choose(a, constant(0), g)])
const whereLeft = Formula.withGradients('Where', [null, choose(a, constant(0), g)])
const whereRight = Formula.withGradients('Where', [null, choose(a, g, constant(0))])

/** `x` where the condition is true, else `z`. The side not taken gets a gradient of 0, whatever its value. */
export function where(condition: Tensor, x: Operand, z: Operand): Tensor {
  const array = nd.where(condition.array, operand(x), operand(z))
  if (x instanceof Tensor) {
    return z instanceof Tensor ? whereArrays.record(array, [condition, x, z]) : whereRight.record(array, [condition, x])
  }
  return z instanceof Tensor ? whereLeft.record(array, [condition, z]) : new Tensor(array)
}

const filled = Formula.withGradients('MaskedFill', [null, choose(a, constant(0), g)])
/** `x` with `value` wherever the mask is true. */
export const maskedFill = (x: Tensor, mask: Tensor, value: Scalar): Tensor =>
  filled.record(nd.maskedFill(x.array, mask.array, value), [mask, x])

export const lt: Binary = withoutBinary(nd.lt)
export const le: Binary = withoutBinary(nd.le)
export const gt: Binary = withoutBinary(nd.gt)
export const ge: Binary = withoutBinary(nd.ge)
export const eq: Binary = withoutBinary(nd.eq)
export const ne: Binary = withoutBinary(nd.ne)
export const bitwiseAnd: Binary = withoutBinary(nd.bitwiseAnd)
export const bitwiseOr: Binary = withoutBinary(nd.bitwiseOr)
export const bitwiseXor: Binary = withoutBinary(nd.bitwiseXor)
export const leftShift: Binary = withoutBinary(nd.leftShift)
export const rightShift: Binary = withoutBinary(nd.rightShift)
export const bitwiseNot: Unary = without(nd.bitwiseNot)
export const logicalNot: Unary = without(nd.logicalNot)
const isNaNOf: Unary = without(nd.isNaN)
const isFiniteOf: Unary = without(nd.isFinite)

export { isFiniteOf as isFinite, isNaNOf as isNaN }
