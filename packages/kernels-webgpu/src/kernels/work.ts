import type { DType, TypedProgram } from '@rungs/ndarray'
import { storedBytes } from '../wgsl/types.ts'
import { bufferOf, type Placed } from './call.ts'

/** An operand of one call of a kernel. */
export interface WorkOperand {
  /** What the caller uses it for. */
  readonly name: string
  readonly dtype: DType
  /** Number of its buffer in the kernel's text. */
  readonly buffer: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  /** Each element that is read or written counts once, however often caches are asked for it. */
  readonly bytes: number
}

/** What one call of a kernel does, in the caller's terms. It is stated only while somebody looks on; see `Watcher`. */
export interface Work {
  readonly operands: readonly WorkOperand[]
  /** An operator of a formula counts one at each position, a multiply-add two. */
  readonly operations: number
}

/** Operands in the order of the kernel's text: `names` say what each is, `which` where it lies. */
export function workOf(
  names: readonly string[],
  operands: readonly Placed[],
  which: readonly number[],
  operations: number,
): Work {
  return {
    operations,
    operands: operands.map((operand, q) => {
      const { dtype, shape, strides = rowMajor(shape) } = operand
      return { name: names[q]!, dtype, buffer: which[q]!, shape, strides, bytes: bytesOf(operand, strides) }
    }),
  }
}

/** `out`, or `out0`, `out1` where there are several, then `input0` and on. */
export const operandNames = (outs: number, count: number): string[] =>
  Array.from({ length: count }, (_, q) => (q >= outs ? `input${q - outs}` : outs === 1 ? 'out' : `out${q}`))

const leaves: ReadonlySet<string> = new Set(['input', 'scalar', 'const', 'coord'])

/** The operators of a program, in order. */
export const operatorsOf = ({ nodes }: TypedProgram): string[] =>
  nodes.flatMap(({ op }) => (leaves.has(op) ? [] : [op]))

/** A program in words, for labels and messages: its operators, shortened. */
export function describeProgram(program: TypedProgram): string {
  const ops = operatorsOf(program)
  return ops.length === 0
    ? (program.nodes[0]?.op ?? '')
    : ops.length > 6
      ? `${ops.slice(0, 6).join(' ')} …`
      : ops.join(' ')
}

/** Distinct elements, as far as strides tell: those that repeat along an axis count once, and windows overlap. */
function bytesOf(operand: Placed, strides: readonly number[]): number {
  const elements = operand.shape.reduce((total, size, dim) => (strides[dim] === 0 ? total : total * size), 1)
  return Math.min(elements * storedBytes(operand.dtype), bufferOf(operand).bytes)
}

const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, dim) => shape.slice(dim + 1).reduce((total, size) => total * size, 1))
