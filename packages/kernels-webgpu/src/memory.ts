import { DeviceError } from '@rungs/ndarray'
import { BufferPool, type GpuBuffer } from './buffers.ts'
import type { SynchronousHost } from './collect.ts'
import type { Encoder } from './encoder.ts'
import type { Health } from './health.ts'
import type { Pipelines } from './pipelines.ts'

export interface MemoryLimits {
  /** Bytes by which memory may grow before the event loop must turn. */
  readonly budget: number
  readonly maxBinding: number
  /** Helps in synchronous code; null where nothing can. */
  readonly host: SynchronousHost | null
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/** Allocation within a budget: what arrays hold, what waits for reuse, and how much was added since the event loop turned. */
export class Memory {
  readonly pool: BufferPool
  /** Why arrays that are made now get no memory: see `warmup`. */
  withheld: string | null = null
  /** Stands for memory where there is to be none. */
  private readonly nothing: GpuBuffer
  /** Bytes handed out less bytes given back since the last turn. */
  private grown = 0
  private readonly temporaries: GpuBuffer[] = []
  private readonly device: GPUDevice
  private readonly encoder: Encoder
  private readonly pipelines: Pipelines
  private readonly limits: MemoryLimits

  constructor(device: GPUDevice, encoder: Encoder, pipelines: Pipelines, health: Health, limits: MemoryLimits) {
    this.pool = new BufferPool(device, (buffers, failure) =>
      health.watch(failure, ({ message }) => this.refused(buffers, message)),
    )
    this.device = device
    this.encoder = encoder
    this.pipelines = pipelines
    this.limits = limits
    this.nothing = this.pool.take(4)
  }

  /** A buffer of `words` of four bytes. @throws {DeviceError} when it is too large or the budget is used up. */
  take(words: number): GpuBuffer {
    const size = this.sizeOf(words)
    if (this.withheld === null) {
      if (this.grown + size > this.limits.budget && this.grown > 0) this.makeRoom(size)
      this.grown += size
    }
    return this.hand(size)
  }

  /** The same for memory that lives between the kernels of one call, and so is no growth. */
  takeTemporary(words: number): GpuBuffer {
    const buffer = this.hand(this.sizeOf(words))
    this.temporaries.push(buffer)
    return buffer
  }

  /** A call is recorded, or has failed: what it took for itself comes back. */
  giveTemporaries(): void {
    for (let buffer = this.temporaries.pop(); buffer !== undefined; buffer = this.temporaries.pop()) this.back(buffer)
  }

  give(buffer: GpuBuffer): void {
    if (buffer.id === NO_MEMORY) return
    this.grown -= buffer.bytes
    this.back(buffer)
  }

  /** The event loop has turned: dead arrays have come back. */
  turned(): void {
    this.grown = 0
    if (this.pool.spare > this.limits.budget) this.trim()
  }

  /** @throws {DeviceError} when no buffer of the adapter holds so much. */
  private sizeOf(words: number): number {
    const bytes = words * 4
    const { maxBinding } = this.limits
    if (bytes <= maxBinding) return this.pool.sizeOf(bytes)
    throw new DeviceError(
      `webgpu: an array takes ${bytes} bytes on the GPU, where bool and uint8 take four an element; ` +
        `the adapter's limit is ${maxBinding}: keep it in parts, or on cpu`,
    )
  }

  private hand(size: number): GpuBuffer {
    if (this.withheld !== null) {
      return { ...this.nothing, id: NO_MEMORY, bytes: size, lacking: this.withheld }
    }
    // Before more is asked of the system; what waits in the right size costs nothing to use.
    if (this.pool.spare > this.limits.budget && !this.pool.has(size)) this.trim()
    return this.pool.take(size)
  }

  private back(buffer: GpuBuffer): void {
    if (buffer.id === NO_MEMORY) return
    // Its number may go to another buffer.
    if (buffer.lacking !== null) this.pipelines.dropBindGroups()
    this.pool.give(buffer)
  }

  /** What is said of a buffer, or of the pieces of a slab, that the system did not give. */
  private refused(buffers: readonly GpuBuffer[], message: string): string {
    const { pool } = this
    const bytesOf = (list: readonly GpuBuffer[]): number => list.reduce((total, { bytes }) => total + bytes, 0)
    const others = pool.used - bytesOf(buffers.filter((buffer) => !buffer.waiting))
    const firstUse = buffers.find((buffer) => buffer.firstUse !== null)?.firstUse ?? 'a new array'
    const why =
      `out of memory on the GPU: ${firstUse} asked for ${megabytes(bytesOf(buffers))}, in use are ` +
      `${megabytes(others)} (${firstLine(message)})`
    pool.refuse(buffers, why)
    this.trim()
    return `${why}; hold fewer or smaller arrays, or use tidy. What was computed since the last read may be missing`
  }

  private makeRoom(size: number): void {
    const { host, budget } = this.limits
    if (host === null) {
      throw new DeviceError(
        `webgpu: ${megabytes(this.grown)} of arrays were made since the event loop last turned, and none of them can come ` +
          `back before it turns (the budget is ${megabytes(budget)}, in use are ${megabytes(this.pool.used)}): write ` +
          "'await device.turn()' or read a value every so often in the loop, or wrap its body in tidy(); programs that need " +
          'more at once raise { memoryBudget }',
      )
    }
    host.collect(false)
    if (this.grown + size > budget / 2) host.collect(true)
    // What is left is in use: it is not counted again.
    if (this.grown + size > budget) this.grown = 0
  }

  /** Give waiting buffers back to the system, which happens at a submit. */
  private trim(): void {
    this.encoder.flush()
    this.pipelines.dropBindGroups()
    this.pool.trim()
    this.device.queue.submit([])
  }
}

/** The number of buffers that are none. */
const NO_MEMORY = 0

const firstLine = (text: string): string => text.trim().split('\n')[0]!
