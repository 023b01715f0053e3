import type { MemoryViews } from './kernels/machine.ts'

export const PAGE = 65536
/** Growing makes the views of memory anew, so it goes by so much at a time. */
const GROWTH = 16 * 2 ** 20
/** Vectors may be read past the end of the last array. */
const MARGIN = 64

export interface LinearMemory {
  readonly memory: WebAssembly.Memory
  readonly shared: boolean
  readonly views: MemoryViews
  /** Make the addresses below `end` exist; false where the engine has no more memory. */
  reach(end: number): boolean
}

/** @param maximum bytes, a multiple of `PAGE`. */
export function createLinearMemory(maximum: number, shared: boolean): LinearMemory {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: maximum / PAGE, shared })
  let views = viewsOf(memory)
  return {
    memory,
    shared,
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
