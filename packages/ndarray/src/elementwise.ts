import { binaryPrograms } from './binaryPrograms.ts'
import { copy, elementwise, toNumber } from './dispatch.ts'
import { checkDType, isFloat, type Scalar } from './dtype.ts'
import { DTypeError } from './errors.ts'
import { type BinaryOp, binary, cast, input, scalar, type UnaryOp, unary, where as whereExpr } from './expr.ts'
import * as f from './formulas.ts'
import { x0, x1, x2 } from './formulas.ts'
import {
  applyBinary,
  type Binary,
  binaryFunction,
  type Operand,
  operandsFunction,
  type Unary,
  unaryFunction,
} from './functions.ts'
import { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'
import { updateInPlace } from './updateInPlace.ts'

const s0 = scalar(0)
const s1 = scalar(1)

/** @__NO_SIDE_EFFECTS__ */
function fromUnary(op: UnaryOp): Unary {
  return unaryFunction(op, (x) => unary(op, x))
}

/** @__NO_SIDE_EFFECTS__ */
function fromBinary(op: BinaryOp, name: string = op): Binary {
  return binaryFunction(name, (a, b) => binary(op, a, b))
}

export const neg: Unary = fromUnary('neg')
export const abs: Unary = fromUnary('abs')
export const sign: Unary = fromUnary('sign')
export const floor: Unary = fromUnary('floor')
export const ceil: Unary = fromUnary('ceil')
export const trunc: Unary = fromUnary('trunc')
/** To the nearest integer, halves to even. */
export const round: Unary = fromUnary('round')
export const exp: Unary = fromUnary('exp')
export const expm1: Unary = fromUnary('expm1')
export const log: Unary = fromUnary('log')
export const log1p: Unary = fromUnary('log1p')
export const sqrt: Unary = fromUnary('sqrt')
export const sin: Unary = fromUnary('sin')
export const cos: Unary = fromUnary('cos')
export const tanh: Unary = fromUnary('tanh')
export const isNaN: Unary = fromUnary('isNaN')
export const isFinite: Unary = unaryFunction('isFinite', f.isFinite)
export const logicalNot: Unary = unaryFunction('logicalNot', (x) => f.eq(x, 0))
export const bitwiseNot: Unary = unaryFunction('bitwiseNot', f.not)
export const square: Unary = unaryFunction('square', f.square)
export const rsqrt: Unary = unaryFunction('rsqrt', f.rsqrt)
export const reciprocal: Unary = unaryFunction('reciprocal', f.reciprocal)
export const erf: Unary = unaryFunction('erf', f.erf)

export const add: Binary = fromBinary('add')
export const sub: Binary = fromBinary('sub')
export const mul: Binary = fromBinary('mul')
/** True division: integers give float32. */
export const div: Binary = fromBinary('div')
/** Rounded down, as Python's `//`; an integer divided by zero gives 0. */
export const floorDiv: Binary = fromBinary('floorDiv')
/** With the divisor's sign, as Python's `%`; the remainder of an integer by zero is 0. */
export const remainder: Binary = fromBinary('remainder')
export const maximum: Binary = fromBinary('max', 'maximum')
export const minimum: Binary = fromBinary('min', 'minimum')
export const lt: Binary = fromBinary('lt')
export const le: Binary = fromBinary('le')
export const gt: Binary = fromBinary('gt')
export const ge: Binary = fromBinary('ge')
export const eq: Binary = fromBinary('eq')
export const ne: Binary = fromBinary('ne')
export const bitwiseAnd: Binary = fromBinary('and', 'bitwiseAnd')
export const bitwiseOr: Binary = fromBinary('or', 'bitwiseOr')
export const bitwiseXor: Binary = fromBinary('xor', 'bitwiseXor')
export const leftShift: Binary = fromBinary('shl', 'leftShift')
export const rightShift: Binary = fromBinary('shr', 'rightShift')

const powers = binaryPrograms((a, b) => binary('pow', a, b))
const fixedPowers = new Map<number, Program | null>()

/** `a` to the power `b`; small constant exponents of floats are products and roots. */
export function pow(a: Operand, b: Operand): NDArray {
  if (a instanceof NDArray && typeof b === 'number' && isFloat(a.dtype)) {
    let fixed = fixedPowers.get(b)
    if (fixed === undefined) {
      const expr = f.powerOf(x0, b)
      fixed = expr === null ? null : program(expr)
      if (expr !== null) fixedPowers.set(b, fixed)
    }
    if (fixed !== null) return elementwise('pow', fixed, [a])
  }
  return applyBinary('pow', powers, a, b)
}

const clampBoth = program(f.min(f.max(x0, s0), s1))
const clampLow = program(f.max(x0, s0))
const clampHigh = program(f.min(x0, s0))

/** Bounds of `clamp`; one may be left out. */
export interface ClampBounds<Bound = number> {
  readonly min?: Bound
  readonly max?: Bound
}

function checkBounds<Bound>(bounds: ClampBounds<Bound>): ClampBounds<Bound> {
  if (typeof bounds === 'object' && bounds !== null) return bounds
  throw new DTypeError(`clamp: bounds are one object, got ${String(bounds)}; write clamp({ min: 0, max: 1 })`)
}

const clampArrays = operandsFunction('clamp', (x, min, max) => f.min(f.max(x, min!), max!))

/** Every element at least `min` and at most `max`, numbers or arrays that broadcast; where they cross, `max` wins. */
export function clamp(x: NDArray, bounds: ClampBounds<Operand>): NDArray {
  const { min, max } = checkBounds(bounds)
  if (min instanceof NDArray || max instanceof NDArray) {
    if (min === undefined) return minimum(x, max!)
    return max === undefined ? maximum(x, min) : clampArrays(x, min, max)
  }
  if (min !== undefined && max !== undefined) return elementwise('clamp', clampBoth, [x], [min, max])
  if (min !== undefined) return elementwise('clamp', clampLow, [x], [min])
  return max === undefined ? copy(x) : elementwise('clamp', clampHigh, [x], [max])
}

/** `clamp` in NumPy's words. */
export const clip = (x: NDArray, min?: Operand, max?: Operand): NDArray =>
  clamp(x, { ...(min !== undefined && { min }), ...(max !== undefined && { max }) })

const wherePrograms = {
  arrays: program(whereExpr(x0, x1, x2)),
  left: program(whereExpr(x0, s0, x1)),
  right: program(whereExpr(x0, x1, s0)),
  both: program(whereExpr(x0, s0, s1)),
}

/** `a` where the condition is true, else `b`. */
export function where(condition: NDArray, a: Operand, b: Operand): NDArray {
  if (a instanceof NDArray) {
    return b instanceof NDArray
      ? elementwise('where', wherePrograms.arrays, [condition, a, b])
      : elementwise('where', wherePrograms.right, [condition, a], [b])
  }
  return b instanceof NDArray
    ? elementwise('where', wherePrograms.left, [condition, b], [a])
    : elementwise('where', wherePrograms.both, [condition], [a, b])
}

/** `x` with `value` wherever the mask is true. */
export const maskedFill = (x: NDArray, mask: NDArray, value: Scalar): NDArray =>
  elementwise('maskedFill', wherePrograms.left, [mask, x], [value])

const inPlace = {
  add: binaryPrograms((a, b) => f.add(a, b)),
  sub: binaryPrograms((a, b) => f.sub(a, b)),
  mul: binaryPrograms((a, b) => f.mul(a, b)),
  div: binaryPrograms((a, b) => f.div(a, b)),
  pow: powers,
  copy: { arrays: program(x1), right: program(s0) },
  addScaled: program(f.add(x0, f.mul(s0, x1))),
  subScaled: program(f.sub(x0, f.mul(s0, x1))),
}

/** `out = out op value`, in place. */
export function binaryInPlace(op: 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'copy', out: NDArray, value: Operand): void {
  const { arrays, right } = inPlace[op]
  if (value instanceof NDArray) updateInPlace(`${op}_`, arrays, [out], [out, value])
  else updateInPlace(`${op}_`, right, [out], [out], [value])
}

/** `out = out ± alpha · value`, in place and in one kernel. */
export function addInPlace(op: 'add' | 'sub', out: NDArray, value: Operand, alpha = 1): void {
  if (alpha === 1) binaryInPlace(op, out, value)
  else if (!(value instanceof NDArray)) binaryInPlace(op, out, toNumber(value) * alpha)
  else {
    const source = op === 'add' ? inPlace.addScaled : inPlace.subScaled
    updateInPlace(`${op}_`, source, [out], [out, value], [alpha])
  }
}

/** `value` into `out` wherever the mask is true. */
export function maskedFillInPlace(out: NDArray, mask: NDArray, value: Operand): void {
  if (value instanceof NDArray) updateInPlace('maskedFill_', wherePrograms.arrays, [out], [mask, value, out])
  else updateInPlace('maskedFill_', wherePrograms.left, [out], [mask, out], [value])
}

/** As `clamp`, in place. */
export function clampInPlace(out: NDArray, bounds: ClampBounds): void {
  const { min, max } = checkBounds(bounds)
  if (min !== undefined && max !== undefined) updateInPlace('clamp_', clampBoth, [out], [out], [min, max])
  else if (min !== undefined) updateInPlace('clamp_', clampLow, [out], [out], [min])
  else if (max !== undefined) updateInPlace('clamp_', clampHigh, [out], [out], [max])
}

const casts = new Map<string, Program>()

/** A copy as another dtype; see `cast` for what happens to values that do not fit. */
export function astype(x: NDArray, dtype: NDArray['dtype']): NDArray {
  let source = casts.get(dtype)
  if (source === undefined) {
    source = program(cast(input(0), checkDType(dtype, 'to')))
    casts.set(dtype, source)
  }
  return elementwise('to', source, [x])
}
