import {
  AxisGroup,
  type ContractLayout,
  type Device,
  DeviceError,
  type DType,
  type Epilogue,
  expr,
  Layout,
  program,
  Storage,
  typeProgram,
  type View,
} from '@rungs/ndarray'
import { emitGemm } from '../emit/gemm.ts'
import { gemmBlock } from '../emit/gemmBlock.ts'
import type { GemmType } from '../emit/gemmTile.ts'
import { multiplications, writeProduct } from './contractPlan.ts'
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

/** With the device's own `map` for epilogues and single products, and `reduce` for products of vectors. */
export function createContract(machine: Machine, { map, reduce }: Pick<Device, 'map' | 'reduce'>): Device['contract'] {
  const { threads, fusedMultiplyAdd: fused } = machine
  const kernels = new Map<GemmType, Kernel>()
  const kernelOf = (dtype: GemmType): Kernel => {
    let kernel = kernels.get(dtype)
    if (kernel === undefined) {
      kernel = machine.kernel((module) => emitGemm(module, { dtype, fused }))
      kernels.set(dtype, kernel)
    }
    return kernel
  }

  const multiply = (a: View, b: View, sums: View, layout: ContractLayout): void => {
    const dtype = gemmTypes[sums.dtype]!
    const kernel = kernelOf(dtype)
    const bytes = dtype === 'float64' ? 8 : 4
    const work = multiplications(layout)
    const addresses = machine.enter([sums, a, b], 1)
    const { i32: words } = machine.views
    const at = machine.block >> 2
    words[at + gemmBlock.a] = addresses[1]!
    words[at + gemmBlock.b] = addresses[2]!
    words[at + gemmBlock.c] = addresses[0]!
    const parts = writeProduct(words, at, layout, bytes, threads > 1 && work >= SHARED_FROM ? PARTS * threads : 1)
    machine.parallel(kernel, parts, 1, (work * bytes) / BYTES_PER_NANOSECOND)
    machine.leave()
  }

  const space = new Layout()

  /**
   * Single products and products of vectors are for kernels that take elements, not tiles: they wait for memory. Tiles of one
   * row were no faster (172 µs instead of 193 for a million multiplications by rows, 316 instead of 176 by columns).
   */
  const computeSums = (a: View, b: View, sums: View, layout: ContractLayout): void => {
    const { batch, m, n, k } = layout
    const typed = typeProgram(products, { inputs: [a.dtype, b.dtype], scalars: [] })
    if (k.size === 1) map(typed, [sums, a, b], [], setSpace(space, [batch, m, n], []))
    else if (m.size === 1 || n.size === 1) {
      reduce('sum', typed, [sums, a, b], [], setSpace(space, [batch, m, n], [k]))
    } else multiply(a, b, sums, layout)
  }

  /** The epilogue follows as a map: a pass over what was just written costs 1 / k of the product. */
  const finish = (out: View, sums: View, { program, inputs, scalars }: Epilogue): void => {
    const operands = [out, sums, ...inputs]
    map(program, operands, scalars, space.setMap(operands, out.shape, false))
  }

  return (a, b, out, layout, epilogue) => {
    if (layout.batch.size * layout.m.size * layout.n.size === 0) return
    if (epilogue === null) return computeSums(a, b, out, layout)
    if (epilogue.program.usesCoords) {
      throw new DeviceError('wasm: the epilogue of a contraction cannot name coordinates')
    }
    const dtype = epilogue.program.inputTypes[0]!
    if (dtype === out.dtype && epilogue.inputs.every(({ storage }) => storage !== out.storage)) {
      computeSums(a, b, out, layout)
      finish(out, out, epilogue)
      return
    }
    const sums = temporaryLike(out, dtype)
    computeSums(a, b, sums, resultsInOrder(layout))
    finish(out, sums, epilogue)
    sums.storage.release()
  }
}

const products = program(expr.binary('mul', expr.input(0), expr.input(1)))

/** The space of results, a and b over some groups of a contraction; kept and reduced axes are at least one each. */
function setSpace(space: Layout, kept: readonly AxisGroup[], reduced: readonly AxisGroup[]): Layout {
  space.rank = 0
  space.size = 1
  space.flat = false
  const add = (size: number, out: number, a: number, b: number): void => {
    space.size *= size
    space.sizes[space.rank] = size
    space.row(0)[space.rank] = out
    space.row(1)[space.rank] = a
    space.row(2)[space.rank++] = b
  }
  const addAll = (groups: readonly AxisGroup[]): void => {
    const first = space.rank
    for (const group of groups) {
      const [a, b, out] = [group.row(0), group.row(1), group.row(2)]
      for (let axis = 0; axis < group.rank; axis++) {
        if (group.sizes[axis] !== 1) add(group.sizes[axis]!, out[axis]!, a[axis]!, b[axis]!)
      }
    }
    if (space.rank === first) add(1, 0, 0, 0)
  }
  addAll(kept)
  space.kept = space.rank
  if (reduced.length > 0) addAll(reduced)
  return space
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
