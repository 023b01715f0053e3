import type { DType, ExprOp, TypedNode, TypedProgram } from '@rungs/ndarray'
import { literal, valueType } from './types.ts'

type Kind = 'float' | 'int' | 'uint' | 'byte' | 'bool'
/** An operator's text by the kind of its operands, who stand as `a`, `b` and `c`. */
type Rows = { readonly [K in Kind]?: string } | string

const kinds: { readonly [D in DType]?: Kind } = {
  float32: 'float',
  float16: 'float',
  int32: 'int',
  uint32: 'uint',
  uint8: 'byte',
  bool: 'bool',
}

const byte = (text: string): string => `((${text}) & Uint(255u))`
const integers = (text: string): Rows => ({ int: text, uint: text, byte: byte(text) })
const compare = (text: string, bool: string): Rows => ({
  float: `((${text}) & ordered(a, b))`,
  int: text,
  uint: text,
  byte: text,
  bool,
})
const float = (text: string): Rows => ({ float: text })

const rows: { readonly [O in ExprOp]?: Rows } = {
  neg: { float: '-a', int: '-a', uint: 'Uint(0u) - a', byte: byte('Uint(0u) - a') },
  abs: { float: 'abs(a)', int: 'abs(a)', uint: 'a', byte: 'a' },
  sign: { float: 'signOf(a)', int: 'sign(a)', uint: 'min(a, Uint(1u))', byte: 'min(a, Uint(1u))' },
  floor: float('keepNan(floor(a), a)'),
  ceil: float('keepNan(ceil(a), a)'),
  trunc: float('keepNan(trunc(a), a)'),
  round: float('keepNan(round(a), a)'),
  not: { int: '~a', uint: '~a', byte: byte('~a'), bool: '!a' },
  isNaN: float('isNan(a)'),
  exp: float('expOf(a)'),
  expm1: float('expm1Of(a)'),
  log: float('logOf(a)'),
  log1p: float('log1pOf(a)'),
  sqrt: float('sqrtOf(a)'),
  sin: float('sinOf(a)'),
  cos: float('cosOf(a)'),
  tanh: float('tanhOf(a)'),

  add: { ...(integers('a + b') as object), float: 'a + b', bool: 'a | b' },
  sub: { ...(integers('a - b') as object), float: 'a - b' },
  mul: { ...(integers('a * b') as object), float: 'a * b', bool: 'a & b' },
  div: float('divide(a, b)'),
  floorDiv: {
    float: 'floorDivide(a, b)',
    int: 'floorDivideInt(a, b)',
    uint: 'divideUint(a, b)',
    byte: 'divideUint(a, b)',
  },
  remainder: {
    float: 'remainderOf(a, b)',
    int: 'remainderInt(a, b)',
    uint: 'a % max(b, Uint(1u))',
    byte: 'a % max(b, Uint(1u))',
  },
  pow: { float: 'powerOf(a, b)', int: 'powerInt(a, b)', uint: 'powerUint(a, b)', byte: byte('powerUint(a, b)') },
  max: { float: 'maximum(a, b)', int: 'max(a, b)', uint: 'max(a, b)', byte: 'max(a, b)', bool: 'a | b' },
  min: { float: 'minimum(a, b)', int: 'min(a, b)', uint: 'min(a, b)', byte: 'min(a, b)', bool: 'a & b' },

  lt: compare('a < b', '!a & b'),
  le: compare('a <= b', '!a | b'),
  gt: compare('a > b', 'a & !b'),
  ge: compare('a >= b', 'a | !b'),
  eq: compare('a == b', 'a == b'),
  ne: { float: '((a != b) | !ordered(a, b))', int: 'a != b', uint: 'a != b', byte: 'a != b', bool: 'a != b' },

  and: { int: 'a & b', uint: 'a & b', byte: 'a & b', bool: 'a & b' },
  or: { int: 'a | b', uint: 'a | b', byte: 'a | b', bool: 'a | b' },
  xor: { int: 'a ^ b', uint: 'a ^ b', byte: 'a ^ b', bool: 'a != b' },
  shl: {
    int: 'a << (bitcast<Uint>(b) & Uint(31u))',
    uint: 'a << (b & Uint(31u))',
    byte: byte('a << (b & Uint(31u))'),
  },
  shr: {
    int: 'a >> (bitcast<Uint>(b) & Uint(31u))',
    uint: 'a >> (b & Uint(31u))',
    byte: 'a >> (b & Uint(31u))',
  },
  mulHigh: { int: 'mulHighInt(a, b)', uint: 'mulHighUint(a, b)' },
  where: 'select(c, b, a)',
}

const casts: { readonly [to in Kind]: { readonly [from in Kind]?: string } } = {
  float: { int: 'Float(a)', uint: 'Float(a)', byte: 'Float(a)', bool: 'select(Float(0.0), Float(1.0), a)' },
  int: { float: 'floatToInt(a)', uint: 'bitcast<Int>(a)', byte: 'bitcast<Int>(a)', bool: 'select(Int(0), Int(1), a)' },
  uint: { float: 'floatToUint(a)', int: 'bitcast<Uint>(a)', byte: 'a', bool: 'select(Uint(0u), Uint(1u), a)' },
  byte: {
    float: 'floatToByte(a)',
    int: byte('bitcast<Uint>(a)'),
    uint: byte('a'),
    bool: 'select(Uint(0u), Uint(1u), a)',
  },
  bool: { float: 'nonzero(a)', int: 'a != Int(0)', uint: 'a != Uint(0u)', byte: 'a != Uint(0u)' },
}

/** Text with operands, names or calls, in the places of `a`, `b` and `c`. */
const fill = (text: string, operands: readonly string[]): string =>
  text.replace(/\b[abc]\b/g, (letter) => operands[letter.charCodeAt(0) - 97]!)

const kindOf = (dtype: DType): Kind => {
  valueType(dtype)
  return kinds[dtype]!
}

export function castText(from: DType, to: DType, operand: string): string {
  if (from === to) return operand
  if (to === 'float16') return `Float(Half(${castText(from, 'float32', operand)}))`
  if (from === 'float16' && to === 'float32') return operand
  return fill(casts[kindOf(to)][kindOf(from)]!, [operand])
}

/** `op` on operands of one dtype. */
export function operatorText(op: ExprOp, dtype: DType, operands: readonly string[]): string {
  const variants = rows[op]!
  return fill(typeof variants === 'string' ? variants : variants[kindOf(dtype)]!, operands)
}

/** Where a program's leaves come from: names or short expressions. */
export interface Leaves {
  input(index: number): string
  /** A run-time number, of its dtype. */
  scalar(index: number): string
  /** The position along a dim of the space, as `Int`. */
  coord(dim: number): string
}

/** A program as one `let` a node, and the names of its results. */
export function programText(program: TypedProgram, leaves: Leaves): { lines: string[]; results: string[] } {
  const lines: string[] = []
  const names: string[] = []
  for (const node of program.nodes) {
    const leaf = leafText(node, leaves)
    if (leaf === null) {
      const dtype = program.nodes[node.args[0]!]!.dtype
      // Of constants alone, what overflows or is not a number would not compile; a name makes it happen at run time.
      if (node.args.every((arg) => program.nodes[arg]!.op === 'const')) {
        for (const arg of node.args) {
          if (names[arg] === `c${arg}`) continue
          lines.push(`let c${arg} = ${names[arg]};`)
          names[arg] = `c${arg}`
        }
      }
      const operands = node.args.map((arg) => names[arg]!)
      const cast = node.op === 'cast'
      const text = cast ? castText(dtype, node.dtype, operands[0]!) : operatorText(node.op, dtype, operands)
      lines.push(`let t${names.length} = ${text};`)
    }
    names.push(leaf ?? `t${names.length}`)
  }
  return { lines, results: program.results.map((result) => names[result]!) }
}

function leafText({ op, value, dtype }: TypedNode, leaves: Leaves): string | null {
  switch (op) {
    case 'input':
      return leaves.input(value)
    case 'scalar':
      return leaves.scalar(value)
    case 'coord':
      return leaves.coord(value)
    case 'const':
      return literal(value, dtype)
    default:
      return null
  }
}
