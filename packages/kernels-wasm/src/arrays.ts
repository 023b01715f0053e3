import {
  type Collector,
  countWhileHeld,
  type DeviceBuffer,
  DeviceError,
  type DType,
  dtypes,
  type MemoryUsage,
  SMALL_BYTES,
  type TypedArray,
} from '@rungs/ndarray'
import { blockBytes, type Heap } from './heap.ts'
import type { LinearMemory } from './linear.ts'

/** Memory of one storage: in linear memory, or an array of JavaScript's that kernels work on a copy of. */
export interface WasmBuffer {
  readonly bytes: number
  /** Bytes of an element. */
  readonly scale: number
  /** In linear memory, or -1. */
  readonly address: number
  readonly array: TypedArray | null
  readonly slab: Slab | null
}

/** Linear memory that small arrays share. Their buffers hold it, and so does the device while it fills it. */
interface Slab {
  readonly address: number
  next: number
  /** Arrays handed out and not released. */
  live: number
}

const SLAB_BYTES = 2 ** 18
/** Arrays this short own their memory: a user keeps them (every loss), and each would pin a slab. */
const TINY_SIZE = 16
/** Up to this, new arrays are taken before dead ones are looked for: memory that is used again is faster than new. */
const SOFT_LIMIT = 256 * 2 ** 20

/** After so many bytes, arrays that the engine has found dead already are taken back: what is warm is used again. */
const EAGER = 16 * 2 ** 20

export interface Arrays {
  allocate(dtype: DType, size: number): WasmBuffer
  release(buffer: DeviceBuffer): void
  /** The event loop has turned: dead arrays have come back. */
  turned(): void
}

/**
 * Where arrays live.
 * @param limit bytes of linear memory that arrays may take; more are kept outside.
 * @param collect looks for dead arrays in synchronous code, the second time more thoroughly; null where engines cannot.
 */
export function createArrays(
  { reach }: LinearMemory,
  heap: Heap,
  usage: MemoryUsage,
  limit: number,
  collect: Collector | null,
): Arrays {
  let current: Slab | null = null
  let spare: Slab | null = null
  let used = 0
  /** Bytes taken since dead arrays were last looked for. */
  let taken = 0
  /** Arrays had to go outside since the event loop turned. */
  let crowded = false
  /** Bytes that found no room since the last collection, and how many may before the next: looking takes milliseconds. */
  let outside = 0
  let patience = 0
  let soft = Math.min(SOFT_LIMIT, limit)

  const give = (address: number, bytes: number): void => {
    used -= blockBytes(bytes)
    heap.give(address, bytes)
  }

  const cut = (bytes: number): number => {
    if (used + bytes > soft) return -1
    const address = heap.take(bytes)
    if (address < 0) return -1
    if (!reach(address + bytes)) {
      heap.give(address, bytes)
      return -1
    }
    used += blockBytes(bytes)
    return address
  }

  /** What is in use after a collection is in use: leave as much room again. */
  const raise = (): void => {
    if (used > soft / 2) soft = Math.min(used * 2, limit)
  }

  const take = (bytes: number): number => {
    taken += bytes
    if (taken > EAGER && collect !== null) {
      taken = 0
      collect(false)
    }
    let address = cut(bytes)
    if (address >= 0) return address
    outside += bytes
    if (collect === null || outside < patience) {
      crowded = true
      return -1
    }
    outside = 0
    collect(false)
    if (used + bytes > soft / 2) {
      collect(true)
      raise()
    }
    address = cut(bytes)
    patience = address < 0 ? soft / 4 : 0
    return address
  }

  const slabOwner = { release: (slab: DeviceBuffer): void => give((slab as { address: number }).address, SLAB_BYTES) }

  const nextSlab = (): Slab | null => {
    if (spare !== null) {
      const slab = spare
      spare = null
      return slab
    }
    const address = take(SLAB_BYTES)
    if (address < 0) return null
    const slab: Slab = { address, next: 0, live: 0 }
    countWhileHeld(slab, usage, SLAB_BYTES, slabOwner, { address })
    return slab
  }

  return {
    allocate(dtype, size) {
      const scale = dtypes[dtype].bytes
      const bytes = size * scale
      if (size <= TINY_SIZE) return { bytes, scale, address: -1, array: makeArray(dtype, size), slab: null }
      if (bytes > SMALL_BYTES) {
        const address = take(bytes)
        return { bytes, scale, address, array: address < 0 ? makeArray(dtype, size) : null, slab: null }
      }
      if (current === null || current.next + bytes > SLAB_BYTES) current = nextSlab()
      if (current === null) return { bytes, scale, address: -1, array: makeArray(dtype, size), slab: null }
      const address = current.address + current.next
      current.next += (bytes + 15) & ~15
      current.live++
      return { bytes, scale, address, array: null, slab: current }
    },
    release(buffer) {
      const { address, bytes, slab } = buffer as WasmBuffer
      if (slab !== null) {
        if (--slab.live > 0) return
        slab.next = 0
        if (slab !== current) spare ??= slab
      } else if (address >= 0) give(address, bytes)
    },
    turned() {
      if (crowded) raise()
      crowded = false
    },
  }
}

function makeArray(dtype: DType, size: number): TypedArray {
  const { array, bytes } = dtypes[dtype]
  try {
    return new array(size)
  } catch (error) {
    throw new DeviceError(
      `wasm: no memory for ${size} ${dtype} elements (${size * bytes} bytes): ${error instanceof Error ? error.message : error}`,
    )
  }
}
