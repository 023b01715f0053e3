import { catchingTicks } from './ticks.ts'
import { bufferUsage } from './usage.ts'

/** Memory of one storage on the GPU. */
export interface GpuBuffer {
  readonly gpu: GPUBuffer
  /** A small number, lower ones used first, so that bind groups repeat. */
  readonly id: number
  readonly bytes: number
  /** The last batch of recorded kernels that uses it, 0 for none; see `Encoder`. */
  batch: number
  /** The first kernel that used it. */
  firstUse: string | null
  /** Why it holds nothing, where it does not. */
  lacking: string | null
}

const SMALLEST = 256

/** Bytes of the buffers that requests of `bytes` share: steps of a quarter of a power of two, so at most a fifth is lost. */
export function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST
  const power = 2 ** Math.floor(Math.log2(bytes))
  return Math.ceil(bytes / (power / 4)) * (power / 4)
}

/** Buffers by size, kept for the next array of that size. */
export class BufferPool {
  /** Bytes handed out, and bytes waiting. */
  used = 0
  pooled = 0
  /** The most of both together. */
  peak = 0
  /** Buffers made in all: what a steady loop keeps constant. */
  made = 0
  private readonly free = new Map<number, GpuBuffer[]>()
  private readonly freeIds: number[] = []
  private readonly device: GPUDevice
  private readonly onMade: (buffer: GpuBuffer, failure: Promise<GPUError | null>) => void
  private nextId = 1

  /** `onMade` gets each new buffer, and in time whether there was memory for it. */
  constructor(device: GPUDevice, onMade: (buffer: GpuBuffer, failure: Promise<GPUError | null>) => void) {
    this.device = device
    this.onMade = onMade
  }

  take(bytes: number): GpuBuffer {
    const size = sizeClass(bytes)
    this.used += size
    const waiting = this.free.get(size)?.pop()
    if (waiting !== undefined) {
      this.pooled -= size
      return waiting
    }
    return this.make(size)
  }

  /** Ready for the next request at once: the queue runs in order. */
  give(buffer: GpuBuffer): void {
    this.used -= buffer.bytes
    if (buffer.lacking !== null) {
      this.destroy(buffer)
      return
    }
    this.pooled += buffer.bytes
    const waiting = this.free.get(buffer.bytes) ?? []
    if (waiting.length === 0) this.free.set(buffer.bytes, waiting)
    // Highest number first, so that `pop` takes the lowest.
    let at = waiting.length
    while (at > 0 && waiting[at - 1]!.id < buffer.id) at--
    waiting.splice(at, 0, buffer)
  }

  isWaiting(buffer: GpuBuffer): boolean {
    return this.free.get(buffer.bytes)?.includes(buffer) === true
  }

  /** There was no memory for this buffer: it is not handed out again. */
  refuse(buffer: GpuBuffer, why: string): void {
    buffer.lacking = why
    if (!this.isWaiting(buffer)) return
    const waiting = this.free.get(buffer.bytes)!
    waiting.splice(waiting.indexOf(buffer), 1)
    this.pooled -= buffer.bytes
    this.destroy(buffer)
  }

  /** Destroy what waits. Nothing recorded and not yet submitted may use it, and cached bind groups must be dropped. */
  trim(): void {
    for (const buffer of [...this.free.values()].flat()) this.destroy(buffer)
    this.freeIds.sort((a, b) => b - a)
    this.free.clear()
    this.pooled = 0
  }

  private make(size: number): GpuBuffer {
    this.made++
    this.peak = Math.max(this.peak, this.used + this.pooled)
    const usage = bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst
    this.device.pushErrorScope('out-of-memory')
    const gpu = this.device.createBuffer({ label: `array of ${size} bytes`, size, usage })
    const failure = catchingTicks(() => this.device.popErrorScope())
    const id = this.freeIds.pop() ?? this.nextId++
    const buffer = { gpu, id, bytes: size, batch: 0, firstUse: null, lacking: null }
    this.onMade(buffer, failure)
    return buffer
  }

  private destroy({ gpu, id }: GpuBuffer): void {
    gpu.destroy()
    this.freeIds.push(id)
  }
}
