import { shareOf } from './ceilings.ts'
import { shapeText } from './explain.ts'
import type { Profile, ProfiledKernel } from './profile.ts'

/** Calls of one kernel on one set of shapes, together. */
interface Row {
  readonly title: string
  readonly shapes: string
  calls: number
  bytes: number
  operations: number
  milliseconds: number | null
}

const HEAD = ['kernel', 'out ← inputs', 'calls', 'ms', 'of all', 'GB/s', 'of copy', 'GFLOP/s', 'of peak']
const NONE = '–'

/** A line for each kernel and set of shapes, the longest first, and below it what they come to together. */
export function profileTable({ adapter, ceilings, kernels, milliseconds }: Profile): string {
  const rows = rowsOf(kernels)
  const timed = rows.some((row) => row.milliseconds !== null)
  const total = rows.reduce((sum, row) => sum + (row.milliseconds ?? 0), 0)
  const cells = rows.map((row) => {
    const share = shareOf(row, ceilings)
    const perSecond = (count: number): string => (share === null ? NONE : digits(count / row.milliseconds! / 1e6))
    return [
      row.title,
      row.shapes,
      String(row.calls),
      row.milliseconds === null ? NONE : row.milliseconds.toFixed(3),
      row.milliseconds === null ? NONE : percent(row.milliseconds / total),
      perSecond(row.bytes),
      share === null ? NONE : percent(share.bandwidth),
      perSecond(row.operations),
      share === null ? NONE : percent(share.arithmetic),
    ]
  })
  const kernelsText = `${kernels.length} ${kernels.length === 1 ? 'kernel' : 'kernels'}`
  return [
    adapter,
    `measured ceilings: ${digits(ceilings.copyBytesPerSecond / 1e9)} GB/s copying, ` +
      `${digits(ceilings.operationsPerSecond / 1e9)} GFLOP/s multiplying and adding`,
    '',
    ...table([HEAD, ...cells]),
    '',
    timed
      ? `${kernelsText}, ${total.toFixed(3)} ms; with all that lies between, ${milliseconds.toFixed(3)} ms`
      : `${kernelsText}; this adapter has no clock for each (timestamp-query), together they took ${milliseconds.toFixed(3)} ms`,
  ].join('\n')
}

function rowsOf(kernels: readonly ProfiledKernel[]): Row[] {
  const rows = new Map<string, Row>()
  for (const kernel of kernels) {
    const shapes = shapesOf(kernel)
    const key = `${kernel.name} ${shapes}`
    const row = rows.get(key) ?? { title: kernel.name, shapes, calls: 0, bytes: 0, operations: 0, milliseconds: null }
    rows.set(key, row)
    row.calls++
    row.bytes += kernel.bytes
    row.operations += kernel.operations
    if (kernel.milliseconds !== null) row.milliseconds = (row.milliseconds ?? 0) + kernel.milliseconds
  }
  return [...rows.values()].sort((a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0))
}

/** What comes out and what goes in. */
function shapesOf({ operands, written }: ProfiledKernel): string {
  const [outs, inputs] = [true, false].map((wanted) =>
    operands
      .filter((_, q) => written[q] === wanted)
      .map(({ shape }) => shapeText(shape))
      .join(' '),
  )
  return inputs === '' ? outs! : `${outs} ← ${inputs}`
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** Text to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}
