import { DeviceError } from '@rungs/ndarray'
import type { GpuBuffer } from './buffers.ts'
import type { Work } from './kernels/work.ts'
import { MAX_WORKGROUPS, MOST_BUFFERS } from './limits.ts'
import type { Pipeline, Pipelines } from './pipelines.ts'
import { bufferUsage } from './usage.ts'

/** Kernels in one submit: between 8 and 256 it makes no difference (measured). */
const BATCH = 32
const PARAMETER_BYTES = 65536

/** Looks on while kernels are recorded. Kernels state their work only to a watcher, so that it costs nothing otherwise. */
export interface Watcher {
  /** What the next kernel is going to do. */
  expect(work: Work): void
  /** It is recorded now; gives where its times go, null where it is not timed. */
  starts(pipeline: Pipeline): GPUComputePassTimestampWrites | null
}

/**
 * Work on its way to the GPU: kernels are recorded into one encoder and submitted together, and the parameters of all of
 * them travel in one write before the submit.
 */
export class Encoder {
  /** Number of the batch being recorded; buffers that it uses carry it. */
  batch = 1
  /** Kernels and submits in all. */
  dispatches = 0
  submits = 0
  /** The kernel recorded last. */
  lastKernel: string | null = null
  /** Where parameters are written, in 32-bit words from what `reserve` gives. */
  readonly ints: Int32Array
  readonly uints: Uint32Array
  readonly floats: Float32Array
  readonly parameters: GPUBuffer
  watcher: Watcher | null = null
  /** While this is a set, kernels are not recorded, and those that are not compiled are put in it; see `warmup`. */
  rehearsal: Set<Pipeline> | null = null

  private readonly device: GPUDevice
  private readonly bytes = new Uint8Array(PARAMETER_BYTES)
  private readonly offsets = new Uint32Array(1 + MOST_BUFFERS)
  private readonly begin: () => void
  private readonly schedule: () => void
  private used = 0
  private kernels = 0
  private commands: GPUCommandEncoder | null = null
  private pass: GPUComputePassEncoder | null = null
  private pipeline: Pipeline | null = null
  private zeros: GPUBuffer | null = null

  /** `begin` is called before a batch of kernels, which it may refuse; `schedule` makes sure of a later `flush`. */
  constructor(device: GPUDevice, begin: () => void, schedule: () => void) {
    this.device = device
    this.begin = begin
    this.schedule = schedule
    this.ints = new Int32Array(this.bytes.buffer)
    this.uints = new Uint32Array(this.bytes.buffer)
    this.floats = new Float32Array(this.bytes.buffer)
    const usage = bufferUsage.uniform | bufferUsage.copyDst
    this.parameters = device.createBuffer({ label: 'parameters', size: PARAMETER_BYTES, usage })
  }

  /**
   * Room for the parameters of a kernel, as a position in `ints`; kernel-specific words begin `COMMON_WORDS` later. What a
   * call allocates, it allocates before: allocating may flush.
   */
  reserve({ parameterBytes }: Pipeline): number {
    if (this.used + parameterBytes > PARAMETER_BYTES) this.flush()
    return this.used / 4
  }

  /** Record a kernel whose parameters have just been written. @throws {DeviceError} when a buffer holds nothing. */
  dispatch(
    pipeline: Pipeline,
    pipelines: Pipelines,
    buffers: readonly GpuBuffer[],
    threads: number,
    groups: number,
  ): void {
    if (this.rehearsal !== null) {
      if (pipeline.gpu === null) this.rehearsal.add(pipeline)
      return
    }
    const rows = Math.ceil(groups / MAX_WORKGROUPS)
    const perRow = Math.ceil(groups / rows)
    const base = this.used / 4
    this.floats[base] = Number.NaN
    this.floats[base + 1] = Number.POSITIVE_INFINITY
    this.uints[base + 2] = perRow
    this.ints[base + 3] = threads
    this.prepare(pipeline, pipelines, buffers).dispatchWorkgroups(perRow, rows)
    this.used += pipeline.parameterBytes
    this.dispatches++
    this.lastKernel = pipeline.label
    if (++this.kernels >= BATCH) this.flush()
  }

  /** No workgroups at all: some adapters compile a kernel when it is first dispatched. */
  dispatchNone(pipeline: Pipeline, pipelines: Pipelines, buffers: readonly GpuBuffer[]): void {
    this.reserve(pipeline)
    // Said directly, zero earns a warning.
    const usage = bufferUsage.indirect
    this.zeros ??= this.device.createBuffer({ label: 'no workgroups', size: 12, usage })
    this.prepare(pipeline, pipelines, buffers).dispatchWorkgroupsIndirect(this.zeros, 0)
    this.used += pipeline.parameterBytes
  }

  /** Commands outside a compute pass: copies. */
  copying<T>(record: (commands: GPUCommandEncoder) => T): T {
    this.closePass()
    this.schedule()
    return record(this.openCommands())
  }

  /** Submit what is recorded. */
  flush(): void {
    if (this.commands === null) return
    this.closePass()
    if (this.used > 0) this.device.queue.writeBuffer(this.parameters, 0, this.bytes, 0, this.used)
    this.device.queue.submit([this.commands.finish()])
    this.commands = null
    this.used = this.kernels = 0
    this.batch++
    this.submits++
  }

  destroy(): void {
    this.parameters.destroy()
    this.zeros?.destroy()
  }

  /** Does what is recorded and not submitted use this buffer? */
  touches(buffer: GpuBuffer): boolean {
    return this.commands !== null && buffer.batch === this.batch
  }

  /** A pass in which everything is set but the workgroups. */
  private prepare(pipeline: Pipeline, pipelines: Pipelines, buffers: readonly GpuBuffer[]): GPUComputePassEncoder {
    for (let i = 0; i < buffers.length; i++) this.use(buffers[i]!, pipeline.label)
    if (this.commands === null) this.begin()
    const pass = this.passFor(pipeline)
    if (this.pipeline !== pipeline) {
      pass.setPipeline(pipeline.gpu ?? pipelines.compile(pipeline))
      this.pipeline = pipeline
    }
    const { offsets } = this
    offsets[0] = this.used
    for (let i = 0; i < buffers.length; i++) offsets[i + 1] = buffers[i]!.offset
    const group = pipelines.bindGroup(pipeline, buffers)
    pass.setBindGroup(0, group, offsets, 0, pipeline.layout.dynamic ? buffers.length + 1 : 1)
    return pass
  }

  private use(buffer: GpuBuffer, kernel: string): void {
    if (buffer.lacking !== null) throw new DeviceError(`${kernel}: an array has no values: ${buffer.lacking}`)
    if (buffer.batch === 0) buffer.firstUse = kernel
    buffer.batch = this.batch
  }

  private openCommands(): GPUCommandEncoder {
    this.commands ??= this.device.createCommandEncoder()
    return this.commands
  }

  /** Kernels share a pass, except those that are timed. */
  private passFor(pipeline: Pipeline): GPUComputePassEncoder {
    const timestampWrites = this.watcher?.starts(pipeline) ?? null
    if (timestampWrites === null) this.pass ??= this.openCommands().beginComputePass()
    else {
      this.closePass()
      this.pass = this.openCommands().beginComputePass({ timestampWrites })
    }
    return this.pass
  }

  private closePass(): void {
    this.pass?.end()
    this.pass = null
    this.pipeline = null
  }
}

/** Words at the head of every kernel's parameters. */
export const COMMON_WORDS = 4
