import { DeviceError } from '@rungs/ndarray'
import { BufferPool, type GpuBuffer, sizeClass } from './buffers.ts'
import type { SynchronousHost } from './collect.ts'
import type { Encoder } from './encoder.ts'
import type { Pipelines } from './pipelines.ts'

export interface MemoryLimits {
  /** Bytes by which memory may grow before the event loop must turn. */
  readonly budget: number
  readonly maxBinding: number
  /** Helps in synchronous code; null where nothing can. */
  readonly host: SynchronousHost | null
}

/** Allocation within a budget: what arrays hold, what waits for reuse, and how much was added since the event loop turned. */
export class Memory {
  readonly pool: BufferPool
  /** Bytes handed out less bytes given back since the last turn. */
  private grown = 0
  private readonly device: GPUDevice
  private readonly encoder: Encoder
  private readonly pipelines: Pipelines
  private readonly limits: MemoryLimits

  constructor(device: GPUDevice, encoder: Encoder, pipelines: Pipelines, limits: MemoryLimits) {
    this.pool = new BufferPool(device)
    this.device = device
    this.encoder = encoder
    this.pipelines = pipelines
    this.limits = limits
  }

  /** A buffer of `elements` 32-bit elements. @throws {DeviceError} when it is too large or the budget is used up. */
  take(elements: number): GpuBuffer {
    const bytes = elements * 4
    const { maxBinding, budget } = this.limits
    if (bytes > maxBinding) {
      throw new DeviceError(
        `webgpu: an array of ${elements} elements takes ${bytes} bytes on the GPU, where each element takes four; ` +
          `the adapter's limit is ${maxBinding}`,
      )
    }
    const size = sizeClass(bytes)
    if (this.grown + size > budget && this.grown > 0) this.makeRoom(size)
    this.grown += size
    if (this.pool.pooled > budget) this.trim()
    return this.pool.take(bytes)
  }

  give(buffer: GpuBuffer): void {
    this.grown -= buffer.bytes
    this.pool.give(buffer)
  }

  /** The event loop has turned: dead arrays have come back. */
  turned(): void {
    this.grown = 0
    if (this.pool.pooled > this.limits.budget) this.trim()
  }

  private makeRoom(size: number): void {
    const { host, budget } = this.limits
    if (host === null) {
      const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
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
