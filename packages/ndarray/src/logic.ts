import { cast, type Expr } from './expr.ts'
import * as f from './formulas.ts'
import { type Binary, binaryFunction, type Operand, operandsFunction, type Unary, unaryFunction } from './functions.ts'
import { composed } from './intermediates.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { all } from './reductions.ts'

const truth = (x: Expr): Expr => cast(x, 'bool')

export const logicalAnd: Binary = binaryFunction('logicalAnd', (a, b) => f.and(truth(a), truth(b)))
export const logicalOr: Binary = binaryFunction('logicalOr', (a, b) => f.or(truth(a), truth(b)))
export const logicalXor: Binary = binaryFunction('logicalXor', (a, b) => f.ne(truth(a), truth(b)))
/** True for both infinities. */
export const isInf: Unary = unaryFunction('isInf', f.isInf)

export interface ClosenessOptions {
  /** Allowed for each unit of `|b|`; 1e-5 when left out. */
  readonly rtol?: number
  /** Allowed in any case; 1e-8 when left out. */
  readonly atol?: number
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean
}

const closeTo = (a: Expr, b: Expr, rtol: Expr, atol: Expr): Expr => {
  const finite = f.and(f.isFinite(a), f.isFinite(b))
  // Not |a - b|, which wraps for unsigned integers.
  const distance = f.sub(f.max(a, b), f.min(a, b))
  return f.or(f.eq(a, b), f.and(finite, f.le(distance, f.add(atol, f.mul(rtol, f.abs(b))))))
}
const close = operandsFunction('isclose', (a, b, rtol, atol) => closeTo(a!, b!, rtol!, atol!))
const closeOrNaN = operandsFunction('isclose', (a, b, rtol, atol) =>
  f.or(f.and(f.isNaN(a!), f.isNaN(b!)), closeTo(a!, b!, rtol!, atol!)),
)

/** Booleans have no differences. */
const countable = (x: Operand): Operand => (x instanceof NDArray && x.dtype === 'bool' ? x.to('uint8') : x)

/** `|a - b| ≤ atol + rtol · |b|`, element by element; an infinity is close to itself alone (NumPy's `isclose`). */
export function isclose(a: NDArray, b: Operand, options: ClosenessOptions = {}): NDArray {
  checkOptions(options, ['rtol', 'atol', 'equalNan'], 'isclose')
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options
  return composed(() => (equalNan ? closeOrNaN : close)(countable(a), countable(b), rtol, atol))
}

/** Whether all elements are close: a 0-d array, for nothing is read. */
export const allclose = (a: NDArray, b: Operand, options?: ClosenessOptions): NDArray => all(isclose(a, b, options))
