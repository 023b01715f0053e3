import { type DType, dtypes, isFloat, isInteger, kindRankOf, promoteTypes, scalarType } from './dtype.ts'
import { DTypeError } from './errors.ts'
import type { Expr, ExprOp } from './expr.ts'

/** One step of a typed program: `args` are numbers of earlier steps, all of the dtype that the operator needs. */
export interface TypedNode {
  readonly op: ExprOp
  readonly dtype: DType
  readonly args: readonly number[]
  /** Which input, scalar or coordinate; the value of a constant. */
  readonly value: number
}

/**
 * A program with every dtype settled and every conversion explicit, as a list in order of computation: what a device
 * turns into code, once for each `id`.
 */
export interface TypedProgram {
  readonly id: number
  readonly nodes: readonly TypedNode[]
  /** For each output the node it is, already of its dtype. */
  readonly results: readonly number[]
  readonly inputTypes: readonly DType[]
  readonly scalarTypes: readonly DType[]
  readonly outTypes: readonly DType[]
  /** The program names coordinates, so its layouts keep their axes. */
  readonly usesCoords: boolean
}

/** One or more formulas computed together, interned: define programs at module level, where they are made once. */
export interface Program {
  readonly id: number
  readonly exprs: readonly Expr[]
  readonly inputs: number
  readonly scalars: number
  readonly typed: Map<number | string, TypedProgram>
  /** By dtype code, the typed program for inputs and scalars that are all of that dtype. */
  readonly uniform: (TypedProgram | undefined)[]
  /** As `uniform`, for outputs that exist and are of that dtype too. */
  readonly updates: (TypedProgram | undefined)[]
}

const programs = new Map<string, Program>()
/** Devices keep kernels by the numbers of typed programs; two loaded copies of this package must not share numbers. */
const COUNT = Symbol.for('@rungs/ndarray.typedPrograms')
const shared = globalThis as { [COUNT]?: number }

function nextId(): number {
  const id = shared[COUNT] ?? 0
  shared[COUNT] = id + 1
  return id
}

export function program(...exprs: Expr[]): Program {
  const key = exprs.map((expr) => expr.id).join()
  let found = programs.get(key)
  if (found === undefined) {
    const count = { input: 0, scalar: 0 }
    for (const { op, value } of reachable(exprs)) {
      if (op === 'input' || op === 'scalar') count[op] = Math.max(count[op], value + 1)
    }
    const cache = { typed: new Map(), uniform: [], updates: [] }
    found = { id: programs.size, exprs, inputs: count.input, scalars: count.scalar, ...cache }
    programs.set(key, found)
  }
  return found
}

/** Every node below `exprs`, operands first, each once. */
export function reachable(exprs: readonly Expr[]): Set<Expr> {
  const seen = new Set<Expr>()
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return
    expr.args.forEach(visit)
    seen.add(expr)
  }
  exprs.forEach(visit)
  return seen
}

/** What the inputs, scalars and outputs of one call are. */
export interface Signature {
  readonly inputs: readonly DType[]
  readonly scalars: readonly DType[]
  /** Dtypes of arrays that exist already; left out, the formulas decide. */
  readonly outs?: readonly DType[] | undefined
  /** The dtypes that promotion sees, where a 0-d array gives way to arrays of more dims. */
  readonly promoted?: readonly DType[] | undefined
}

/** Settle the dtypes of a program for one signature; cached, so that a repeated call is one lookup. */
export function typeProgram(source: Program, signature: Signature): TypedProgram {
  const key = keyOf(signature)
  let typed = source.typed.get(key)
  if (typed === undefined) {
    typed = new Typing(source, signature).finish()
    source.typed.set(key, typed)
  }
  return typed
}

/** Dtype codes as digits of one number while they fit, else as text. */
function keyOf({ inputs, scalars, outs, promoted }: Signature): number | string {
  if (promoted !== undefined || inputs.length + scalars.length + (outs?.length ?? 0) > 15) {
    return [inputs, scalars, outs, promoted].join('|')
  }
  let key = outs === undefined ? 7 : 6
  for (let i = 0; i < inputs.length; i++) key = key * 8 + dtypes[inputs[i]!].code
  for (let i = 0; i < scalars.length; i++) key = key * 8 + dtypes[scalars[i]!].code
  if (outs !== undefined) for (let i = 0; i < outs.length; i++) key = key * 8 + dtypes[outs[i]!].code
  return key
}

const floatUnary: ReadonlySet<ExprOp> = new Set(['exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tanh'])
const comparisons: ReadonlySet<ExprOp> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne'])
const bitwise: ReadonlySet<ExprOp> = new Set(['and', 'or', 'xor', 'not'])
const integerOnly: ReadonlySet<ExprOp> = new Set(['shl', 'shr', 'mulHigh'])
const notForBool: ReadonlySet<ExprOp> = new Set(['neg', 'sub', 'floorDiv', 'remainder', 'pow', 'sign', 'abs'])
const unchangedIntegers: ReadonlySet<ExprOp> = new Set(['floor', 'ceil', 'trunc', 'round'])

class Typing {
  private readonly nodes: TypedNode[] = []
  private readonly byKey = new Map<string, number>()
  private readonly byExpr = new Map<Expr, number>()
  private readonly source: Program
  private readonly signature: Signature

  constructor(source: Program, signature: Signature) {
    this.source = source
    this.signature = signature
  }

  finish(): TypedProgram {
    const { inputs, scalars, outs } = this.signature
    const results = this.source.exprs.map((expr, i) => {
      const result = this.visit(expr)
      return outs === undefined ? result : this.convert(result, outs[i]!)
    })
    return {
      id: nextId(),
      nodes: this.nodes,
      results,
      inputTypes: inputs,
      scalarTypes: scalars,
      outTypes: results.map((result) => this.dtypeOf(result)),
      usesCoords: this.nodes.some((node) => node.op === 'coord'),
    }
  }

  private visit(expr: Expr): number {
    let found = this.byExpr.get(expr)
    if (found === undefined) {
      found = this.lower(expr)
      this.byExpr.set(expr, found)
    }
    return found
  }

  private lower(expr: Expr): number {
    const { op, args, value } = expr
    switch (op) {
      case 'input': {
        const loaded = this.push(op, this.signature.inputs[value]!, [], value)
        const as = this.signature.promoted?.[value]
        return as === undefined ? loaded : this.convert(loaded, as)
      }
      case 'scalar':
        return this.push(op, this.signature.scalars[value]!, [], value)
      case 'coord':
        return this.push(op, 'int32', [], value)
      case 'const':
        return this.push(op, expr.dtype ?? 'float32', [], value)
      case 'cast':
        return this.convert(this.visit(args[0]!), expr.dtype!)
      case 'where': {
        const [a, b] = this.unify(args[1]!, args[2]!)
        return this.push(op, this.dtypeOf(a), [this.convert(this.visit(args[0]!), 'bool'), a, b])
      }
      default:
        return args.length === 1 ? this.unary(op, this.visit(args[0]!)) : this.binary(op, args[0]!, args[1]!)
    }
  }

  private unary(op: ExprOp, x: number): number {
    const dtype = this.dtypeOf(x)
    if (op === 'isNaN') return isFloat(dtype) ? this.push(op, 'bool', [x]) : this.push('const', 'bool', [], 0)
    if (unchangedIntegers.has(op) && !isFloat(dtype)) return x
    this.check(op, dtype)
    const operand = floatUnary.has(op) && !isFloat(dtype) ? this.convert(x, 'float32') : x
    return this.push(op, this.dtypeOf(operand), [operand])
  }

  private binary(op: ExprOp, left: Expr, right: Expr): number {
    let [a, b] = this.unify(left, right)
    if (op === 'div' && !isFloat(this.dtypeOf(a))) {
      a = this.convert(a, 'float32')
      b = this.convert(b, 'float32')
    }
    const dtype = this.dtypeOf(a)
    this.check(op, dtype)
    return this.push(op, comparisons.has(op) ? 'bool' : dtype, [a, b])
  }

  /** Both operands in the dtype they promote to; a constant without a dtype follows the other. */
  private unify(left: Expr, right: Expr): [number, number] {
    const weak = (expr: Expr): boolean => expr.op === 'const' && expr.dtype === null
    if (weak(left) !== weak(right)) {
      const strong = this.visit(weak(left) ? right : left)
      const { value } = weak(left) ? left : right
      const dtype = scalarType(value, this.dtypeOf(strong))
      const pair: [number, number] = [this.push('const', dtype, [], value), this.convert(strong, dtype)]
      return weak(left) ? pair : [pair[1], pair[0]]
    }
    const a = this.visit(left)
    const b = this.visit(right)
    const dtype = promoteTypes(this.dtypeOf(a), this.dtypeOf(b))
    return [this.convert(a, dtype), this.convert(b, dtype)]
  }

  private check(op: ExprOp, dtype: DType): void {
    if (dtype === 'bool' && op === 'sub') {
      throw new DTypeError(
        'Subtraction, the `-` operator, with two bool tensors is not supported: use logicalXor, or cast to int32 first',
      )
    }
    const fits =
      (!bitwise.has(op) || !isFloat(dtype)) &&
      (!integerOnly.has(op) || (isInteger(dtype) && (op !== 'mulHigh' || dtypes[dtype].bytes === 4))) &&
      (!notForBool.has(op) || dtype !== 'bool')
    if (!fits) throw new DTypeError(`${op} is not defined for ${dtype}`)
  }

  private convert(x: number, dtype: DType): number {
    const from = this.nodes[x]!
    if (from.dtype === dtype) return x
    if (from.op === 'const' && isFloat(dtype)) return this.push('const', dtype, [], from.value)
    return this.push('cast', dtype, [x])
  }

  private push(op: ExprOp, dtype: DType, args: readonly number[], value = 0): number {
    const key = `${op}|${dtype}|${args.join()}|${Object.is(value, -0) ? '-0' : value}`
    let found = this.byKey.get(key)
    if (found === undefined) {
      found = this.nodes.push({ op, dtype, args, value }) - 1
      this.byKey.set(key, found)
    }
    return found
  }

  private dtypeOf(node: number): DType {
    return this.nodes[node]!.dtype
  }
}

/**
 * The dtype that `dtypes` promote to together, PyTorch's way: arrays with dims decide, and a 0-d array counts only where
 * it is of a higher kind (bool, integer, float) than they are.
 */
export function resultType(operands: readonly { readonly dtype: DType; readonly shape: readonly number[] }[]): DType {
  let withDims: DType | undefined
  let without: DType | undefined
  for (const { dtype, shape } of operands) {
    if (shape.length > 0) withDims = withDims === undefined ? dtype : promoteTypes(withDims, dtype)
    else without = without === undefined ? dtype : promoteTypes(without, dtype)
  }
  if (withDims === undefined) return without ?? 'float32'
  if (without === undefined || kindRankOf(without) <= kindRankOf(withDims)) return withDims
  return promoteTypes(withDims, without)
}
