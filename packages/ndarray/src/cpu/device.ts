import type { Device, MemoryUsage } from '../device.ts'
import { dtypeNames, type TypedArray } from '../dtype.ts'
import { SMALL_BYTES, type Storage } from '../storage.ts'
import { turn } from '../turn.ts'
import { closureCompiler } from './closures.ts'
import { createContract } from './contract.ts'
import { functionCompiler } from './function.ts'
import { gather, scatter } from './gather.ts'
import type { Compiler } from './kernels.ts'
import { createMap } from './map.ts'
import { bufferOf, createMemory } from './memory.ts'
import { createReduce } from './reduce.ts'
import { createScan } from './scan.ts'
import { sort } from './sort.ts'

export interface CpuOptions {
  /** How formulas become code: as functions, as composed closures, or whichever the page allows. */
  readonly codegen?: 'auto' | 'function' | 'closures'
}

/** Plain JavaScript: runs everywhere, and is what every other device is compared with. */
export function createCpuDevice({ codegen = 'auto' }: CpuOptions = {}): Device {
  const usage: MemoryUsage = { arrays: 0, bytes: 0, peakBytes: 0 }
  const { allocate, release } = createMemory(usage)
  const compiler =
    codegen === 'auto'
      ? whereAllowed(functionCompiler, closureCompiler)
      : codegen === 'function'
        ? functionCompiler
        : closureCompiler
  const readSync = (storage: Storage, offset: number, length: number): TypedArray => {
    const { array, base } = bufferOf(storage)
    return array.slice(base + offset, base + offset + length)
  }

  return {
    name: 'cpu',
    description: 'plain JavaScript on one core',
    dtypes: new Set(dtypeNames.filter((dtype) => dtype !== 'float16')),
    maxBuffers: Infinity,
    maxBytes: 2 ** 33,
    ownsMemory: false,
    slabBytes: SMALL_BYTES,
    usage,
    allocate,
    release,
    write(storage, offset, data) {
      const { array, base } = bufferOf(storage)
      array.set(data, base + offset)
    },
    async read(storage, offset, length) {
      const copy = readSync(storage, offset, length)
      await turn()
      return copy
    },
    readSync,
    turn,
    map: createMap(compiler),
    reduce: createReduce(compiler),
    contract: createContract(compiler),
    gather,
    scatter,
    scan: createScan(compiler),
    sort,
  }
}

/** `first` until the page forbids making functions from text; asked when the first kernel is made, never at import. */
function whereAllowed(first: Compiler, second: Compiler): Compiler {
  let chosen: Compiler | null = null
  const choose = (): Compiler => {
    if (chosen === null) {
      try {
        chosen = new Function('return true')() ? first : second
      } catch {
        chosen = second
      }
    }
    return chosen
  }
  return {
    flat: (program) => choose().flat(program),
    strided: (program) => choose().strided(program),
    reduction: (program, reduction) => choose().reduction(program, reduction),
    epilogue: (program) => choose().epilogue(program),
  }
}

export const cpu: Device = createCpuDevice()
