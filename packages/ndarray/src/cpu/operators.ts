import { type DType, dtypes, isFloat } from '../dtype.ts'
import type { ExprOp } from '../expr.ts'
import type { TypedNode } from '../program.ts'
import * as numbers from './numbers.ts'

/** An operator twice over: JavaScript text in which `a`, `b` and `c` stand for the operands, and the same as a function. */
export interface Operator {
  readonly text: string
  readonly apply: (a: number, b: number, c: number) => number
}

interface Row extends Operator {
  /** The result already is of the node's dtype. */
  readonly exact: boolean
}
/** By dtype, else by kind, else `any`. */
type Rows = { readonly [K in DType | 'float' | 'integer' | 'any']?: Row }

const exact = (text: string, apply: Operator['apply']): Row => ({ text, apply, exact: true })
const rounded = (text: string, apply: Operator['apply']): Row => ({ text, apply, exact: false })

/** What makes any number one of a dtype: float32 rounds, integers wrap. There is no float16 here. */
const wraps: { readonly [D in DType]: Operator | null } = {
  float64: null,
  float32: { text: 'Math.fround(a)', apply: Math.fround },
  int32: { text: 'a | 0', apply: (a) => a | 0 },
  uint32: { text: 'a >>> 0', apply: (a) => a >>> 0 },
  uint8: { text: 'a & 255', apply: (a) => a & 255 },
  bool: null,
  float16: null,
}

const or = exact('a | b', (a, b) => a | b)
const and = exact('a & b', (a, b) => a & b)
const abs = (a: number): number => Math.abs(a)

const rows: { readonly [O in ExprOp]?: Rows } = {
  neg: { float: exact('-a', (a) => -a), any: rounded('-a', (a) => -a) },
  abs: { float: exact('Math.abs(a)', abs), any: rounded('Math.abs(a)', abs) },
  sign: { any: exact('Math.sign(a)', (a) => Math.sign(a)) },
  floor: { any: exact('Math.floor(a)', (a) => Math.floor(a)) },
  ceil: { any: exact('Math.ceil(a)', (a) => Math.ceil(a)) },
  trunc: { any: exact('Math.trunc(a)', (a) => Math.trunc(a)) },
  round: { any: exact('roundEven(a)', (a) => numbers.roundEven(a)) },
  not: { bool: exact('a ^ 1', (a) => a ^ 1), any: rounded('~a', (a) => ~a) },
  isNaN: { any: exact('a === a ? 0 : 1', (a) => (Number.isNaN(a) ? 1 : 0)) },
  exp: { any: rounded('Math.exp(a)', (a) => Math.exp(a)) },
  expm1: { any: rounded('Math.expm1(a)', (a) => Math.expm1(a)) },
  log: { any: rounded('Math.log(a)', (a) => Math.log(a)) },
  log1p: { any: rounded('Math.log1p(a)', (a) => Math.log1p(a)) },
  sqrt: { any: rounded('Math.sqrt(a)', (a) => Math.sqrt(a)) },
  sin: { any: rounded('Math.sin(a)', (a) => Math.sin(a)) },
  cos: { any: rounded('Math.cos(a)', (a) => Math.cos(a)) },
  tanh: { any: rounded('Math.tanh(a)', (a) => Math.tanh(a)) },

  add: { bool: or, any: rounded('a + b', (a, b) => a + b) },
  sub: { any: rounded('a - b', (a, b) => a - b) },
  mul: {
    bool: and,
    integer: rounded('Math.imul(a, b)', (a, b) => Math.imul(a, b)),
    any: rounded('a * b', (a, b) => a * b),
  },
  div: { any: rounded('a / b', (a, b) => a / b) },
  floorDiv: {
    integer: rounded('floorDivideInteger(a, b)', (a, b) => numbers.floorDivideInteger(a, b)),
    any: rounded('floorDivide(a, b)', (a, b) => numbers.floorDivide(a, b)),
  },
  remainder: {
    integer: rounded('remainderInteger(a, b)', (a, b) => numbers.remainderInteger(a, b)),
    any: rounded('remainder(a, b)', (a, b) => numbers.remainder(a, b)),
  },
  pow: {
    integer: rounded('powerInteger(a, b)', (a, b) => numbers.powerInteger(a, b)),
    any: rounded('power(a, b)', (a, b) => numbers.power(a, b)),
  },
  max: { bool: or, any: exact('Math.max(a, b)', (a, b) => Math.max(a, b)) },
  min: { bool: and, any: exact('Math.min(a, b)', (a, b) => Math.min(a, b)) },

  lt: { any: exact('a < b ? 1 : 0', (a, b) => (a < b ? 1 : 0)) },
  le: { any: exact('a <= b ? 1 : 0', (a, b) => (a <= b ? 1 : 0)) },
  gt: { any: exact('a > b ? 1 : 0', (a, b) => (a > b ? 1 : 0)) },
  ge: { any: exact('a >= b ? 1 : 0', (a, b) => (a >= b ? 1 : 0)) },
  eq: { any: exact('a === b ? 1 : 0', (a, b) => (a === b ? 1 : 0)) },
  ne: { any: exact('a !== b ? 1 : 0', (a, b) => (a !== b ? 1 : 0)) },

  and: { bool: and, any: rounded('a & b', (a, b) => a & b) },
  or: { bool: or, any: rounded('a | b', (a, b) => a | b) },
  xor: { any: rounded('a ^ b', (a, b) => a ^ b) },
  // JavaScript takes shift counts modulo 32 by itself.
  shl: { any: rounded('a << b', (a, b) => a << b) },
  shr: { int32: exact('a >> b', (a, b) => a >> b), any: exact('a >>> b', (a, b) => a >>> b) },
  mulHigh: {
    uint32: exact('mulHighUnsigned(a, b)', (a, b) => numbers.mulHighUnsigned(a, b)),
    any: exact('mulHighSigned(a, b)', (a, b) => numbers.mulHighSigned(a, b)),
  },
  where: { any: exact('a ? b : c', (a, b, c) => (a ? b : c)) },
}

const identity: Operator = { text: 'a', apply: (a) => a }
const truth: Operator = { text: 'a === 0 ? 0 : 1', apply: (a) => (a === 0 ? 0 : 1) }

/** Text of an operator for given operands. */
export const textOf = ({ text }: Operator, ...operands: readonly string[]): string =>
  text.replace(/\b[abc]\b/g, (name) => operands[name.charCodeAt(0) - 97]!)

/** `outer` of the result of `inner`. */
function compose(outer: Operator | null, inner: Operator): Operator {
  if (outer === null) return inner
  const { apply } = outer
  return {
    text: textOf(outer, `(${inner.text})`),
    apply: (a, b, c) => apply(inner.apply(a, b, c), 0, 0),
  }
}

/** Any number made one of `dtype`, rounded or wrapped. */
export const wrapOperator = (dtype: DType): Operator => (dtype === 'bool' ? truth : (wraps[dtype] ?? identity))

export function castOperator(from: DType, to: DType): Operator {
  if (from === to || to === 'float64') return identity
  if (to === 'bool') return truth
  if (from === 'bool' || (from === 'uint8' && dtypes[to].bytes > 1)) return identity
  if (!isFloat(from) || to === 'float32') return wrapOperator(to)
  const { min, max } = dtypes[to]
  return { text: `saturate(a, ${min}, ${max})`, apply: (a) => numbers.saturate(a, min, max) }
}

/** `op` on operands of `dtype` (of the result's, where an operator keeps it). */
export function operatorFor(op: ExprOp, dtype: DType): Operator {
  const variants = rows[op]!
  const row = variants[dtype] ?? (dtype === 'bool' ? undefined : variants[kindOf(dtype)]) ?? variants.any!
  return row.exact ? row : compose(wraps[dtype], row)
}

const kindOf = (dtype: DType): 'float' | 'integer' => (isFloat(dtype) ? 'float' : 'integer')

/** What one step of a program that is not a leaf does. */
export function operatorOf(node: TypedNode, nodes: readonly TypedNode[]): Operator {
  const operand = nodes[node.args[0]!]!.dtype
  return node.op === 'cast' ? castOperator(operand, node.dtype) : operatorFor(node.op, node.dtype)
}

/** The value of a constant as its dtype holds it. */
export const constantOf = ({ value, dtype }: TypedNode): number => wrapOperator(dtype).apply(value, 0, 0)
