import { type Expr, scalar } from './expr.ts'
import { x0, x1 } from './formulas.ts'
import { type Program, program } from './program.ts'

/** The three programs of a binary formula: of two arrays, and with a number on either side. */
export interface BinaryPrograms {
  readonly arrays: Program
  readonly right: Program
  readonly left: Program
}

/** @__NO_SIDE_EFFECTS__ */
export function binaryPrograms(formula: (a: Expr, b: Expr) => Expr): BinaryPrograms {
  const s0 = scalar(0)
  return { arrays: program(formula(x0, x1)), right: program(formula(x0, s0)), left: program(formula(s0, x0)) }
}
