import type { Layout, TypedRows } from '@rungs/ndarray'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import { rowsText } from '../wgsl/rows.ts'
import type { Team } from '../wgsl/team.ts'
import { valueType } from '../wgsl/types.ts'
import { Call, type Machine, type Placed, STRIDED, writeScalars, writeSpace } from './call.ts'
import { walkOf } from './walk.ts'
import { operandNames, operatorsOf, workOf } from './work.ts'

/** Positions that a thread has of a row that a team can share so: it goes over them several times. */
const EACH = 2
/** Positions that each thread of the only team of a row may have: longer rows are shared by several, step by step. */
const MOST_EACH = 64

/** Row programs of one device. */
export class RowKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  /** By program, then by layout. */
  private readonly compiled = new Recent<TypedRows, Map<string, Pipeline>>(KEPT_KERNELS)

  constructor(machine: Machine) {
    this.machine = machine
  }

  /** Gives false, and does nothing, where steps one by one are faster. */
  run(rows: TypedRows, operands: readonly Placed[], scalars: readonly number[], layout: Layout): boolean {
    const { call } = this
    const { encoder, pipelines, tuning } = this.machine
    const isFloat = rows.steps.every(({ program }) => valueType(program.outTypes[0]!) === 'Float')
    if (!isFloat) return false
    const { kept } = layout
    const outs = rows.results.length
    const { axis, team, threads, positions } = walkOf(tuning, operands, layout, EACH)
    if (positions > MOST_EACH * team.size && threads * team.size < tuning.teamThreads) return false
    const width = axis < 0 ? 1 : 4
    call.bind(operands, outs)
    call.classify(operands, layout, outs, axis, width, true)
    if (axis >= kept) {
      rows.results.forEach((number, q) => {
        if (!rows.steps[number]!.isWhole) call.place(q, STRIDED, operands.length)
      })
    }
    const pipeline = this.pipelineFor(rows, operands, layout, team)
    const base = encoder.reserve(pipeline)
    const { ints } = encoder
    ints[base + COMMON_WORDS] = positions
    const end = writeSpace(ints, base + COMMON_WORDS + 1, layout, operands)
    writeScalars(encoder, end, rows.scalarTypes, scalars)
    encoder.watcher?.expect(
      workOf(operandNames(outs, operands.length), operands, call.which, layout.size * operationsOf(rows)),
    )
    encoder.dispatch(pipeline, pipelines, call.buffers, threads, Math.ceil(threads / (team.workgroup / team.size)))
    return true
  }

  private pipelineFor(rows: TypedRows, operands: readonly Placed[], layout: Layout, team: Team): Pipeline {
    const { call } = this
    const { kept, rank } = layout
    const compiled = this.compiled.get(rows) ?? new Map<string, Pipeline>()
    if (compiled.size === 0) this.compiled.set(rows, compiled)
    const who = `${team.workgroup} ${team.size} ${team.across}`
    const key = `${call.key(operands.length, rank)} ${kept} ${call.axis} ${who}`
    let pipeline = compiled.get(key)
    if (pipeline === undefined) {
      const form = { ...call.form(operands, rank), kept, team }
      pipeline = this.machine.pipelines.make(rowsText(rows, form), `rows(${describeRows(rows)})`)
      compiled.set(key, pipeline)
    }
    return pipeline
  }
}

/** Of one position; what combines two values counts as one. */
const operationsOf = ({ steps }: TypedRows): number =>
  steps.reduce((sum, { op, program }) => sum + operatorsOf(program).length + (op === null ? 0 : 1), 0)

/** A row program in words: what it reduces, in order. */
const describeRows = ({ steps }: TypedRows): string => steps.flatMap(({ op }) => op ?? []).join(' ')
