import { binaryOpsOf, resultOf, unaryOpsOf } from '../conformance/elementwise.ts'
import type { BinaryOp, DType, ExprLike, ModuleLike, UnaryOp } from '../conformance/module.ts'
import { isFloat, type Random } from '../conformance/numbers.ts'

/** A formula with the dtype of every node, beside the library's own form of it. */
export interface Node {
  readonly op: string
  readonly dtype: DType
  readonly args: readonly Node[]
  /** Which input, scalar or coordinate; the value of a constant. */
  readonly value: number
  readonly expr: ExprLike
}

export interface Graph {
  readonly outputs: readonly Node[]
  readonly inputTypes: readonly DType[]
  readonly scalars: readonly number[]
}

const MAX_INPUTS = 4

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!

/** Draws formulas whose nodes have the dtypes that their operators take: every conversion is a cast. */
export function drawGraph(nd: ModuleLike, random: Random, dtypes: readonly DType[], rank: number): Graph {
  const { expr } = nd
  const inputTypes: DType[] = [pick(random, dtypes)]
  const scalars: number[] = []
  const shared: Node[] = []

  const input = (index: number): Node => ({
    op: 'input',
    dtype: inputTypes[index]!,
    args: [],
    value: index,
    expr: expr.input(index),
  })
  const cast = (x: Node, dtype: DType): Node =>
    x.dtype === dtype ? x : { op: 'cast', dtype, args: [x], value: 0, expr: expr.cast(x.expr, dtype) }

  const leaf = (dtype: DType): Node => {
    const kind = random()
    if (kind < 0.7) {
      const fitting = inputTypes.flatMap((type, index) => (type === dtype ? [index] : []))
      if (fitting.length > 0 && (inputTypes.length === MAX_INPUTS || random() < 0.6))
        return input(pick(random, fitting))
      if (inputTypes.length < MAX_INPUTS) return input(inputTypes.push(dtype) - 1)
      return cast(input(Math.floor(random() * inputTypes.length)), dtype)
    }
    if (kind < 0.8) {
      const index = scalars.push(Math.floor(random() * 9)) - 1
      // Which dtype a scalar has depends on the arrays of the call; a cast makes it sure.
      const value: Node = { op: 'scalar', dtype, args: [], value: index, expr: expr.scalar(index) }
      return { ...value, expr: expr.cast(value.expr, dtype) }
    }
    if (kind < 0.9) {
      const axis = Math.floor(random() * rank)
      return cast({ op: 'coord', dtype: 'int32', args: [], value: axis, expr: expr.coord(axis) }, dtype)
    }
    const value = isFloat(dtype)
      ? Math.floor(random() * 16 - 8) / 4
      : dtype === 'bool'
        ? Math.round(random())
        : Math.floor(random() * 40)
    return { op: 'const', dtype, args: [], value, expr: expr.constant(value, dtype) }
  }

  const draw = (dtype: DType, depth: number): Node => {
    if (shared.length > 0 && random() < 0.1) {
      const same = shared.filter((node) => node.dtype === dtype)
      if (same.length > 0) return pick(random, same)
    }
    const made = depth === 0 || random() < 0.12 ? leaf(dtype) : inner(dtype, depth - 1)
    shared.push(made)
    return made
  }

  const inner = (dtype: DType, depth: number): Node => {
    const kind = random()
    if (kind < 0.12) return cast(draw(pick(random, dtypes), depth), dtype)
    if (kind < 0.22) {
      const args = [draw('bool', depth), draw(dtype, depth), draw(dtype, depth)] as const
      return { op: 'where', dtype, args, value: 0, expr: expr.where(args[0].expr, args[1].expr, args[2].expr) }
    }
    const of = dtype === 'bool' && random() < 0.7 ? pick(random, dtypes) : dtype
    const unary = unaryOpsOf(of).filter((op) => resultOf(op, of) === dtype)
    const binary = binaryOpsOf(of).filter((op) => resultOf(op, of) === dtype)
    const op: string = pick(random, [...unary, ...binary])
    const isUnary = (unary as readonly string[]).includes(op)
    const args = isUnary ? [draw(of, depth)] : [draw(of, depth), draw(of, depth)]
    const made = isUnary
      ? expr.unary(op as UnaryOp, args[0]!.expr)
      : expr.binary(op as BinaryOp, args[0]!.expr, args[1]!.expr)
    return { op, dtype, args, value: 0, expr: made }
  }

  const depth = 2 + Math.floor(random() * 4)
  const outputs = Array.from({ length: random() < 0.25 ? 2 : 1 }, () => inner(pick(random, dtypes), depth - 1))
  return { outputs, inputTypes, scalars }
}

/** A graph as people write it: `add(mul(x0, 2), cast(x1, float32))`. */
export function describe(node: Node): string {
  const names: Readonly<Record<string, string>> = {
    input: `x${node.value}`,
    scalar: `s${node.value}`,
    coord: `i${node.value}`,
  }
  if (node.op === 'const') return String(node.value)
  const args = node.args.map(describe)
  return names[node.op] ?? `${node.op}(${[...args, ...(node.op === 'cast' ? [node.dtype] : [])].join(', ')})`
}

/** Every operator of a graph, casts told apart by what they convert. */
export function operatorsOf(node: Node, into: Set<string> = new Set()): Set<string> {
  into.add(node.op)
  for (const arg of node.args) operatorsOf(arg, into)
  return into
}
