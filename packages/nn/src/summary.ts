import {
  type CreateOptions,
  type DType,
  dtypes,
  inspectAsText,
  noGrad,
  RungsError,
  Tensor,
  zeros,
} from '@rungs/autograd'
import { wrapForward } from './hooks.ts'
import { members } from './members.ts'
import { type Module, nameOf } from './module.ts'
import { isParameter, type Parameter } from './parameter.ts'

/** One call of a module while its summary was made. */
export interface SummaryRow {
  readonly module: Module
  /** The printed name, without its arguments. */
  readonly type: string
  /** 0 for the model itself. */
  readonly depth: number
  /** Which module of its depth this is, from 1. */
  readonly index: number
  readonly outputShape: readonly number[]
  readonly outputBytes: number
  /** Elements of the module's own parameters. */
  readonly parameters: number
  /** An earlier row counts the parameters. */
  readonly repeated: boolean
  /** It has no modules inside. */
  readonly isLeaf: boolean
  readonly multiplyAdds: number
}

const bytesOf = (dtype: DType): number => dtypes[dtype].bytes
const NAME_WIDTH = 40
const COLUMN_WIDTH = 25

/** What a model is made of, layer by layer; its text is what torchinfo 1.8 prints. */
export class Summary {
  readonly rows: readonly SummaryRow[]
  readonly parameters: number
  readonly trainable: number
  readonly multiplyAdds: number
  readonly inputBytes: number
  /** Outputs of layers with parameters, and as much again for their gradients. */
  readonly passBytes: number
  readonly parameterBytes: number

  constructor(model: Module, rows: readonly SummaryRow[], inputBytes: number) {
    const parameters = model.parameters()
    this.rows = rows
    this.parameters = total(parameters, ({ size }) => size)
    this.trainable = total(parameters, ({ size, requiresGrad }) => (requiresGrad ? size : 0))
    this.parameterBytes = total(parameters, ({ size, dtype }) => size * bytesOf(dtype))
    this.multiplyAdds = total(rows, (row) => (row.isLeaf ? row.multiplyAdds : 0))
    this.inputBytes = inputBytes
    this.passBytes = total(rows, (row) => (row.isLeaf && row.parameters > 0 ? 2 * row.outputBytes : 0))
  }

  toString(): string {
    const nameWidth = Math.max(NAME_WIDTH, ...this.rows.map((row) => 5 * Math.ceil((titleOf(row).length + 1) / 5)))
    const line = (...cells: readonly string[]): string =>
      cells
        .map((cell, i) => cell.padEnd(i === 0 ? nameWidth : COLUMN_WIDTH))
        .join(' ')
        .trimEnd()
    const rule = '='.repeat(nameWidth + 2 * COLUMN_WIDTH)
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2)
    return [
      rule,
      line('Layer (type:depth-idx)', 'Output Shape', 'Param #'),
      rule,
      ...this.rows.map((row) => line(titleOf(row), `[${row.outputShape.join(', ')}]`, countOf(row))),
      rule,
      `Total params: ${grouped(this.parameters)}`,
      `Trainable params: ${grouped(this.trainable)}`,
      `Non-trainable params: ${grouped(this.parameters - this.trainable)}`,
      `Total mult-adds${withUnit(this.multiplyAdds)}`,
      rule,
      `Input size (MB): ${megabytes(this.inputBytes)}`,
      `Forward/backward pass size (MB): ${megabytes(this.passBytes)}`,
      `Params size (MB): ${megabytes(this.parameterBytes)}`,
      `Estimated Total Size (MB): ${megabytes(this.inputBytes + this.passBytes + this.parameterBytes)}`,
      rule,
    ].join('\n')
  }
}

Object.defineProperty(Summary.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })

/**
 * Run a model once on zeros, in eval mode, and say, layer by layer in the order of the calls, what comes out and what it takes:
 * shapes (of several outputs, the first's), parameters, multiply-adds. These are counted as torchinfo counts them.
 * @param shape of the input, its batch dim first.
 * @throws {RungsError} where `shape` is not an array, or a module's forward gives no tensor.
 */
export function summary(model: Module, shape: readonly number[], options: CreateOptions = {}): Summary {
  if (!Array.isArray(shape)) {
    throw new RungsError(
      'summary: the second argument is the shape of the input, such as [64, 1000]; of a tensor, x.shape',
    )
  }
  const first = model.parameters()[0]
  const placement = first === undefined ? {} : { dtype: first.dtype, device: first.device }
  const x = zeros([...shape], { ...placement, ...options })
  const rows: SummaryRow[] = []
  const perDepth: number[] = []
  const seen = new Set<Module>()
  let depth = 0

  const unwrap = model.modules().map((module) =>
    wrapForward(module, (forward) => (...inputs) => {
      const at = rows.push(rowOf(module, depth, (perDepth[depth] = (perDepth[depth] ?? 0) + 1), seen.has(module))) - 1
      seen.add(module)
      depth++
      const output = forward(...inputs)
      depth--
      const first = firstTensor(output)
      if (first === undefined) {
        throw new RungsError(`summary: forward of ${rows[at]?.type} must give a tensor, it gave ${String(output)}`)
      }
      rows[at] = finished(rows[at]!, first)
      return output
    }),
  )
  const modes = model.modules().map((module) => ({ module, training: module.training }))
  try {
    model.eval()
    noGrad(() => (model.forward as (input: Tensor) => unknown)(x))
  } finally {
    for (const restore of unwrap) restore()
    for (const { module, training } of modes) module.training = training
  }
  return new Summary(model, rows, x.size * bytesOf(x.dtype))
}

function rowOf(module: Module, depth: number, index: number, repeated: boolean): SummaryRow {
  const own = new Set<Parameter>(Array.from(members(module, isParameter), ([, parameter]) => parameter))
  return {
    module,
    type: nameOf(module),
    depth,
    index,
    outputShape: [],
    outputBytes: 0,
    parameters: total([...own], ({ size }) => size),
    repeated,
    isLeaf: module.children().length === 0,
    multiplyAdds: 0,
  }
}

const finished = (row: SummaryRow, { shape, size, dtype }: Tensor): SummaryRow => ({
  ...row,
  outputShape: shape,
  outputBytes: size * bytesOf(dtype),
  multiplyAdds: total([...members(row.module, isParameter)], ([name, { size }]) => size * uses(name, row.type, shape)),
})

/** How often each number of a parameter is multiplied: at every place by convolutions, at every step by recurrences. */
function uses(parameter: string, type: string, shape: readonly number[]): number {
  const [batch = 1, ...rest] = shape
  if (parameter === 'weight' || parameter === 'bias') {
    return type.includes('Conv') ? batch * product(rest.slice(1)) : batch
  }
  return parameter.includes('weight') ? batch * product(rest.slice(0, 1)) : 0
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

/** What an output begins with. */
function firstTensor(output: unknown): Tensor | undefined {
  if (output instanceof Tensor) return output
  if (typeof output !== 'object' || output === null) return undefined
  for (const part of Object.values(output)) {
    const found = firstTensor(part)
    if (found !== undefined) return found
  }
  return undefined
}

function titleOf({ depth, type, index }: SummaryRow): string {
  if (depth === 0) return type
  const branch = depth === 1 ? '├─' : `${'│    '.repeat(depth - 1)}└─`
  return `${branch}${type}: ${depth}-${index}`
}

function countOf({ parameters, repeated }: SummaryRow): string {
  if (parameters === 0) return '--'
  return repeated ? '(recursive)' : grouped(parameters)
}

const grouped = (count: number): string => count.toLocaleString('en-US')

function withUnit(count: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (count >= size) return ` (${unit}): ${(count / size).toFixed(2)}`
  }
  return `: ${count.toFixed(2)}`
}

const total = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((sum, item) => sum + of(item), 0)
