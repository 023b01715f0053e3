import type { DeviceBuffer, MemoryUsage, View } from '../device.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { DeviceError } from '../errors.ts'
import { countWhileHeld, SMALL_BYTES, type Storage } from '../storage.ts'

/** Element i of a storage is `array[base + i]`. */
export interface CpuBuffer {
  readonly array: TypedArray
  readonly base: number
  readonly slab: Slab | null
}

/** Memory that small arrays share. Its buffers hold it, and so does the device while it is the current or the spare one. */
interface Slab {
  readonly bytes: ArrayBuffer
  /** One view of all of it for each dtype code, made when first needed. */
  readonly views: TypedArray[]
  /** Where the next array begins, in bytes. */
  next: number
  /** Arrays handed out and not released. */
  live: number
}

const SLAB_BYTES = 2 ** 18
/** Arrays this short own their memory: a user keeps them (every loss), and each would pin a slab. */
const TINY_SIZE = 16

export interface Memory {
  allocate(dtype: DType, size: number): CpuBuffer
  release(buffer: DeviceBuffer): void
}

export function createMemory(usage: MemoryUsage): Memory {
  let current: Slab | null = null
  let spare: Slab | null = null

  const nextSlab = (): Slab => {
    const slab = spare ?? makeSlab(usage)
    spare = null
    return slab
  }

  return {
    allocate(dtype, size) {
      const { array, bytes, code } = dtypes[dtype]
      const length = size * bytes
      if (size <= TINY_SIZE) return { array: new array(size), base: 0, slab: null }
      if (length > SMALL_BYTES) return { array: large(dtype, size), base: 0, slab: null }
      const slab = current !== null && current.next + length <= SLAB_BYTES ? current : nextSlab()
      current = slab
      const start = slab.next
      slab.next = (start + length + 7) & ~7
      slab.live++
      slab.views[code] ??= new array(slab.bytes)
      return { array: slab.views[code]!, base: start / bytes, slab }
    },
    release(buffer) {
      const { slab } = buffer as CpuBuffer
      if (slab === null || --slab.live > 0) return
      slab.next = 0
      if (slab !== current) spare ??= slab
    },
  }
}

function makeSlab(usage: MemoryUsage): Slab {
  const slab: Slab = { bytes: new ArrayBuffer(SLAB_BYTES), views: [], next: 0, live: 0 }
  countWhileHeld(slab, usage, SLAB_BYTES)
  return slab
}

function large(dtype: DType, size: number): TypedArray {
  const { array, bytes } = dtypes[dtype]
  try {
    return new array(size)
  } catch (error) {
    throw new DeviceError(
      `cpu: no memory for ${size} ${dtype} elements (${size * bytes} bytes): ${error instanceof Error ? error.message : error}`,
    )
  }
}

export const bufferOf = (storage: Storage): CpuBuffer => storage.buffer as CpuBuffer
export const arrayOf = (view: View): TypedArray => bufferOf(view.storage).array
/** Where a view begins in its array. */
export const startOf = (view: View): number => bufferOf(view.storage).base + view.offset
