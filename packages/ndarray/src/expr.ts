import { type DType, dtypes } from './dtype.ts'

/** Operators of one operand. Those of `floatUnary` turn integers into float32 first. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'round'
  | 'not'
  | 'isNaN'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
/** Operators of two operands of one dtype; comparisons give bool, `div` and `pow` floats. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'floorDiv'
  | 'remainder'
  | 'pow'
  | 'max'
  | 'min'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'eq'
  | 'ne'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'mulHigh'
export type LeafOp = 'input' | 'scalar' | 'coord' | 'const'
export type ExprOp = LeafOp | UnaryOp | BinaryOp | 'where' | 'cast'

/**
 * A formula over scalars, applied at every position of an iteration space. Nodes are hash-consed: equal formulas are
 * one object, and a node used twice is computed once.
 */
export interface Expr {
  /** Number of this node, in the order of making. */
  readonly id: number
  readonly op: ExprOp
  readonly args: readonly Expr[]
  /** Which input, scalar or coordinate; the value of a constant. */
  readonly value: number
  /** What a cast gives, or a constant is; null elsewhere, and for a constant that takes its neighbours' dtype. */
  readonly dtype: DType | null
}

const interned = new Map<string, Expr>()

function node(op: ExprOp, args: readonly Expr[], value = 0, dtype: DType | null = null): Expr {
  const sign = Object.is(value, -0) ? '-0' : String(value)
  const key = `${op}|${sign}|${dtype ?? ''}|${args.map((arg) => arg.id).join()}`
  let found = interned.get(key)
  if (found === undefined) {
    found = { id: interned.size, op, args, value, dtype }
    interned.set(key, found)
  }
  return found
}

/** The element of input `index`, broadcast to the iteration space. */
export const input = (index: number): Expr => node('input', [], index)
/** A number handed over at each call: never part of a kernel's text. */
export const scalar = (index: number): Expr => node('scalar', [], index)
/** The position along dim `axis` of the iteration space, an int32; reduced dims included. */
export const coord = (axis: number): Expr => node('coord', [], axis)
/** A number that is part of the kernel; without a dtype it takes that of the operand beside it. */
export const constant = (value: number, dtype: DType | null = null): Expr => node('const', [], value, dtype)
export const unary = (op: UnaryOp, x: Expr): Expr => node(op, [x])
export const binary = (op: BinaryOp, a: Expr, b: Expr): Expr => node(op, [a, b])
/** `a` where the condition is not zero, else `b`; both are computed. */
export const where = (condition: Expr, a: Expr, b: Expr): Expr => node('where', [condition, a, b])
/** To integers: truncated, saturated, NaN to 0; between integers: modulo 2^bits; to bool: different from zero. */
export const cast = (x: Expr, dtype: DType): Expr => node('cast', [x], dtypes[dtype].code, dtype)

/** The same formula with some nodes replaced: `replace` gives the new node, or null to keep it and go on below. */
export function rebuild(expr: Expr, replace: (node: Expr) => Expr | null): Expr {
  const done = new Map<Expr, Expr>()
  const visit = (old: Expr): Expr => {
    let made = done.get(old)
    if (made === undefined) {
      made = replace(old) ?? node(old.op, old.args.map(visit), old.value, old.dtype)
      done.set(old, made)
    }
    return made
  }
  return visit(expr)
}
