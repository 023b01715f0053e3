import type { Layout, TypedProgram } from '@rungs/ndarray'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { mapText } from '../wgsl/map.ts'
import { Call, type Machine, type Placed, writeScalars, writeSpace } from './call.ts'
import { describeProgram, operandNames, operatorsOf, workOf } from './work.ts'

/** Elementwise kernels of one device. */
export class MapKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  /** By program, then by layout. */
  private readonly compiled = new Recent<number, Map<number | string, Pipeline>>(KEPT_KERNELS)

  constructor(machine: Machine) {
    this.machine = machine
  }

  run(program: TypedProgram, operands: readonly Placed[], scalars: readonly number[], layout: Layout): void {
    if (layout.size === 0) return
    const { call } = this
    const { encoder, pipelines, tuning } = this.machine
    const outs = program.results.length
    const last = layout.rank - 1
    const length = layout.sizes[last]!
    const flat = layout.rank === 1
    const width = flat || length >= 4 ? 4 : 1
    call.bind(operands, outs)
    const whole = length % 4 === 0
    call.classify(operands, layout, outs, last, width, flat || whole)
    const pipeline = this.pipelineFor(program, operands, layout.rank, whole)
    const threads = width === 4 ? (layout.size / length) * Math.ceil(length / 4) : layout.size
    const steps = Math.ceil(threads / tuning.mapThreads)
    const base = encoder.reserve(pipeline)
    encoder.ints[base + COMMON_WORDS] = steps
    const end = writeSpace(encoder.ints, base + COMMON_WORDS + 1, layout, operands)
    writeScalars(encoder, end, program.scalarTypes, scalars)
    encoder.watcher?.expect(
      workOf(operandNames(outs, operands.length), operands, call.which, layout.size * operatorsOf(program).length),
    )
    encoder.dispatch(pipeline, pipelines, call.buffers, threads, Math.ceil(threads / (steps * tuning.mapWorkgroup)))
  }

  private pipelineFor(program: TypedProgram, operands: readonly Placed[], rank: number, whole: boolean): Pipeline {
    const { call } = this
    const compiled = this.compiled.get(program.id) ?? new Map<number | string, Pipeline>()
    if (compiled.size === 0) this.compiled.set(program.id, compiled)
    const lie = call.key(operands.length, rank)
    // The sums of a contraction are not float16 yet where its epilogue takes float16.
    const first = operands[program.results.length]
    const summed = first !== undefined && first.dtype !== program.inputTypes[0]
    const key = whole && !summed ? lie : `${lie}${whole ? '' : ' tail'}${summed ? ' sum' : ''}`
    let pipeline = compiled.get(key)
    if (pipeline === undefined) {
      const form = { ...call.form(operands, rank), whole, workgroup: this.machine.tuning.mapWorkgroup }
      pipeline = this.machine.pipelines.make(mapText(program, form), `map(${describeProgram(program)})`)
      compiled.set(key, pipeline)
    }
    return pipeline
  }
}
