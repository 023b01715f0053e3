import type { DType, TypedArray } from '@rungs/ndarray'
import { sizeClass } from './buffers.ts'
import { fromFloat16, toFloat16 } from './float16.ts'
import { catchingTicks } from './ticks.ts'
import { bufferUsage, mapMode } from './usage.ts'
import { valueType } from './wgsl/types.ts'

/** Host memory as the GPU keeps it: bool and uint8 widen to one u32 an element, float16 comes as float32 numbers. */
export function toDevice(data: TypedArray, dtype: DType): Float32Array | Int32Array | Uint32Array {
  if (dtype === 'bool') return Uint32Array.from(data, (x) => (x === 0 ? 0 : 1))
  if (dtype === 'float16') return toHalves(Float32Array.from(data))
  const array = arrays[valueType(dtype)]
  return data instanceof array ? data : array.from(data)
}

/** Writes take whole words: an odd number of halves is filled up, as buffers are. */
function toHalves(data: Float32Array): Uint32Array {
  const halves = new Uint16Array(Math.ceil(data.length / 2) * 2)
  halves.set(toFloat16(data))
  return new Uint32Array(halves.buffer)
}

/** The reverse, from byte `start` on. */
export function fromDevice(bytes: ArrayBuffer, start: number, length: number, dtype: DType): TypedArray {
  if (dtype === 'float16') return fromFloat16(new Uint16Array(bytes, start, length))
  const array = arrays[valueType(dtype)]
  const data = new array(bytes, start, length)
  return dtype === 'bool' || dtype === 'uint8' ? Uint8Array.from(data) : data
}

const arrays = { Float: Float32Array, Int: Int32Array, Uint: Uint32Array, Bool: Uint32Array } as const

/** Buffers that are kept for reading back. */
const KEPT = 4

/** Memory that the host may map, kept for the next read. */
export class Staging {
  private readonly waiting: GPUBuffer[] = []
  private isDestroyed = false
  private readonly device: GPUDevice

  constructor(device: GPUDevice) {
    this.device = device
  }

  take(bytes: number): GPUBuffer {
    const found = this.waiting.findIndex(({ size }) => size >= bytes && size <= 4 * sizeClass(bytes))
    if (found >= 0) return this.waiting.splice(found, 1)[0]!
    return this.device.createBuffer({
      label: 'read back',
      size: Math.min(sizeClass(bytes), this.device.limits.maxBufferSize),
      usage: bufferUsage.mapRead | bufferUsage.copyDst,
    })
  }

  /** Destroy what waits, and what is being read when that is done. */
  destroy(): void {
    this.isDestroyed = true
    for (const buffer of this.waiting) buffer.destroy()
  }

  /** The first `bytes` of a buffer, once everything submitted so far has run. */
  async read(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    let isWhole = false
    try {
      await catchingTicks(() => buffer.mapAsync(mapMode.read, 0, bytes))
      const copy = buffer.getMappedRange(0, bytes).slice(0)
      buffer.unmap()
      isWhole = true
      return copy
    } finally {
      if (isWhole && !this.isDestroyed && this.waiting.length < KEPT) this.waiting.push(buffer)
      else buffer.destroy()
    }
  }
}
