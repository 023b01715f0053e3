import {
  AxisGroup,
  type ContractLayout,
  type Device,
  DeviceError,
  type DType,
  type Epilogue,
  Layout,
  Storage,
  type View,
} from '@rungs/ndarray'
import { emitGemm } from '../emit/gemm.ts'
import { gemmBlock } from '../emit/gemmBlock.ts'
import { emitDots } from '../emit/gemmDots.ts'
import type { GemmType } from '../emit/gemmTile.ts'
import { isDots, multiplications, productOf, writeProduct } from './contractPlan.ts'
import type { Kernel, Machine } from './machine.ts'

/** Fewer multiplications are done sooner on one thread. */
const SHARED_FROM = 1_000_000
/** What one thread does in a nanosecond: so many bytes of products. */
const BYTES_PER_NANOSECOND = 64
/** Parts for each thread: one that falls behind leaves the others something to take. */
const PARTS = 4

/** uint32 computes as int32: modulo 2^32 the bits are the same. */
const gemmTypes: { readonly [D in DType]?: GemmType } = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  uint32: 'int32',
}

/** @param map finishes products that have an epilogue. */
export function createContract(machine: Machine, map: Device['map']): Device['contract'] {
  const { threads, fusedMultiplyAdd: fused } = machine
  const made = { gemm: new Map<GemmType, Kernel>(), dots: new Map<GemmType, Kernel>() }
  const kernelOf = (kind: 'gemm' | 'dots', dtype: GemmType): Kernel => {
    let kernel = made[kind].get(dtype)
    if (kernel === undefined) {
      const emit = kind === 'gemm' ? emitGemm : emitDots
      kernel = machine.kernel((module) => emit(module, { dtype, fused }))
      made[kind].set(dtype, kernel)
    }
    return kernel
  }

  const multiply = (a: View, b: View, sums: View, layout: ContractLayout): void => {
    const dtype = gemmTypes[sums.dtype]!
    const product = productOf(layout, dtype === 'float64' ? 8 : 4)
    const work = multiplications(product)
    const kernel = kernelOf(isDots(product) ? 'dots' : 'gemm', dtype)
    const addresses = machine.enter([sums, a, b], 1)
    const { i32: words } = machine.views
    const at = machine.block >> 2
    words[at + gemmBlock.c] = addresses[0]!
    words[at + gemmBlock.a] = addresses[1 + product.rowA]!
    words[at + gemmBlock.b] = addresses[1 + product.rowB]!
    const parts = writeProduct(words, at, product, threads > 1 && work >= SHARED_FROM ? PARTS * threads : 1)
    machine.parallel(kernel, parts, 1, (work * product.bytes) / BYTES_PER_NANOSECOND)
    machine.leave()
  }

  const space = new Layout()
  /** The epilogue follows as a map: a pass over what was just written costs 1 / k of the product. */
  const finish = (out: View, sums: View, { program, inputs, scalars }: Epilogue): void => {
    const operands = [out, sums, ...inputs]
    map(program, operands, scalars, space.setMap(operands, out.shape, false))
  }

  return (a, b, out, layout, epilogue) => {
    if (layout.batch.size * layout.m.size * layout.n.size === 0) return
    if (epilogue === null) return multiply(a, b, out, layout)
    if (epilogue.program.usesCoords) {
      throw new DeviceError('wasm: the epilogue of a contraction cannot name coordinates')
    }
    const dtype = epilogue.program.inputTypes[0]!
    if (dtype === out.dtype && epilogue.inputs.every(({ storage }) => storage !== out.storage)) {
      multiply(a, b, out, layout)
      finish(out, out, epilogue)
      return
    }
    const sums = temporaryLike(out, dtype)
    multiply(a, b, sums, resultsInOrder(layout))
    finish(out, sums, epilogue)
    sums.storage.release()
  }
}

function temporaryLike({ shape, storage }: View, dtype: DType): View {
  const strides: number[] = []
  let size = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = size
    size *= shape[axis]!
  }
  return { storage: new Storage(storage.device, dtype, size), dtype, shape, strides, offset: 0 }
}

/** The same contraction with its results one after another, in row-major order. */
const resultsInOrder = ({ batch, m, n, k }: ContractLayout): ContractLayout => ({
  batch: withResults(batch, m.size * n.size),
  m: withResults(m, n.size),
  n: withResults(n, 1),
  k,
})

function withResults(group: AxisGroup, step: number): AxisGroup {
  const { rank, size, sizes } = group
  const own = new AxisGroup()
  own.rank = rank
  own.size = size
  own.sizes.set(sizes)
  own.strides[0] = group.row(0)
  own.strides[1] = group.row(1)
  for (let axis = rank - 1, stride = step; axis >= 0; axis--) {
    own.row(2)[axis] = stride
    stride *= sizes[axis]!
  }
  return own
}
