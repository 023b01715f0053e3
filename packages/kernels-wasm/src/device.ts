import {
  checkOptions,
  type Device,
  DeviceError,
  dtypeNames,
  type MemoryUsage,
  SMALL_BYTES,
  type Storage,
  synchronousCollector,
  type TypedArray,
  turn,
} from '@rungs/ndarray'
import { createArrays, type WasmBuffer } from './arrays.ts'
import { availableThreads, hasRelaxedSimd, hasSharedMemory, hasSimd } from './features.ts'
import { createHeap } from './heap.ts'
import { createContract } from './kernels/contract.ts'
import { createGather } from './kernels/gather.ts'
import { createMap } from './kernels/map.ts'
import { createReduce, createScan } from './kernels/reduce/reduce.ts'
import { createScatter } from './kernels/scatter.ts'
import { createSort } from './kernels/sort.ts'
import { createLinearMemory, PAGE } from './linear.ts'
import { CONTROL, createMachine, elementsOf, layoutOf } from './machine.ts'
import { createPool } from './pool.ts'

export interface WasmOptions {
  /** Threads that compute, the calling one included: by default as many as the machine runs at once, at most 4. */
  readonly threads?: number
  /** Bytes that linear memory may grow to: 2 GB by default. Arrays that it has no room for are kept outside, and copied in and out. */
  readonly maximumMemory?: number
  /** Let products use fused multiply-add where the engine has it: faster, and rounded differently from machine to machine. */
  readonly fusedMultiplyAdd?: boolean
}

export interface WasmDevice extends Device {
  readonly threads: number
  /** End the workers. They never keep a program alive, so this is for pages that go on without the device. */
  destroy(): void
}

const MAX_THREADS = 16
const DEFAULT_THREADS = 4
const MAX_MEMORY = 2 ** 31 - PAGE
const MIN_MEMORY = 2 ** 20
/** What kernels need beside arrays: packed operands, copies of arrays outside. */
const WORKING_SHARE = 1 / 4

/**
 * WebAssembly with SIMD, on several threads where memory can be shared: in Node, and in pages that are cross-origin
 * isolated. Results do not depend on the number of threads.
 * @throws {DeviceError} where the engine has no WebAssembly SIMD, or for options out of range.
 */
export async function createWasmDevice(options: WasmOptions = {}): Promise<WasmDevice> {
  checkOptions(options, ['threads', 'maximumMemory', 'fusedMultiplyAdd'], 'createWasmDevice')
  const { threads = Math.min(availableThreads(), DEFAULT_THREADS), maximumMemory = MAX_MEMORY } = options
  check(threads, maximumMemory)
  const shared = threads > 1 && hasSharedMemory()
  const { block, scratches, end } = layoutOf(shared ? threads : 1)
  const linear = createLinearMemory(Math.min(Math.ceil(maximumMemory / PAGE) * PAGE, MAX_MEMORY), shared)
  const { maximum } = linear
  const collect = synchronousCollector()
  linear.reach(end)
  const heap = createHeap(end, maximum - PAGE)
  const usage: MemoryUsage = { arrays: 0, bytes: 0, peakBytes: 0 }
  const arrays = createArrays(linear, heap, usage, (maximum - end) * (1 - WORKING_SHARE), collect)
  const pool = shared ? createPool({ memory: linear.memory, control: CONTROL, block }, scratches) : null
  const fusedMultiplyAdd = options.fusedMultiplyAdd === true && hasRelaxedSimd()
  const machine = createMachine({ linear, heap, pool, collect, fusedMultiplyAdd })

  const map = createMap(machine)
  const reduce = createReduce(machine)
  const readSync = (storage: Storage, offset: number, length: number): TypedArray => {
    const { address, scale, array } = storage.buffer as WasmBuffer
    if (array !== null) return array.slice(offset, offset + length)
    const at = address / scale + offset
    return elementsOf(linear.views, storage.dtype).slice(at, at + length)
  }

  return {
    name: 'wasm',
    description: describe(machine.threads, fusedMultiplyAdd),
    threads: machine.threads,
    dtypes: new Set(dtypeNames.filter((dtype) => dtype !== 'float16')),
    maxBuffers: 32,
    maxBytes: 2 ** 33,
    ownsMemory: true,
    slabBytes: SMALL_BYTES,
    usage,
    allocate: arrays.allocate,
    release: arrays.release,
    write(storage, offset, data) {
      const { address, scale, array } = storage.buffer as WasmBuffer
      if (array !== null) array.set(data, offset)
      else elementsOf(linear.views, storage.dtype).set(data, address / scale + offset)
    },
    async read(storage, offset, length) {
      const copy = readSync(storage, offset, length)
      await turn()
      arrays.turned()
      return copy
    },
    readSync,
    async turn() {
      await turn()
      arrays.turned()
    },
    map,
    reduce,
    contract: createContract(machine, { map, reduce }),
    gather: createGather(machine),
    scatter: createScatter(machine),
    scan: createScan(machine),
    sort: createSort(machine),
    destroy: () => pool?.destroy(),
  }
}

function check(threads: number, maximumMemory: number): void {
  if (typeof WebAssembly !== 'object' || !hasSimd()) {
    throw new DeviceError('createWasmDevice: this engine has no WebAssembly SIMD; use the cpu device')
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new DeviceError(`createWasmDevice: threads must be a whole number from 1 to ${MAX_THREADS}, got ${threads}`)
  }
  const least = layoutOf(threads).end + MIN_MEMORY
  if (!(maximumMemory >= least)) {
    throw new DeviceError(
      `createWasmDevice: maximumMemory must be at least ${least} bytes with ${threads} threads, got ${maximumMemory}`,
    )
  }
}

const describe = (threads: number, fused: boolean): string =>
  `WebAssembly SIMD on ${threads === 1 ? 'one thread' : `${threads} threads`}${fused ? ', fused multiply-add' : ''}`
