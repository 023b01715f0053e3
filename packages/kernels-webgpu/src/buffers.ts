import { maxBindingBytes } from './limits.ts'
import { LowestFirst } from './lowestFirst.ts'
import { catchingTicks } from './ticks.ts'
import { bufferUsage } from './usage.ts'

/** Memory of one storage on the GPU. */
export interface GpuBuffer {
  readonly gpu: GPUBuffer
  /** Where it begins in `gpu`, in bytes. */
  readonly offset: number
  /** A small number, lower ones used first, so that bind groups repeat. */
  readonly id: number
  /** The number of `gpu`: what a bind group names. */
  readonly window: number
  readonly bytes: number
  readonly block: Block
  /** Nobody holds it. */
  waiting: boolean
  /** The last batch of recorded kernels that uses it, 0 for none; see `Encoder`. */
  batch: number
  /** The first kernel that used it. */
  firstUse: string | null
  /** Why it holds nothing, where it does not. */
  lacking: string | null
}

/** What the system gives at once: one array, or a slab of small ones. */
interface Block {
  readonly gpu: GPUBuffer
  readonly window: number
  readonly bytes: number
  readonly pieces: GpuBuffer[]
  /** Its place in the order of making. */
  readonly number: number
  /** Pieces handed out. */
  used: number
  /** The pool's peak without it and what was made later. */
  peakBefore: number
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
  /** Bytes that `trim` would give back: blocks of which nothing is in use. */
  spare = 0
  /** The most of `used` and `pooled` together. */
  peak = 0
  /** Buffers made in all: what a steady loop keeps constant. */
  made = 0
  private readonly waiting = new Map<number, LowestFirst<GpuBuffer>>()
  private readonly blocks = new Set<Block>()
  private readonly ids = new Numbers()
  private readonly windows = new Numbers()
  private readonly device: GPUDevice
  private readonly onMade: OnMade
  private readonly largest: number

  constructor(device: GPUDevice, onMade: OnMade) {
    this.device = device
    this.onMade = onMade
    this.largest = maxBindingBytes(device)
  }

  /** Bytes of the buffer that a request gets. */
  sizeOf(bytes: number): number {
    return Math.min(sizeClass(bytes), this.largest)
  }

  /** Does one of this size wait? */
  has(size: number): boolean {
    return (this.waiting.get(size)?.size ?? 0) > 0
  }

  take(bytes: number): GpuBuffer {
    const size = this.sizeOf(bytes)
    if (!this.has(size)) this.make(size)
    const buffer = this.waiting.get(size)!.pop()!
    buffer.waiting = false
    this.used += size
    this.pooled -= size
    if (buffer.block.used++ === 0) this.spare -= buffer.block.bytes
    return buffer
  }

  /** Ready for the next request at once: the queue runs in order. */
  give(buffer: GpuBuffer): void {
    const { block, bytes } = buffer
    this.used -= bytes
    block.used--
    if (buffer.lacking !== null) {
      if (block.used === 0) this.destroy(block)
      return
    }
    this.pooled += bytes
    if (block.used === 0) this.spare += block.bytes
    buffer.waiting = true
    this.waiting.get(bytes)!.push(buffer)
  }

  /** There was no memory for these, all of one block: they are not handed out again. */
  refuse(buffers: readonly GpuBuffer[], why: string): void {
    const { block } = buffers[0]!
    // What never was is no part of the peak, nor of what stood beside blocks that were made later.
    this.peak = Math.max(block.peakBefore, this.peak - block.bytes)
    for (const later of this.blocks) {
      if (later.number <= block.number) continue
      later.peakBefore = Math.max(block.peakBefore, later.peakBefore - block.bytes)
    }
    if (!this.blocks.has(block)) return
    for (const buffer of buffers) buffer.lacking = why
    this.withdraw([block])
    if (block.used === 0) this.destroy(block)
  }

  /** Destroy what waits. Nothing recorded and not yet submitted may use it, and cached bind groups must be dropped. */
  trim(): void {
    const idle = [...this.blocks].filter(({ used }) => used === 0)
    this.withdraw(idle)
    for (const block of idle) this.destroy(block)
  }

  /** Destroy everything, also what is in use. */
  destroyAll(): void {
    for (const block of this.blocks) block.gpu.destroy()
  }

  /** A new block of pieces of `size` bytes, all of them waiting: many, or one. */
  private make(size: number): void {
    const count = size > LARGEST_PIECE ? 1 : Math.min(PIECES, LARGEST_SLAB / size)
    const bytes = count * size
    const label = count === 1 ? `array of ${size} bytes` : `slab of arrays of ${size} bytes`
    const usage = bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst
    this.device.pushErrorScope('out-of-memory')
    const gpu = this.device.createBuffer({ label, size: bytes, usage })
    const failure = catchingTicks(() => this.device.popErrorScope())
    const window = this.windows.take()
    const block: Block = { gpu, window, bytes, pieces: [], number: ++this.made, used: 0, peakBefore: this.peak }
    this.blocks.add(block)
    if (!this.waiting.has(size)) this.waiting.set(size, new LowestFirst(idOf))
    for (let i = 0; i < count; i++) {
      const id = this.ids.take()
      const state = { waiting: true, batch: 0, firstUse: null, lacking: null }
      const piece: GpuBuffer = { gpu, offset: i * size, id, window, bytes: size, block, ...state }
      block.pieces.push(piece)
      this.waiting.get(size)!.push(piece)
    }
    this.pooled += bytes
    this.spare += bytes
    this.peak = Math.max(this.peak, this.used + this.pooled)
    this.onMade(block.pieces, failure)
  }

  /** Take pieces that wait off their lists. */
  private withdraw(blocks: readonly Block[]): void {
    const sizes = new Set<number>()
    for (const { used, bytes, pieces } of blocks) {
      if (used === 0) this.spare -= bytes
      sizes.add(pieces[0]!.bytes)
      for (const piece of pieces) {
        if (!piece.waiting) continue
        piece.waiting = false
        this.pooled -= piece.bytes
      }
    }
    for (const size of sizes) this.waiting.get(size)!.keep(({ waiting }) => waiting)
  }

  private destroy(block: Block): void {
    this.blocks.delete(block)
    block.gpu.destroy()
    this.windows.give(block.window)
    for (const { id } of block.pieces) this.ids.give(id)
  }
}

/** Numbers from 1 on, the lowest that is free first. */
class Numbers {
  private readonly free = new LowestFirst<number>((number) => number)
  private next = 1

  take(): number {
    return this.free.pop() ?? this.next++
  }

  give(number: number): void {
    this.free.push(number)
  }
}

const idOf = ({ id }: GpuBuffer): number => id
