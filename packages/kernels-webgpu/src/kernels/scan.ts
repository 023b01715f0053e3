import { Layout, type ScanOp, type TypedProgram } from '@rungs/ndarray'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { type ScanForm, scanText } from '../wgsl/scan.ts'
import type { Team } from '../wgsl/team.ts'
import { computedType } from '../wgsl/types.ts'
import { Call, type Machine, type Placed, placed, STRIDED, VECTOR, writeScalars, writeSpace } from './call.ts'
import { passOn } from './reduce.ts'
import { liesAcross, teamFor } from './team.ts'
import { vectorAxis } from './walk.ts'
import { describeProgram, operandNames, operatorsOf, workOf } from './work.ts'

/** The least positions of a run, for a thread alone. */
const LEAST_RUN = 64

/** How one scan is done. */
interface Plan {
  /** The axis along which threads take four elements at once, or -1. */
  readonly axis: number
  /** Who walks a run. */
  readonly team: Team
  /** Rows, or vectors of four. */
  readonly rows: number
  readonly runs: number
  /** Positions of a run. */
  readonly run: number
}

/** Running sums and products of one device. */
export class ScanKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  private readonly compiled = new Recent<string, Pipeline>(KEPT_KERNELS)
  /** Of the totals of runs. */
  private readonly totals = new Layout()

  constructor(machine: Machine) {
    this.machine = machine
  }

  run(
    op: ScanOp,
    program: TypedProgram,
    operands: readonly Placed[],
    scalars: readonly number[],
    layout: Layout,
  ): void {
    if (layout.size === 0) return
    const plan = this.plan(operands, layout)
    const { runs, rows, axis } = plan
    if (runs === 1) {
      this.record(op, program, operands, scalars, layout, 'whole', plan)
      return
    }
    const dtype = computedType(operands[0]!.dtype)
    const lines = axis >= 0 && axis < layout.kept ? rows * 4 : rows
    const totals = placed(this.machine.takeTemporary(lines * runs), dtype, [runs, lines])
    this.record(op, program, [totals, ...operands.slice(1)], scalars, layout, 'sums', plan)
    this.run(op, passOn(dtype), [totals, totals], [], linesLayout(this.totals, lines, runs, 1, lines))
    this.record(op, program, [...operands, totals], scalars, layout, 'rest', plan)
  }

  private plan(operands: readonly Placed[], layout: Layout): Plan {
    const { kept, sizes } = layout
    const { tuning } = this.machine
    const length = sizes[kept]!
    const axis = vectorAxis(operands, layout)
    const across = axis >= 0 && axis < kept
    const rows = layout.size / length / (across ? 4 : 1)
    const step = axis === kept ? 4 : 1
    const positions = length / step
    const team = teamFor(tuning, across || liesAcross(operands.length, layout) ? 1 : positions)
    const alone = team.size === 1
    const tile = team.size * step
    const wanted = Math.floor((alone ? tuning.reduceThreads : tuning.teamThreads) / (rows * team.size))
    // Totals of runs that are themselves cut would only add passes.
    // Nor may they need a buffer more than the caller counted.
    const fits = layout !== this.totals && operands.length < this.machine.maxBuffers
    const most = !fits ? 1 : Math.floor(length / (alone ? LEAST_RUN : 4 * tile))
    const cuts = Math.max(1, Math.min(wanted, most))
    const run = cuts === 1 ? Math.ceil(length / tile) * tile : Math.ceil(length / cuts / tile) * tile
    return { axis, team, rows, runs: Math.ceil(length / run), run }
  }

  private record(
    op: ScanOp,
    program: TypedProgram,
    operands: readonly Placed[],
    scalars: readonly number[],
    layout: Layout,
    stage: ScanForm['stage'],
    { axis, team, rows, runs, run }: Plan,
  ): void {
    const { call } = this
    const { encoder, pipelines } = this.machine
    const last = operands.length - 1
    const along = axis < 0 ? 1 : 4
    call.bind(operands, 1)
    call.classify(operands, layout, 1, axis, along, true)
    const totals = axis >= 0 && axis < layout.kept ? VECTOR : STRIDED
    if (stage === 'sums') call.place(0, totals, operands.length)
    if (stage === 'rest') call.place(last, totals, operands.length)
    const axisOf = program.usesCoords ? [...layout.axisOf.subarray(0, layout.rank)] : []
    const lie = call.key(operands.length, layout.rank)
    const key = `${op} ${stage} ${axis} ${team.size} ${program.id} ${operands[0]!.dtype} ${lie} ${axisOf.join()}`
    let pipeline = this.compiled.get(key)
    if (pipeline === undefined) {
      const form = { ...call.form(operands, layout.rank), op, stage, axisOf, team }
      pipeline = pipelines.make(scanText(program, form), `running ${op}(${describeProgram(program)})`)
      this.compiled.set(key, pipeline)
    }
    const base = encoder.reserve(pipeline)
    encoder.ints[base + COMMON_WORDS] = rows
    encoder.ints[base + COMMON_WORDS + 1] = run
    const end = writeSpace(encoder.ints, base + COMMON_WORDS + 2, layout, operands)
    writeScalars(encoder, end, program.scalarTypes, scalars)
    if (encoder.watcher !== null) {
      const names = operandNames(1, operands.length)
      if (stage === 'rest') names[last] = 'totals'
      encoder.watcher.expect(workOf(names, operands, call.which, layout.size * (1 + operatorsOf(program).length)))
    }
    const threads = rows * runs
    encoder.dispatch(pipeline, pipelines, call.buffers, threads, Math.ceil((threads * team.size) / team.workgroup))
  }
}

/** `rows` lines of `length`, in one array that is operand and result; steps from row to row and along a line. */
export function linesLayout(layout: Layout, rows: number, length: number, rowStep: number, step: number): Layout {
  layout.rank = 2
  layout.kept = 1
  layout.size = rows * length
  layout.flat = false
  layout.sizes[0] = rows
  layout.sizes[1] = length
  for (let q = 0; q < 2; q++) {
    layout.row(q)[0] = rowStep
    layout.row(q)[1] = step
  }
  return layout
}
