import { type Collector, DeviceError, type DType, sizeOf, type TypedArray, type View } from '@rungs/ndarray'
import type { WasmBuffer } from './arrays.ts'
import { type MathName, ModuleBuilder } from './emit/index.ts'
import type { Heap } from './heap.ts'
import { BLOCK_BYTES, type Kernel, type Machine, type MemoryViews, SCRATCH_BYTES } from './kernels/machine.ts'
import { type LinearMemory, PAGE } from './linear.ts'
import type { Pool } from './pool.ts'

/** Control words of the pool; then the parameter block, the tray, and each thread's scratch memory. */
export const CONTROL = 1024
const BLOCK = 4096
const TRAY = BLOCK + BLOCK_BYTES
/** Small arrays outside are copied here, others into temporary memory. */
const TRAY_BYTES = 2 ** 15
const SCRATCH = TRAY + TRAY_BYTES

export const layoutOf = (threads: number): { block: number; scratches: number[]; end: number } => ({
  block: BLOCK,
  scratches: Array.from({ length: threads }, (_, i) => SCRATCH + i * SCRATCH_BYTES),
  end: SCRATCH + threads * SCRATCH_BYTES,
})

export interface MachineParts {
  readonly linear: LinearMemory
  readonly heap: Heap
  readonly pool: Pool | null
  /** Finds dead arrays in the middle of synchronous code, where the engine can. */
  readonly collect: Collector | null
  readonly fusedMultiplyAdd: boolean
}

interface MadeKernel extends Kernel {
  readonly code: Uint8Array<ArrayBuffer>
  /** Where workers find the code, or -1. */
  address: number
}

/** An array outside linear memory of which elements from `first` on are copied to `address`. */
interface Staged {
  readonly array: TypedArray
  readonly dtype: DType
  readonly first: number
  readonly length: number
  readonly address: number
}

export function createMachine({ linear, heap, pool, collect, fusedMultiplyAdd }: MachineParts): Machine {
  const addresses = new Int32Array(64)
  const temporaries: number[] = []
  const written: Staged[] = []
  let tray = TRAY
  let kernels = 0
  const scratch = SCRATCH

  const find = (bytes: number): number => {
    const address = heap.take(bytes)
    if (address < 0 || linear.reach(address + bytes)) return address
    heap.give(address, bytes)
    return -1
  }

  const take = (bytes: number): number => {
    let address = find(bytes)
    if (address < 0 && collect !== null) {
      collect(true)
      address = find(bytes)
    }
    if (address < 0) {
      const megabytes = (size: number): string => `${(size / 2 ** 20).toFixed(1)} MB`
      throw new DeviceError(
        `wasm: no room for ${megabytes(bytes)} of working memory beside the arrays in ${megabytes(linear.views.u8.length)} of ` +
          `linear memory, which may take ${megabytes(linear.maximum)}: create the device with a larger maximumMemory, or work on ` +
          'smaller pieces',
      )
    }
    return address
  }

  const temporary = (bytes: number): number => {
    const address = take(bytes)
    temporaries.push(address, bytes)
    return address
  }

  const place = (bytes: number): number => {
    if (tray + bytes > TRAY + TRAY_BYTES) return temporary(bytes)
    const address = tray
    tray += (bytes + 15) & ~15
    return address
  }

  /** Copy what an operand reaches of an array outside; the address of its first element. */
  const stage = (view: View, { array, scale }: WasmBuffer, isOut: boolean, update: boolean): number => {
    const source = array!
    const whole = isWhole(view)
    let first = view.offset
    let length = whole ? sizeOf(view.shape) : 0
    if (!whole && isOut) {
      // All of it, and once: between the elements of one output may lie those of another.
      const earlier = written.find((staged) => staged.array === source)
      if (earlier !== undefined) return earlier.address + (view.offset - earlier.first) * scale
      first = 0
      length = source.length
    } else if (!whole) [first, length] = reachOf(view)
    const staged = { array: source, dtype: view.dtype, first, length, address: place(length * scale) }
    if (!isOut || update || !whole) copyIn(staged, linear.views)
    if (isOut) written.push(staged)
    return staged.address + (view.offset - first) * scale
  }

  const clear = (): void => {
    for (let i = 0; i < temporaries.length; i += 2) heap.give(temporaries[i]!, temporaries[i + 1]!)
    temporaries.length = written.length = 0
    tray = TRAY
  }

  return {
    threads: pool?.threads ?? 1,
    fusedMultiplyAdd,
    get views() {
      return linear.views
    },
    block: BLOCK,
    scratch,

    kernel(build, imports: readonly MathName[] = []) {
      const module = new ModuleBuilder(imports)
      build(module)
      const code = module.finish({ shared: linear.shared, maximum: linear.maximum / PAGE })
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {
        env: { memory: linear.memory },
        math: Math as never,
      })
      const kernel: MadeKernel = { id: kernels++, run: exports.run as Kernel['run'], code, address: -1 }
      return kernel
    },

    enter(operands, outs, update = false) {
      // What an earlier call left behind that ended in an error.
      if (temporaries.length > 0 || tray !== TRAY) clear()
      for (let q = operands.length - 1; q >= 0; q--) {
        const view = operands[q]!
        const buffer = view.storage.buffer as WasmBuffer
        addresses[q] =
          buffer.address >= 0 ? buffer.address + view.offset * buffer.scale : stage(view, buffer, q < outs, update)
      }
      return addresses
    },

    isOutside: ({ storage }) => (storage.buffer as WasmBuffer).address < 0,
    temporary,

    parallel(kernel, count, grain, nanoseconds) {
      if (pool !== null && nanoseconds >= 100_000) {
        const made = kernel as MadeKernel
        if (made.address < 0) {
          made.address = take(made.code.length)
          linear.views.u8.set(made.code, made.address)
        }
        if (
          pool.run(
            { id: made.id, address: made.address, bytes: made.code.length, run: made.run },
            count,
            grain,
            nanoseconds,
          )
        ) {
          return
        }
      }
      kernel.run(BLOCK, scratch, 0, count)
    },

    leave() {
      if (tray === TRAY && temporaries.length === 0) return
      for (let i = 0; i < written.length; i++) copyOut(written[i]!, linear.views)
      clear()
    },
  }
}

/** Whether a kernel that writes a view writes all that lies between its first and last element. */
function isWhole({ shape, strides }: View): boolean {
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false
    step *= shape[axis]!
  }
  return true
}

/** The first element that a view reaches, and how many lie between it and the last. */
function reachOf({ shape, strides, offset }: View): [first: number, length: number] {
  let [first, last] = [offset, offset]
  for (let axis = 0; axis < shape.length; axis++) {
    const reach = (shape[axis]! - 1) * strides[axis]!
    if (reach < 0) first += reach
    else last += reach
  }
  return [first, last - first + 1]
}

export function elementsOf(views: MemoryViews, dtype: DType): TypedArray {
  switch (dtype) {
    case 'float32':
      return views.f32
    case 'float64':
      return views.f64
    case 'int32':
      return views.i32
    case 'uint32':
      return views.u32
    default:
      return views.u8
  }
}

/** Up to so many elements are copied one by one: that is sooner than making a view of them. */
const FEW = 32

function copyIn({ array, dtype, first, length, address }: Staged, views: MemoryViews): void {
  const memory = elementsOf(views, dtype)
  const at = address / memory.BYTES_PER_ELEMENT
  if (length <= FEW) for (let i = 0; i < length; i++) memory[at + i] = array[first + i]!
  else memory.set(length === array.length ? array : array.subarray(first, first + length), at)
}

function copyOut({ array, dtype, first, length, address }: Staged, views: MemoryViews): void {
  const memory = elementsOf(views, dtype)
  const at = address / memory.BYTES_PER_ELEMENT
  if (length <= FEW) for (let i = 0; i < length; i++) array[first + i] = memory[at + i]!
  else array.set(memory.subarray(at, at + length), first)
}
