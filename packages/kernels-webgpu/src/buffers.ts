import { catchingTicks } from './ticks.ts'
import { bufferUsage } from './usage.ts'

/** Memory of one storage on the GPU. */
export interface GpuBuffer {
  readonly gpu: GPUBuffer
  /** Where it begins in `gpu`, in bytes. */
  readonly offset: number
  /** A small number, lower ones used first, so that bind groups repeat. */
  readonly id: number
  /** The number of what a bind group names: the buffer itself, or the slab that it is a piece of. */
  readonly window: number
  readonly bytes: number
  /** The last batch of recorded kernels that uses it, 0 for none; see `Encoder`. */
  batch: number
  /** The first kernel that used it. */
  firstUse: string | null
  /** Why it holds nothing, where it does not. */
  lacking: string | null
}

/** Pieces of slabs begin where dynamic offsets may point on every adapter. */
const SMALLEST = 256
/** Up to this, arrays are pieces of slabs: none of them is a buffer to make, and bind groups name the slab. */
const LARGEST_PIECE = 65536
const PIECES = 1024
const LARGEST_SLAB = 4 * 2 ** 20

/**
 * Bytes of the buffers that requests of `bytes` share: powers of two for pieces of slabs; above, steps of a quarter of one,
 * so that at most a fifth is lost.
 */
export function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST
  const power = 2 ** Math.floor(Math.log2(bytes))
  if (bytes <= LARGEST_PIECE) return bytes === power ? power : 2 * power
  return Math.ceil(bytes / (power / 4)) * (power / 4)
}

/** Called with a new buffer, or all pieces of a new slab, and in time with whether there was memory for it. */
type OnMade = (buffers: readonly GpuBuffer[], failure: Promise<GPUError | null>) => void

/** Buffers by size, kept for the next array of that size. */
export class BufferPool {
  /** Bytes handed out, and bytes waiting, pieces of slabs included. */
  used = 0
  pooled = 0
  /** Bytes that `trim` would give back. */
  spare = 0
  /** The most of both together. */
  peak = 0
  /** Buffers made in all: what a steady loop keeps constant. */
  made = 0
  private readonly free = new Map<number, GpuBuffer[]>()
  private readonly freeIds: number[] = []
  private readonly device: GPUDevice
  private readonly onMade: OnMade
  private nextId = 1

  constructor(device: GPUDevice, onMade: OnMade) {
    this.device = device
    this.onMade = onMade
  }

  take(bytes: number): GpuBuffer {
    const size = sizeClass(bytes)
    if (size <= LARGEST_PIECE && !this.free.get(size)?.length) this.cut(size)
    this.used += size
    const waiting = this.free.get(size)?.pop()
    if (waiting === undefined) return this.make(size)
    this.changeWaiting(waiting, -1)
    return waiting
  }

  /** Ready for the next request at once: the queue runs in order. */
  give(buffer: GpuBuffer): void {
    this.used -= buffer.bytes
    if (buffer.lacking !== null) {
      this.destroy(buffer)
      return
    }
    this.changeWaiting(buffer, 1)
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
    this.changeWaiting(buffer, -1)
    this.destroy(buffer)
  }

  /**
   * Destroy what waits, except slabs. Nothing recorded and not yet submitted may use it, and cached bind groups must be
   * dropped.
   */
  trim(): void {
    for (const [size, waiting] of this.free) {
      if (size <= LARGEST_PIECE) continue
      for (const buffer of waiting) {
        this.changeWaiting(buffer, -1)
        this.destroy(buffer)
      }
      this.free.delete(size)
    }
    this.freeIds.sort((a, b) => b - a)
  }

  private changeWaiting({ bytes, id, window }: GpuBuffer, by: 1 | -1): void {
    this.pooled += by * bytes
    if (id === window) this.spare += by * bytes
  }

  private make(size: number): GpuBuffer {
    const { gpu, failure } = this.create(size, `array of ${size} bytes`)
    const id = this.freeIds.pop() ?? this.nextId++
    const buffer = { gpu, offset: 0, id, window: id, bytes: size, batch: 0, firstUse: null, lacking: null }
    this.onMade([buffer], failure)
    return buffer
  }

  /** A slab of pieces of `size` bytes, all of them waiting. */
  private cut(size: number): void {
    const count = Math.min(PIECES, LARGEST_SLAB / size)
    this.pooled += count * size
    const { gpu, failure } = this.create(count * size, `slab of arrays of ${size} bytes`)
    const window = this.nextId++
    const pieces = Array.from({ length: count }, (_, i): GpuBuffer => {
      return { gpu, offset: i * size, id: this.nextId++, window, bytes: size, batch: 0, firstUse: null, lacking: null }
    })
    this.free.set(size, pieces.toReversed())
    this.onMade(pieces, failure)
  }

  private create(size: number, label: string): { gpu: GPUBuffer; failure: Promise<GPUError | null> } {
    this.made++
    this.peak = Math.max(this.peak, this.used + this.pooled)
    const usage = bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst
    this.device.pushErrorScope('out-of-memory')
    const gpu = this.device.createBuffer({ label, size, usage })
    return { gpu, failure: catchingTicks(() => this.device.popErrorScope()) }
  }

  private destroy({ gpu, id, window }: GpuBuffer): void {
    // Of a slab, other pieces may be in use.
    if (id !== window) return
    gpu.destroy()
    this.freeIds.push(id)
  }
}
