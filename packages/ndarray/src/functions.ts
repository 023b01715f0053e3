import { type BinaryPrograms, binaryPrograms } from './binaryPrograms.ts'
import { elementwise } from './dispatch.ts'
import { isFloat, type Scalar } from './dtype.ts'
import { type Expr, input, scalar } from './expr.ts'
import { x0 } from './formulas.ts'
import { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'

/** Functions of arrays made from formulas. Bundlers may drop those that nobody uses, as the marks say. */

/** An array, or a number that every position gets. */
export type Operand = NDArray | Scalar
export type Unary = (x: NDArray) => NDArray
export type Binary = (a: Operand, b: Operand) => NDArray

/**
 * An operation of one array, from its formula.
 * @__NO_SIDE_EFFECTS__
 */
export function unaryFunction(name: string, formula: (x: Expr) => Expr): Unary {
  let source: Program | undefined
  return (x) => {
    source ??= program(formula(x0))
    return elementwise(name, source, [x])
  }
}

export function applyBinary(name: string, programs: BinaryPrograms, a: Operand, b: Operand): NDArray {
  if (a instanceof NDArray) {
    return b instanceof NDArray
      ? elementwise(name, programs.arrays, [a, b])
      : elementwise(name, programs.right, [a], [b])
  }
  return b instanceof NDArray
    ? elementwise(name, programs.left, [b], [a])
    : elementwise(name, programs.arrays, [NDArray.from(a), NDArray.from(b)])
}

/**
 * An operation of two operands, from its formula.
 * @__NO_SIDE_EFFECTS__
 */
export function binaryFunction(name: string, formula: (a: Expr, b: Expr) => Expr): Binary {
  let programs: BinaryPrograms | undefined
  return (a, b) => {
    programs ??= binaryPrograms(formula)
    return applyBinary(name, programs, a, b)
  }
}

const toFloat = <X extends Operand>(x: X): X | NDArray =>
  x instanceof NDArray && !isFloat(x.dtype) ? x.to('float32') : x

/**
 * As `unaryFunction`, for formulas that only floats have: integers and booleans become float32 first.
 * @__NO_SIDE_EFFECTS__
 */
export function floatUnary(name: string, formula: (x: Expr) => Expr): Unary {
  const apply = unaryFunction(name, formula)
  return (x) => apply(toFloat(x))
}

/**
 * As `binaryFunction`, for formulas that only floats have.
 * @__NO_SIDE_EFFECTS__
 */
export function floatBinary(name: string, formula: (a: Expr, b: Expr) => Expr): Binary {
  const apply = binaryFunction(name, formula)
  return (a, b) => apply(toFloat(a), toFloat(b))
}

/**
 * An operation of any number of operands, from its formula; there is a program for each way in which they are arrays or
 * numbers.
 * @__NO_SIDE_EFFECTS__
 */
export function operandsFunction(
  name: string,
  formula: (...operands: Expr[]) => Expr,
): (...operands: Operand[]) => NDArray {
  const programs: (Program | undefined)[] = []
  return (...operands) => {
    const given = operands.some((x) => x instanceof NDArray)
      ? operands
      : operands.map((x, i) => (i === 0 ? NDArray.from(x as Scalar) : x))
    const arrays: NDArray[] = []
    const scalars: Scalar[] = []
    let pattern = 0
    for (const x of given) {
      pattern = 2 * pattern + (x instanceof NDArray ? 1 : 0)
      if (x instanceof NDArray) arrays.push(x)
      else scalars.push(x)
    }
    let source = programs[pattern]
    if (source === undefined) {
      let [i, s] = [0, 0]
      source = program(formula(...given.map((x) => (x instanceof NDArray ? input(i++) : scalar(s++)))))
      programs[pattern] = source
    }
    return elementwise(name, source, arrays, scalars)
  }
}
