import { type ContractLayout, type DType, type Epilogue, Layout, type TypedProgram } from '@rungs/ndarray'
import type { GpuBuffer } from '../buffers.ts'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { contractText } from '../wgsl/contract.ts'
import { type ContractForm, extentOf, isWithoutTiles } from '../wgsl/contractForm.ts'
import { computedType } from '../wgsl/types.ts'
import { bufferOf, type Machine, type Placed, placed, writeScalars } from './call.ts'
import { isSwapped, lanesOf, type Plan, planOf, splitStrides } from './contractPlan.ts'
import type { MapKernels } from './map.ts'
import { ownProgram, passOn, type ReduceKernels } from './reduce.ts'
import { type Reduced, type Row, resultLayout } from './resultLayout.ts'
import { describeProgram, operandNames, operatorsOf, workOf } from './work.ts'

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
    const {
      results: [rows, columns],
      matrix,
    } = plan.tile
    const shares = batch.size * Math.ceil(plan.m.size / rows) * Math.ceil(plan.n.size / columns)
    const threads = shares * (matrix?.threads ?? 1)
    const wanted = Math.min(Math.ceil(tuning.splitBelow / threads), Math.floor(k.size / tuning.leastPart))
    if (wanted < 2 || k.size < tuning.leastSplit) {
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
    const lanes = lanesOf(this.machine.tuning, plan, which, outStrides)
    const tiled = !isWithoutTiles(tile)
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
        subgroup: this.machine.tuning.subgroup,
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
