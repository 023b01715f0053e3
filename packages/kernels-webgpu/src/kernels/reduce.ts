import { type DType, Layout, type ReduceOp, type TypedProgram } from '@rungs/ndarray'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { accumulatorType, findsPlace } from '../wgsl/combine.ts'
import { type ReduceForm, reduceText } from '../wgsl/reduce.ts'
import { Call, type Machine, type Placed, placed, STRIDED, VECTOR, writeScalars, writeSpace } from './call.ts'
import { partsFor } from './team.ts'
import { sizesOf, type Walk, walkOf } from './walk.ts'
import { describeProgram, operandNames, operatorsOf, type Work, workOf } from './work.ts'

type Stage = ReduceForm['stage']

/** How one reduction is done; a team for each part of what would be one thread's. */
interface Plan extends Walk {
  /** Of a result, which a second pass joins. */
  readonly parts: number
}

/** Reductions of one device. */
export class ReduceKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  private readonly compiled = new Recent<string, Pipeline>(KEPT_KERNELS)
  /** Of the second pass. */
  private readonly joined = new Layout()

  constructor(machine: Machine) {
    this.machine = machine
  }

  run(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly Placed[],
    scalars: readonly number[],
    layout: Layout,
  ): void {
    this.reduce(op, program, operands, scalars, layout, 'whole')
  }

  private reduce(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly Placed[],
    scalars: readonly number[],
    layout: Layout,
    stage: 'whole' | 'final',
  ): void {
    const { results } = sizesOf(layout)
    if (results === 0) return
    const plan = this.plan(op, operands, layout, stage)
    const { parts } = plan
    if (parts === 1) {
      this.record(op, program, operands, scalars, layout, stage, plan)
      return
    }
    const partial = accumulatorType(op, program.outTypes[0]!, operands[0]!.dtype)
    const values = placed(this.machine.takeTemporary(results * parts), partial, [parts, results])
    const places = findsPlace(op)
      ? placed(this.machine.takeTemporary(results * parts), 'int32', [parts, results])
      : null
    const inputs = operands.slice(1)
    const outs = places === null ? [values, ...inputs] : [values, ...inputs, places]
    this.record(op, program, outs, scalars, layout, 'partial', plan)
    const joined = places === null ? [operands[0]!, values] : [operands[0]!, values, places]
    this.reduce(
      op,
      passOn(partial),
      joined,
      [],
      joinLayout(this.joined, layout, results, parts, joined.length),
      'final',
    )
  }

  private plan(op: ReduceOp, operands: readonly Placed[], layout: Layout, stage: 'whole' | 'final'): Plan {
    const { tuning, maxBuffers } = this.machine
    const walk = walkOf(tuning, operands, layout)
    // Partial results of argmax and argmin are two arrays: one buffer more than the caller counted.
    const fits = !findsPlace(op) || operands.length < maxBuffers
    const parts = stage === 'final' || !fits ? 1 : partsFor(tuning, walk)
    return { ...walk, threads: walk.threads * parts, parts }
  }

  private record(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly Placed[],
    scalars: readonly number[],
    layout: Layout,
    stage: Stage,
    { axis, team, threads, positions, parts }: Plan,
  ): void {
    const { call } = this
    const { encoder, pipelines } = this.machine
    const width = axis < 0 ? 1 : 4
    call.bind(operands, 1)
    call.classify(operands, layout, 1, axis, width, true)
    const lanesReduced = axis >= layout.kept
    const last = operands.length - 1
    const placesWritten = stage === 'partial' && findsPlace(op)
    const written = lanesReduced || width === 1 ? STRIDED : VECTOR
    if (placesWritten) call.written |= 1 << call.which[last]!
    if (written === STRIDED || stage === 'partial') call.place(0, written, operands.length)
    if (placesWritten) call.place(last, written, operands.length)
    const { kept } = layout
    const axisOf = program.usesCoords ? [...layout.axisOf.subarray(0, layout.rank)] : []
    const lie = call.key(operands.length, layout.rank)
    const who = `${team.workgroup} ${team.size} ${team.across}`
    const key = `${op} ${stage} ${kept} ${axis} ${who} ${program.id} ${operands[0]!.dtype} ${lie} ${axisOf.join()}`
    let pipeline = this.compiled.get(key)
    if (pipeline === undefined) {
      const form = { ...call.form(operands, layout.rank), op, stage, kept, axisOf, team }
      pipeline = pipelines.make(reduceText(program, form), `${op}(${describeProgram(program)})`)
      this.compiled.set(key, pipeline)
    }
    const base = encoder.reserve(pipeline)
    const { ints } = encoder
    ints[base + COMMON_WORDS] = parts
    ints[base + COMMON_WORDS + 1] = positions
    const end = writeSpace(ints, base + COMMON_WORDS + 2, layout, operands)
    writeScalars(encoder, end, program.scalarTypes, scalars)
    encoder.watcher?.expect(this.work(op, program, operands, layout, stage))
    encoder.dispatch(pipeline, pipelines, call.buffers, threads, Math.ceil(threads / (team.workgroup / team.size)))
  }

  private work(op: ReduceOp, program: TypedProgram, operands: readonly Placed[], { size }: Layout, stage: Stage): Work {
    const names = operandNames(1, operands.length)
    if (stage !== 'whole' && findsPlace(op)) names[operands.length - 1] = 'places'
    // One operator of its own: what combines two values.
    return workOf(names, operands, this.call.which, size * (1 + operatorsOf(program).length))
  }
}

/** Over partial results, laid out [part, position]: the parts are reduced, and the output keeps its strides. */
function joinLayout(
  layout: Layout,
  { kept, sizes, strides }: Layout,
  results: number,
  parts: number,
  operands: number,
): Layout {
  layout.rank = kept + 1
  layout.kept = kept
  layout.size = results * parts
  layout.flat = false
  for (let axis = 0; axis < kept; axis++) layout.sizes[axis] = sizes[axis]!
  layout.sizes[kept] = parts
  for (let q = 0; q < operands; q++) {
    const row = layout.row(q)
    if (q === 0) {
      for (let axis = 0; axis < kept; axis++) row[axis] = strides[0]![axis]!
      row[kept] = 0
      continue
    }
    for (let axis = kept - 1, step = 1; axis >= 0; axis--) {
      row[axis] = step
      step *= sizes[axis]!
    }
    row[kept] = results
  }
  return layout
}

let own = 0

/** A program of this device itself. Its number is below those of programs from elsewhere. */
export function ownProgram(nodes: TypedProgram['nodes'], result: number): TypedProgram {
  const inputTypes = nodes.filter(({ op }) => op === 'input').map(({ dtype }) => dtype)
  const outTypes = [nodes[result]!.dtype]
  return { id: --own, nodes, results: [result], inputTypes, scalarTypes: [], outTypes, usesCoords: false }
}

const passes = new Map<DType, TypedProgram>()

/** The program that gives its input. */
export function passOn(dtype: DType): TypedProgram {
  let found = passes.get(dtype)
  if (found === undefined) {
    found = ownProgram([{ op: 'input', dtype, args: [], value: 0 }], 0)
    passes.set(dtype, found)
  }
  return found
}
