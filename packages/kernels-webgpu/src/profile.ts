import { inspectAsText } from '@rungs/ndarray'
import type { Ceilings } from './ceilings.ts'
import type { Watcher } from './encoder.ts'
import type { Work, WorkOperand } from './kernels/work.ts'
import type { Pipeline } from './pipelines.ts'
import { profileTable } from './profileTable.ts'
import type { Timestamps } from './timestamps.ts'

/** One kernel that ran. */
export interface ProfiledKernel {
  /** What it computes, as in `map(mul add)`. */
  readonly name: string
  readonly operands: readonly WorkOperand[]
  /** By operand: is it a result? */
  readonly written: readonly boolean[]
  /** Bytes read and written, each element once: caches and overlapping windows make it fewer or more. */
  readonly bytes: number
  /** An operator of a formula counts one at each position, a multiply-add two. */
  readonly operations: number
  /** Null where the adapter has no clock of its own (`timestamp-query`). */
  readonly milliseconds: number | null
}

/** What a function did on the GPU, kernel by kernel; as text, a table. */
export class Profile {
  readonly adapter: string
  readonly ceilings: Ceilings
  /** In the order in which they ran. */
  readonly kernels: readonly ProfiledKernel[]
  /** From the call of the function until the GPU had finished, by the clock of the program: with compiling what is new. */
  readonly milliseconds: number

  constructor(adapter: string, ceilings: Ceilings, kernels: readonly ProfiledKernel[], milliseconds: number) {
    this.adapter = adapter
    this.ceilings = ceilings
    this.kernels = kernels
    this.milliseconds = milliseconds
  }

  toString(): string {
    return profileTable(this)
  }
}

Object.defineProperty(Profile.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })

/** Notes what kernels do, and has them timed where that is possible. */
export class Profiler implements Watcher {
  private readonly kernels: { readonly pipeline: Pipeline; readonly work: Work }[] = []
  private readonly timestamps: Timestamps | null
  private expected: Work | null = null

  constructor(timestamps: Timestamps | null) {
    this.timestamps = timestamps
  }

  expect(work: Work): void {
    this.expected = work
  }

  starts(pipeline: Pipeline): GPUComputePassTimestampWrites | null {
    this.kernels.push({ pipeline, work: this.expected ?? { operands: [], operations: 0 } })
    this.expected = null
    return this.timestamps?.next() ?? null
  }

  result(times: readonly number[]): ProfiledKernel[] {
    return this.kernels.map(({ pipeline: { label, writes }, work: { operands, operations } }, i) => ({
      name: label,
      operands,
      written: resultsOf(operands, writes),
      bytes: operands.reduce((total, { bytes }) => total + bytes, 0),
      operations,
      milliseconds: times[i] ?? null,
    }))
  }
}

/** The first operand in each buffer that a kernel writes; one that is changed in place is named again among the inputs. */
const resultsOf = (operands: readonly WorkOperand[], writes: readonly boolean[]): boolean[] =>
  operands.map(
    ({ buffer }, q) => writes[buffer] === true && operands.findIndex((other) => other.buffer === buffer) === q,
  )
