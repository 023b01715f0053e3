import { inspectAsText } from '@rungs/ndarray'
import type { Watcher } from './encoder.ts'
import type { Work, WorkOperand } from './kernels/work.ts'
import type { Pipeline } from './pipelines.ts'

/** A kernel that ran. */
export interface ExplainedKernel {
  /** What it computes, as in `map(mul add)`. */
  readonly name: string
  /** Its operands, once for every distinct set of shapes and strides, and how often it ran on them. */
  readonly calls: readonly { readonly operands: readonly WorkOperand[]; readonly count: number }[]
  /** Its WGSL. */
  readonly code: string
}

/** The kernels of a function; as text, their WGSL, with names and shapes in comments. */
export class Explanation {
  /** In the order in which they first ran. */
  readonly kernels: readonly ExplainedKernel[]

  constructor(kernels: readonly ExplainedKernel[]) {
    this.kernels = kernels
  }

  toString(): string {
    return this.kernels.map((kernel) => [...headerOf(kernel), '', kernel.code].join('\n')).join('\n\n')
  }
}

Object.defineProperty(Explanation.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })

/** Notes which kernels run, and on what. */
export class Explainer implements Watcher {
  private readonly seen = new Map<Pipeline, Map<string, { operands: readonly WorkOperand[]; count: number }>>()
  private expected: Work | null = null

  expect(work: Work): void {
    this.expected = work
  }

  starts(pipeline: Pipeline): null {
    const operands = this.expected?.operands ?? []
    this.expected = null
    const calls = this.seen.get(pipeline) ?? new Map()
    if (calls.size === 0) this.seen.set(pipeline, calls)
    const key = operandLines(operands).join()
    const call = calls.get(key) ?? { operands, count: 0 }
    calls.set(key, call)
    call.count++
    return null
  }

  result(): Explanation {
    return new Explanation(
      [...this.seen].map(([{ label, code }, calls]) => ({ name: label, calls: [...calls.values()], code })),
    )
  }
}

function headerOf({ name, calls }: ExplainedKernel): string[] {
  return [
    `// ${name}`,
    ...calls.flatMap(({ operands, count }) => [
      ...operandLines(operands).map((line) => `//   ${line}`),
      `//   ran ${count === 1 ? 'once' : `${count} times`}`,
    ]),
  ]
}

/** A line for each operand, in columns: its number and name, its buffer, its dtype and shape, how it lies there. */
function operandLines(operands: readonly WorkOperand[]): string[] {
  const rows = operands.map(({ name, buffer, dtype, shape, strides }, q) => [
    `${q}: ${name}`,
    `buffer${buffer}`,
    `${dtype} ${shapeText(shape)}`,
    lieText(shape, strides),
  ])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

export const shapeText = (shape: readonly number[]): string => `(${shape.join(', ')})`

/** How a view walks through memory. */
function lieText(shape: readonly number[], strides: readonly number[]): string {
  const dims = shape.map((_, dim) => dim).filter((dim) => shape[dim] !== 1)
  if (isDense(dims, shape, strides)) return 'contiguous'
  const bySize = [...dims].sort((a, b) => strides[b]! - strides[a]!)
  const how = dims.some((dim) => strides[dim] === 0)
    ? 'repeated'
    : isDense(bySize, shape, strides)
      ? 'permuted'
      : 'strided'
  return `${how}, strides ${shapeText(strides)}`
}

/** Walked in this order of dims, outermost first, one element follows another. */
function isDense(dims: readonly number[], shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1
  return dims.every((_, i) => {
    const dim = dims[dims.length - 1 - i]!
    const fits = strides[dim] === step
    step *= shape[dim]!
    return fits
  })
}
