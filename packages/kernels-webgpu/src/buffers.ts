import { bufferUsage } from './usage.ts'

/** Memory of one storage on the GPU. */
export interface GpuBuffer {
  readonly gpu: GPUBuffer
  /** A small number, lower ones used first, so that bind groups repeat. */
  readonly id: number
  readonly bytes: number
  /** The last batch of recorded kernels that uses it; see `Encoder`. */
  batch: number
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
  /** Buffers made in all: what a steady loop keeps constant. */
  made = 0
  private readonly free = new Map<number, GpuBuffer[]>()
  private readonly freeIds: number[] = []
  private readonly device: GPUDevice
  private nextId = 1

  constructor(device: GPUDevice) {
    this.device = device
  }

  take(bytes: number): GpuBuffer {
    const size = sizeClass(bytes)
    this.used += size
    const waiting = this.free.get(size)?.pop()
    if (waiting !== undefined) {
      this.pooled -= size
      return waiting
    }
    this.made++
    const usage = bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst
    const gpu = this.device.createBuffer({ label: `array of ${size} bytes`, size, usage })
    return { gpu, id: this.freeIds.pop() ?? this.nextId++, bytes: size, batch: 0 }
  }

  /** Ready for the next request at once: the queue runs in order. */
  give(buffer: GpuBuffer): void {
    this.used -= buffer.bytes
    this.pooled += buffer.bytes
    const waiting = this.free.get(buffer.bytes) ?? []
    if (waiting.length === 0) this.free.set(buffer.bytes, waiting)
    // Highest number first, so that `pop` takes the lowest.
    let at = waiting.length
    while (at > 0 && waiting[at - 1]!.id < buffer.id) at--
    waiting.splice(at, 0, buffer)
  }

  /** Destroy what waits. Nothing recorded and not yet submitted may use it, and cached bind groups must be dropped. */
  trim(): void {
    for (const waiting of this.free.values()) {
      for (const { gpu, id } of waiting) {
        gpu.destroy()
        this.freeIds.push(id)
      }
    }
    this.freeIds.sort((a, b) => b - a)
    this.free.clear()
    this.pooled = 0
  }
}
