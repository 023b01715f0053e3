import {
  type AxisGroup,
  type ContractLayout,
  type DType,
  type Epilogue,
  Layout,
  type TypedProgram,
} from '@rungs/ndarray'
import type { GpuBuffer } from '../buffers.ts'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { type Tuning, tileFor } from '../tuning.ts'
import { contractText } from '../wgsl/contract.ts'
import { type ContractForm, extentOf, type Lanes, type Tile } from '../wgsl/contractForm.ts'
import { computedType } from '../wgsl/types.ts'
import { bufferOf, type Machine, type Placed, placed, writeScalars } from './call.ts'
import type { MapKernels } from './map.ts'
import { ownProgram, passOn, type ReduceKernels } from './reduce.ts'
import { describeProgram, operandNames, operatorsOf, workOf } from './work.ts'

/** One contraction as the kernel sees it: rows are `m`, lanes `n`; `rowOf` says which row of strides an operand has. */
interface Plan {
  readonly operands: readonly Placed[]
  readonly rowOf: (q: number) => number
  readonly batch: AxisGroup
  readonly m: AxisGroup
  readonly n: AxisGroup
  readonly k: AxisGroup
  /** Which of the tuning's tiles. */
  readonly choice: number
  readonly tile: Tile
}

/** Contractions of one device. */
export class ContractKernels {
  private readonly machine: Machine
  private readonly map: MapKernels
  private readonly reduce: ReduceKernels
  private readonly compiled = new Recent<string, Pipeline>(KEPT_KERNELS)
  /** Of what follows the sums of parts. */
  private readonly space = new Layout()

  constructor(machine: Machine, map: MapKernels, reduce: ReduceKernels) {
    this.machine = machine
    this.map = map
    this.reduce = reduce
  }

  run(a: Placed, b: Placed, out: Placed, layout: ContractLayout, epilogue: Epilogue | null): void {
    const { batch, m, n, k } = layout
    const results = batch.size * m.size * n.size
    if (results === 0) return
    if (m.size === 1 || n.size === 1) {
      this.sum([a, b], productOf(a.dtype), out, layout, [0, 1], { group: k }, epilogue)
      return
    }
    const { tuning } = this.machine
    const plan = planOf(tuning, a, b, out, layout, epilogue)
    const [rows, columns] = plan.tile.results
    const threads = batch.size * Math.ceil(plan.m.size / rows) * Math.ceil(plan.n.size / columns)
    const wanted = Math.min(Math.ceil(tuning.splitBelow / threads), Math.floor(k.size / tuning.leastPart))
    if (wanted < 2) {
      this.record(plan, epilogue, out.dtype, null)
      return
    }
    // Parts begin at multiples of four, so that vectors along k stay whole.
    const partK = Math.ceil(k.size / wanted / 4) * 4
    const parts = Math.ceil(k.size / partK)
    const summed = computedType(a.dtype)
    const sums = placed(this.machine.takeTemporary(results * parts), summed, [batch.size, parts, m.size * n.size])
    this.record({ ...plan, operands: [plan.operands[0]!, plan.operands[1]!, sums] }, null, summed, { parts, partK })
    const plane = m.size * n.size
    const swapped = isSwapped(layout)
    const lie = { batch: parts * plane, m: swapped ? 1 : n.size, n: swapped ? m.size : 1 }
    this.sum([sums], passOn(summed), out, layout, [lie], { parts, step: plane }, epilogue)
  }

  /** The results as a reduction: of products, where one side is a vector, or of the sums of parts. */
  private sum(
    inputs: readonly Placed[],
    program: TypedProgram,
    out: Placed,
    layout: ContractLayout,
    rows: readonly Row[],
    reduced: Reduced,
    epilogue: Epilogue | null,
  ): void {
    if (epilogue === null) {
      const space = resultLayout(this.space, layout, [2, ...rows], reduced)
      this.reduce.run('sum', program, [out, ...inputs], [], space)
      return
    }
    const plane = layout.m.size * layout.n.size
    const lie = { batch: plane, m: layout.n.size, n: 1 }
    const total = placed(this.machine.takeTemporary(layout.batch.size * plane), computedType(inputs[0]!.dtype), [
      layout.batch.size,
      plane,
    ])
    const space = resultLayout(this.space, layout, [lie, ...rows], reduced)
    this.reduce.run('sum', program, [total, ...inputs], [], space)
    const others = epilogue.inputs.map((_, i) => i + 3)
    const finish = resultLayout(this.space, layout, [2, lie, ...others], null)
    this.map.run(epilogue.program, [out, total, ...epilogue.inputs], epilogue.scalars, finish)
  }

  private record(
    plan: Plan,
    epilogue: Epilogue | null,
    outType: DType,
    split: { readonly parts: number; readonly partK: number } | null,
  ): void {
    const { encoder, pipelines } = this.machine
    const { operands, rowOf, batch, m, n, k, choice, tile } = plan
    const buffers: GpuBuffer[] = []
    const which = operands.map((operand) => {
      const buffer = bufferOf(operand)
      const found = buffers.indexOf(buffer)
      return found >= 0 ? found : buffers.push(buffer) - 1
    })
    const outStrides = split === null ? null : splitStrides(m, n)
    const lanes = lanesOf(plan, which, outStrides)
    const tiled = tile.memory === 'workgroup'
    const alongK = [0, 1].map((q) => tiled && lanes[q] === 'none' && k.strides[rowOf(q)]![k.rank - 1] === 1)
    const program = epilogue?.program ?? null
    const key = [
      batch.rank,
      m.rank,
      n.rank,
      k.rank,
      choice,
      lanes.join(''),
      alongK.join(),
      which.join(),
      operands[0]!.dtype,
      outType,
      program?.id ?? '',
      split === null ? '' : 'split',
    ].join(' ')
    let pipeline = this.compiled.get(key)
    if (pipeline === undefined) {
      const form: ContractForm = {
        batch: batch.rank,
        m: m.rank,
        n: n.rank,
        k: k.rank,
        tile,
        dtype: operands[0]!.dtype,
        aLanes: lanes[0]!,
        bLanes: lanes[1]!,
        outLanes: lanes[2]!,
        alongK: [alongK[0]!, alongK[1]!],
        buffers: which,
        writes: buffers.map((_, buffer) => buffer === which[2]),
        outType,
        epilogue: program,
        split: split !== null,
      }
      const label = program === null ? 'contract' : `contract(${describeProgram(program)})`
      pipeline = pipelines.make(contractText(form), label)
      this.compiled.set(key, pipeline)
    }
    const extent = extentOf(tile)
    const groupsN = Math.ceil(n.size / extent.n)
    const groupsM = Math.ceil(m.size / extent.m)
    const layers = batch.size * (split?.parts ?? 1)
    const base = encoder.reserve(pipeline)
    const { ints } = encoder
    let word = base + COMMON_WORDS
    for (const size of [groupsN, groupsM, m.size, n.size, k.size]) ints[word++] = size
    if (split !== null) {
      ints[word++] = split.parts
      ints[word++] = split.partK
    }
    for (const group of [batch, m, n, k])
      for (let axis = 0; axis < group.rank; axis++) ints[word++] = group.sizes[axis]!
    for (let q = 0; q < operands.length; q++) {
      ints[word++] = operands[q]!.offset
      for (const group of q === 0 ? [batch, m, k] : q === 1 ? [batch, k, n] : [batch, m, n]) {
        const strides = q === 2 && outStrides !== null ? outStrides.get(group) : group.strides[rowOf(q)]
        for (let axis = 0; axis < group.rank; axis++) ints[word++] = strides?.[axis] ?? 0
      }
    }
    if (epilogue !== null) writeScalars(encoder, word, epilogue.program.scalarTypes, epilogue.scalars)
    const results = batch.size * m.size * n.size
    encoder.watcher?.expect(
      workOf(
        ['a', 'b', ...operandNames(1, operands.length - 2)],
        operands,
        which,
        results * (2 * k.size + (program === null ? 0 : operatorsOf(program).length)),
      ),
    )
    encoder.dispatch(pipeline, pipelines, buffers, layers, groupsN * groupsM * layers)
  }
}

/** A narrow right side trades places with the left one, so that its many rows become the lanes. */
const isSwapped = ({ m, n }: ContractLayout): boolean => n.size < 4 && m.size > n.size

function planOf(
  tuning: Tuning,
  a: Placed,
  b: Placed,
  out: Placed,
  layout: ContractLayout,
  epilogue: Epilogue | null,
): Plan {
  const swapped = isSwapped(layout)
  const m = swapped ? layout.n : layout.m
  const n = swapped ? layout.m : layout.n
  const choice = tileFor(tuning, layout.batch.size, m.size, n.size)
  return {
    operands: [swapped ? b : a, swapped ? a : b, out, ...(epilogue?.inputs ?? [])],
    rowOf: (q) => (q < 2 && swapped ? 1 - q : q),
    batch: layout.batch,
    m,
    n,
    k: layout.k,
    choice,
    tile: tuning.contract[choice]!.tile,
  }
}

/** How a, b and out are reached: as vectors where alignment allows, and the whole buffer is. */
function lanesOf(plan: Plan, which: readonly number[], outStrides: Map<AxisGroup, number[]> | null): Lanes[] {
  const { operands, rowOf, batch, m, n, k, tile } = plan
  // Tiles turn four positions of k by themselves.
  const tiled = tile.memory === 'workgroup'
  const along = (q: number, group: AxisGroup, others: readonly AxisGroup[], whole: boolean): boolean => {
    const strides = (of: AxisGroup): ArrayLike<number> =>
      q === 2 && outStrides !== null ? (outStrides.get(of) ?? []) : of.strides[rowOf(q)]!
    const inner = group.rank - 1
    if (strides(group)[inner] !== 1 || (operands[q]!.offset & 3) !== 0) return false
    if ((whole || group.rank > 1) && (group.sizes[inner]! & 3) !== 0) return false
    for (let axis = 0; axis < inner; axis++) if ((strides(group)[axis]! & 3) !== 0) return false
    return others.every((other) => {
      for (let axis = 0; axis < other.rank; axis++) if (((strides(other)[axis] ?? 0) & 3) !== 0) return false
      return true
    })
  }
  const lanes: Lanes[] = [
    !tiled && along(0, k, [batch, m], true) ? 'k' : along(0, m, [batch, k], false) ? 'm' : 'none',
    along(1, n, [batch, k], false) ? 'n' : !tiled && along(1, k, [batch, n], true) ? 'k' : 'none',
    along(2, n, [batch, m], true) && (outStrides === null || ((m.size * n.size) & 3) === 0) ? 'n' : 'none',
  ]
  return lanes.map((lane, q) => {
    const mixed = which.some((buffer, other) => buffer === which[q] && (lanes[other] ?? 'none') === 'none')
    return mixed ? 'none' : lane
  })
}

/** Strides of partial sums, row after row; whole planes are counted by the kernel. */
function splitStrides(m: AxisGroup, n: AxisGroup): Map<AxisGroup, number[]> {
  return new Map([
    [m, rowMajorOf(m, n.size)],
    [n, rowMajorOf(n, 1)],
  ])
}

function rowMajorOf(group: AxisGroup, step: number): number[] {
  const strides: number[] = []
  for (let axis = group.rank - 1, stride = step; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= group.sizes[axis]!
  }
  return strides
}

/** Steps of memory that lies row by row within each group. */
interface Steps {
  readonly batch: number
  readonly m: number
  readonly n: number
}
/** How an operand lies: a row of the contraction's strides, or memory of our own. */
type Row = number | Steps
/** What is summed: an axis group, or parts a step apart in the second operand. */
type Reduced = { readonly group: AxisGroup } | { readonly parts: number; readonly step: number }

/** The results of a contraction as the axes of a reduction, or of a map. */
function resultLayout(layout: Layout, source: ContractLayout, rows: readonly Row[], reduced: Reduced | null): Layout {
  layout.rank = 0
  layout.size = 1
  layout.flat = false
  const add = (size: number, stride: (row: Row, q: number) => number): void => {
    const axis = layout.rank++
    layout.size *= size
    layout.sizes[axis] = size
    rows.forEach((row, q) => {
      layout.row(q)[axis] = stride(row, q)
    })
  }
  for (const name of ['batch', 'm', 'n'] as const) {
    const group = source[name]
    if (group.size === 1) continue
    for (let axis = 0; axis < group.rank; axis++) {
      add(group.sizes[axis]!, (row) =>
        typeof row === 'number' ? group.strides[row]![axis]! : rowMajorOf(group, row[name])[axis]!,
      )
    }
  }
  if (layout.rank === 0) add(1, () => 0)
  layout.kept = layout.rank
  if (reduced === null) return layout
  if ('parts' in reduced) add(reduced.parts, (_, q) => (q === 1 ? reduced.step : 0))
  else {
    const { rank, sizes, strides } = reduced.group
    for (let axis = 0; axis < rank; axis++) {
      add(sizes[axis]!, (row, q) => (q > 0 && typeof row === 'number' ? strides[row]![axis]! : 0))
    }
  }
  return layout
}

const products = new Map<DType, TypedProgram>()

/** The product of two inputs of one dtype. */
function productOf(dtype: DType): TypedProgram {
  let found = products.get(dtype)
  if (found === undefined) {
    const input = (value: number): TypedProgram['nodes'][number] => ({ op: 'input', dtype, args: [], value })
    const product = { op: 'mul', dtype, args: [0, 1], value: 0 } as const
    found = ownProgram([input(0), input(1), product], 2)
    products.set(dtype, found)
  }
  return found
}
