import { type DType, isFloat, type TypedNode } from '@rungs/ndarray'
import {
  type Binary,
  type Code,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64x2,
  type MathName,
  type ModuleBuilder,
  shuffle32,
  type Unary,
  v128,
} from '../emit/index.ts'
import { castQuad } from './casts.ts'
import { functions32, MAX_ANGLE } from './math32.ts'
import { fromLanes, keep, LANES, lane, narrowMask, type Quad, widenMask } from './quad.ts'
import { Scalars } from './scalars.ts'

type Op = TypedNode['op']

const functions: ReadonlySet<Op> = new Set(['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'pow'])
const comparisons = { lt: 'lt', le: 'le', gt: 'gt', ge: 'ge', eq: 'eq', ne: 'ne' } as const
const unsignedComparisons = { lt: 'ltU', le: 'leU', gt: 'gtU', ge: 'geU', eq: 'eq', ne: 'ne' } as const
type Comparison = keyof typeof comparisons

/** Functions of `Math` that the operators of a program need. */
export function importsOf(nodes: readonly TypedNode[]): MathName[] {
  const names = new Set<MathName>()
  for (const { op, dtype } of nodes) {
    const needed = functions.has(op) && (dtype === 'float64' || op === 'sin' || op === 'cos' || op === 'pow')
    if (needed && isFloat(dtype)) names.add(op as MathName)
  }
  return [...names]
}

/** Writes operators, four elements at a time, into a function. */
export class Operators {
  private readonly f: FunctionBuilder
  private readonly module: ModuleBuilder
  private readonly scalars: Scalars

  constructor(module: ModuleBuilder, f: FunctionBuilder) {
    this.f = f
    this.module = module
    this.scalars = new Scalars(module)
  }

  /** What one step of a program that is no leaf does; operands are kept already, so they may be named twice. */
  emit(node: TypedNode, nodes: readonly TypedNode[], args: readonly Quad[]): Quad {
    const operand = nodes[node.args[0]!]!
    const { op } = node
    if (op === 'cast') return castQuad(this.f, args[0]!, operand.dtype, node.dtype)
    if (op === 'where') return select(node.dtype, args[0]!, args[1]!, args[2]!)
    const [a, b] = args as [Quad, Quad]
    if (op in comparisons) return compare(op as Comparison, operand.dtype, a, b)
    if (op === 'isNaN') return compare('ne', operand.dtype, a, a)
    switch (operand.dtype) {
      case 'float32':
        return this.float32(op, a, b)
      case 'float64':
        return this.float64(op, a, b)
      case 'bool':
        return [onMasks(op, a[0]!, (b ?? a)[0]!)]
      default: {
        const constantShift = nodes[node.args[1] ?? 0]!
        const shift = constantShift.op === 'const' ? constantShift.value & 31 : null
        const value = this.integer(op, operand.dtype, a, b, shift)
        return operand.dtype === 'uint8' ? [v128.and(value[0]!, i32x4.const(255))] : value
      }
    }
  }

  private float32(op: Op, [a]: Quad, b: Quad | undefined): Quad {
    const direct = directly[op]
    if (direct !== undefined)
      return [b === undefined ? (f32x4[direct] as Unary)(a!) : (f32x4[direct] as Binary)(a!, b[0]!)]
    switch (op) {
      case 'sign':
        return [signOf(a!, f32x4)]
      case 'sin':
      case 'cos':
        return this.angle(op, a!)
      case 'exp':
      case 'expm1':
      case 'log':
      case 'log1p':
      case 'tanh':
        return [functions32[op]!(this.f, a!)]
      default:
        return this.float(op, 'float32', [a!], b)
    }
  }

  private float64(op: Op, a: Quad, b: Quad | undefined): Quad {
    const direct = directly[op]
    if (direct !== undefined) {
      return a.map((half, i) =>
        b === undefined ? (f64x2[direct] as Unary)(half) : (f64x2[direct] as Binary)(half, b[i]!),
      )
    }
    return op === 'sign' ? a.map((half) => signOf(half, f64x2)) : this.float(op, 'float64', a, b)
  }

  /** Element by element, as doubles. */
  private float(op: Op, dtype: DType, a: Quad, b: Quad | undefined): Quad {
    const { scalars, module } = this
    const apply =
      op === 'floorDiv'
        ? scalars.floorDivide
        : op === 'remainder'
          ? scalars.remainder
          : op === 'pow'
            ? scalars.power
            : module.math(op as MathName)
    const wide = (quad: Quad, i: number): Code =>
      dtype === 'float64' ? lane(dtype, quad, i) : f64.promoteF32(lane(dtype, quad, i))
    const values = LANES.map((i) => (b === undefined ? apply(wide(a, i)) : apply(wide(a, i), wide(b, i))))
    return fromLanes(dtype, dtype === 'float64' ? values : values.map((value) => f32.demoteF64(value)))
  }

  /** Large angles need more of π than two doubles hold. */
  private angle(op: 'sin' | 'cos', a: Code): Quad {
    const { f } = this
    const result = f.local('v128')
    f.if(
      v128.anyTrue(f32x4.gt(f32x4.abs(a), f32x4.const(MAX_ANGLE))),
      () => f.set(result, this.float(op, 'float32', [a], undefined)[0]!),
      () => f.set(result, functions32[op]!(f, a)),
    )
    return [result]
  }

  private integer(op: Op, dtype: DType, [a]: Quad, b: Quad | undefined, shift: number | null): Quad {
    const signed = dtype === 'int32'
    const { scalars } = this
    switch (op) {
      case 'neg':
        return [i32x4.neg(a!)]
      case 'abs':
        return [signed ? i32x4.abs(a!) : a!]
      case 'sign':
        return [signed ? i32x4.max(i32x4.min(a!, i32x4.const(1)), i32x4.const(-1)) : i32x4.minU(a!, i32x4.const(1))]
      case 'not':
        return [v128.not(a!)]
      case 'add':
      case 'sub':
      case 'mul':
        return [i32x4[op](a!, b![0]!)]
      case 'max':
        return [(signed ? i32x4.max : i32x4.maxU)(a!, b![0]!)]
      case 'min':
        return [(signed ? i32x4.min : i32x4.minU)(a!, b![0]!)]
      case 'and':
      case 'or':
      case 'xor':
        return [v128[op](a!, b![0]!)]
      case 'shl':
        return shift === null ? this.lanes(i32.shl, a!, b!) : [i32x4.shl(a!, shift)]
      case 'shr': {
        if (shift === null) return this.lanes(signed ? i32.shr : i32.shrU, a!, b!)
        return [(signed ? i32x4.shr : i32x4.shrU)(a!, shift)]
      }
      case 'mulHigh': {
        const low = signed ? i64x2.extmulLowI32x4 : i64x2.extmulLowI32x4U
        const high = signed ? i64x2.extmulHighI32x4 : i64x2.extmulHighI32x4U
        return [shuffle32(low(a!, b![0]!), high(a!, b![0]!), [1, 3, 5, 7])]
      }
      case 'floorDiv':
        return this.lanes(signed ? scalars.floorDivideInteger : scalars.divideUnsigned, a!, b!)
      case 'remainder':
        return this.lanes(signed ? scalars.remainderInteger : scalars.remainderUnsigned, a!, b!)
      default:
        return this.lanes(signed ? scalars.powerInteger : scalars.powerUnsigned, a!, b!)
    }
  }

  private lanes(apply: Binary, a: Code, b: Quad): Quad {
    const values = LANES.map((i) => apply(i32x4.extract(a, i), i32x4.extract(b[0]!, i)))
    return fromLanes('int32', values)
  }

  /** Elements of accumulators joined, as reductions do. */
  combine(op: Op, dtype: DType, a: Quad, b: Quad): Quad {
    const [x, y] = [keep(this.f, a), keep(this.f, b)]
    if (dtype === 'float32') return this.float32(op, x, y)
    if (dtype === 'float64') return this.float64(op, x, y)
    if (dtype === 'bool') return [onMasks(op, x[0]!, y[0]!)]
    return this.integer(op, dtype, x, y, null)
  }
}

/** One instruction, of the same meaning. */
const directly: {
  readonly [O in Op]?:
    | 'neg'
    | 'abs'
    | 'floor'
    | 'ceil'
    | 'trunc'
    | 'nearest'
    | 'sqrt'
    | 'add'
    | 'sub'
    | 'mul'
    | 'div'
    | 'min'
    | 'max'
} = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  round: 'nearest',
  sqrt: 'sqrt',
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  max: 'max',
  min: 'min',
}

/** 1 with the sign of x; zeros and NaN are themselves. */
function signOf(x: Code, { abs, const: all, gt }: typeof f32x4 | typeof f64x2): Code {
  const one = v128.or(v128.and(x, all(-0)), all(1))
  return v128.bitSelect(one, x, gt(abs(x), all(0)))
}

function compare(op: Comparison, dtype: DType, a: Quad, b: Quad): Quad {
  if (dtype === 'float64') return narrowMask(a.map((half, i) => f64x2[op](half, b[i]!)))
  if (dtype === 'float32') return [f32x4[op](a[0]!, b[0]!)]
  if (dtype === 'bool') {
    // As numbers masks would be 0 and -1.
    return [i32x4[op](b[0]!, a[0]!)]
  }
  return [i32x4[dtype === 'int32' ? op : unsignedComparisons[op]](a[0]!, b[0]!)]
}

const select = (dtype: DType, condition: Quad, a: Quad, b: Quad): Quad => {
  const masks = dtype === 'float64' ? widenMask(condition) : condition
  return a.map((half, i) => v128.bitSelect(half, b[i]!, masks[i]!))
}

/** Booleans: `add` and `max` are or, `mul` and `min` are and. */
function onMasks(op: Op, a: Code, b: Code): Code {
  switch (op) {
    case 'not':
      return v128.not(a)
    case 'add':
    case 'max':
    case 'or':
      return v128.or(a, b)
    case 'xor':
      return v128.xor(a, b)
    case 'mul':
    case 'min':
    case 'and':
      return v128.and(a, b)
    default:
      return a
  }
}
