import type { IndexedAxis, Layout, ScatterOp } from '@rungs/ndarray'
import type { GpuBuffer } from '../buffers.ts'
import { COMMON_WORDS } from '../encoder.ts'
import type { IndexOperations } from '../health.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { gatherText, scatterText } from '../wgsl/gather.ts'
import { MAP_WORKGROUP } from '../wgsl/map.ts'
import { storedBytes } from '../wgsl/types.ts'
import { BROADCAST, Call, type Machine, type Placed, VECTOR, writeSpace } from './call.ts'
import { type Work, workOf } from './work.ts'

/** Lookups by index of one device; `flags` is where kernels raise a wrong one. */
export class IndexKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  private readonly flags: GpuBuffer
  private readonly operations: IndexOperations
  private readonly compiled = new Recent<string, Pipeline>(KEPT_KERNELS)

  constructor(machine: Machine, flags: GpuBuffer, operations: IndexOperations) {
    this.machine = machine
    this.flags = flags
    this.operations = operations
  }

  gather(operands: readonly Placed[], layout: Layout, axis: IndexedAxis): void {
    if (layout.size === 0) return
    const { call } = this
    const last = layout.rank - 1
    const length = layout.sizes[last]!
    const width = length >= 4 ? 4 : 1
    call.bind(operands, 1)
    call.classify(operands, layout, 1, last, width, layout.rank === 1 || length % 4 === 0)
    // Each lane of the source may lie elsewhere.
    call.forceStrided(1, 3)
    const threads = width === 4 ? (layout.size / length) * Math.ceil(length / 4) : layout.size
    this.record('gather', operands, layout, axis, threads)
  }

  scatter(op: ScatterOp, operands: readonly Placed[], layout: Layout, axis: IndexedAxis): void {
    const { call } = this
    const { kept, sizes } = layout
    const inner = kept - 1
    let lines = 1
    for (let k = 0; k < kept; k++) lines *= sizes[k]!
    if (lines === 0 || layout.size === 0) return
    call.bind(operands, 1)
    const vectors = sizes[inner]! % 4 === 0 && axis.stride % 4 === 0
    if (vectors) call.classify(operands, layout, 1, inner, 4, true)
    const [target, index, source] = call.access
    const together = vectors && target === VECTOR && index === BROADCAST && source === VECTOR
    if (!together) call.classify(operands, layout, 1, inner, 1, true)
    this.record(`scatter ${op}`, operands, layout, axis, together ? lines / 4 : lines)
  }

  private record(kind: string, operands: readonly Placed[], layout: Layout, axis: IndexedAxis, threads: number): void {
    const { call } = this
    const { encoder, pipelines } = this.machine
    const key = `${kind} ${operands[0]!.dtype} ${call.key(3, layout.rank)}`
    let pipeline = this.compiled.get(key)
    if (pipeline === undefined) {
      const form = call.form(operands, layout.rank)
      const text = kind === 'gather' ? gatherText(form) : scatterText(kind === 'scatter add' ? 'add' : 'set', form)
      pipeline = pipelines.make(text, kind)
      this.compiled.set(key, pipeline)
    }
    const number = this.operations.numberOf(axis.operation, axis.size)
    const base = encoder.reserve(pipeline)
    const end = writeSpace(encoder.ints, base + COMMON_WORDS, layout, operands)
    encoder.ints[end] = axis.stride
    encoder.ints[end + 1] = axis.size
    encoder.uints[end + 2] = number
    call.buffers.push(this.flags)
    encoder.watcher?.expect(this.work(kind, operands, layout))
    encoder.dispatch(pipeline, pipelines, call.buffers, threads, Math.ceil(threads / MAP_WORKGROUP))
  }

  private work(kind: string, operands: readonly Placed[], { size }: Layout): Work {
    const gathers = kind === 'gather'
    const adds = kind === 'scatter add'
    const names = gathers ? ['out', 'source', 'index'] : ['target', 'index', 'source']
    const work = workOf(names, operands, this.call.which, adds ? size : 0)
    // Where in the indexed array, only the indices know: each position counts, and a sum reads before it writes.
    const bytes = size * storedBytes(operands[0]!.dtype) * (adds ? 2 : 1)
    const indexed = gathers ? 1 : 0
    return { ...work, operands: work.operands.map((operand, q) => (q === indexed ? { ...operand, bytes } : operand)) }
  }
}
