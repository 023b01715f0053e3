import { DeviceError } from '@rungs/ndarray'
import type { MemoryViews } from './kernels/machine.ts'

export const PAGE = 65536
/** Growing makes the views of memory anew, so it goes by so much at a time. */
const GROWTH = 16 * 2 ** 20
/** Vectors may be read past the end of the last array. */
const MARGIN = 64

export interface LinearMemory {
  readonly memory: WebAssembly.Memory
  readonly shared: boolean
  /** Bytes that it may grow to. */
  readonly maximum: number
  readonly views: MemoryViews
  /** Make the addresses below `end` exist; false where the engine has no more memory. */
  reach(end: number): boolean
}

/** Less than this is of no use. */
const LEAST = 2 ** 26

/**
 * Memory that may grow to `wanted` bytes, or to half, a quarter of it, where the engine has no such addresses to give.
 * @throws {DeviceError} where it has none.
 */
export function createLinearMemory(wanted: number, shared: boolean): LinearMemory {
  for (let maximum = wanted; ; maximum = Math.floor(maximum / 2 / PAGE) * PAGE) {
    try {
      return growing(new WebAssembly.Memory({ initial: 16, maximum: maximum / PAGE, shared }), maximum, shared)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      if (maximum < LEAST)
        throw new DeviceError(`createWasmDevice: no room for ${maximum} bytes of memory: ${error.message}`)
    }
  }
}

function growing(memory: WebAssembly.Memory, maximum: number, shared: boolean): LinearMemory {
  let views = viewsOf(memory)
  return {
    memory,
    shared,
    maximum,
    get views() {
      return views
    },
    reach(end) {
      const size = views.u8.byteLength
      if (end + MARGIN <= size) return true
      const wanted = Math.min(Math.max(end + MARGIN, size + GROWTH), maximum)
      if (end + MARGIN > wanted) return false
      try {
        memory.grow(Math.ceil((wanted - size) / PAGE))
      } catch (error) {
        if (error instanceof RangeError) return false
        throw error
      }
      views = viewsOf(memory)
      return true
    },
  }
}

const viewsOf = ({ buffer }: WebAssembly.Memory): MemoryViews => ({
  u8: new Uint8Array(buffer),
  i32: new Int32Array(buffer),
  u32: new Uint32Array(buffer),
  f32: new Float32Array(buffer),
  f64: new Float64Array(buffer),
})
