import type { DType, ScanOp, TypedProgram } from '@rungs/ndarray'
import { BLOCK, combine, identity, joinLanes, joinWith } from './combine.ts'
import { type KernelText, kernelText } from './kernel.ts'
import {
  addressText,
  coordinateLines,
  loadLines,
  type SpaceForm,
  scalarFields,
  scalarText,
  spaceBindings,
  spaceFields,
  storeLines,
} from './layout.ts'
import { coordText, threadLines, usedInputs } from './map.ts'
import { castText, programText } from './operators.ts'
import { joinTeamLines, prefixLines, sharedText, type Team, teamLines } from './team.ts'
import { computedType, fromStored, storedType, toStored, valueType } from './types.ts'

/** What the text of a scan depends on: operand 0 is the result, the inputs follow; the last axis is scanned. */
export interface ScanForm extends SpaceForm {
  readonly op: ScanOp
  /** Who walks a run: a thread alone, or a team with a vector or an element a lane at a time. */
  readonly team: Team
  /**
   * Rows are cut into runs. `sums` writes the total of each run to operand 0, laid out [run, row]; `rest` goes on from the
   * running totals of the runs, its last operand. `whole` has one run a row.
   */
  readonly stage: 'whole' | 'sums' | 'rest'
}

/** Running sums or products along the last axis, of rows or of runs of them. */
export function scanText(program: TypedProgram, form: ScanForm): KernelText {
  const { rank, width, team } = form
  const kept = rank - 1
  const dtype = accumulatorOf(form)
  const inputs = usedInputs(program).map((input) => input + 1)
  const alone = team.size === 1
  return kernelText({
    width,
    bindings: spaceBindings(form),
    fields: ['rows: i32', 'run: i32', ...spaceFields(form), ...scalarFields(program.scalarTypes)],
    workgroup: [team.workgroup, 1],
    functions: alone ? '' : sharedText('shared0', valueType(dtype), team),
    body: [
      ...(alone ? threadLines(team.workgroup) : teamLines(team)),
      'let run = thread / p.rows;',
      'let row = thread - run * p.rows;',
      ...coordinateLines(form, 0, kept, 'row'),
      ...[0, ...inputs].map((q) => `let base${q} = ${addressText(form, q, 0, kept, `p.offset${q}`)};`),
      'let first = run * p.run;',
      `let end = min(first + p.run, p.size${kept});`,
      `var total = ${identity(form.op, dtype)};`,
      ...continueLines(form),
      ...(alone ? walkAlone(program, form) : walkTogether(program, form)),
      ...totalLines(form),
    ],
  })
}

const accumulatorOf = ({ operands }: ScanForm): DType => computedType(operands[0]!.dtype)
const lanesScanned = ({ width, axis, rank }: ScanForm): boolean => width === 4 && axis === rank - 1

/** A run begins with what the runs before it hold together. */
function continueLines(form: ScanForm): string[] {
  const { stage, operands } = form
  if (stage !== 'rest') return []
  const { buffer, dtype } = operands.at(-1)!
  const stored = `buffer${buffer}[thread - p.rows]`
  const before = lanesScanned(form) ? `${storedType(dtype, 4)}(${stored})` : stored
  return ['if (run > 0) {', `total = ${fromStored(dtype, before)};`, '}']
}

/** The value at one position, or at four, as the last of `lines`. */
function valueLines(program: TypedProgram, form: ScanForm): { lines: string[]; value: string } {
  const { rank } = form
  const kept = rank - 1
  const { lines, results } = programText(program, {
    input: (i) => `x${i + 1}`,
    scalar: (i) => scalarText(program.scalarTypes, i),
    coord: (dim) => coordText(form, dim),
  })
  const loads = usedInputs(program).flatMap((i) =>
    loadLines(form, i + 1, addressText(form, i + 1, kept, rank, `base${i + 1}`)),
  )
  return { lines: [...loads, ...lines], value: castText(program.outTypes[0]!, accumulatorOf(form), results[0]!) }
}

/** From `value` its `prefix`: running combinations over the four lanes, where they lie along the scanned axis. */
function prefixOfLanes(form: ScanForm): string[] {
  if (!lanesScanned(form)) return ['let prefix = value;']
  const { op } = form
  const dtype = accumulatorOf(form)
  const type = valueType(dtype)
  const start = identity(op, dtype)
  return [
    `let pairs = ${combine(op, dtype, 'value', `${type}(${start}.x, value.xyz)`)};`,
    `let prefix = ${combine(op, dtype, 'pairs', `${type}(${start}.xy, pairs.xy)`)};`,
  ]
}

/** What a thread's last position has, for all its lanes. */
const lastOf = (form: ScanForm, name: string): string =>
  lanesScanned(form) ? `${valueType(accumulatorOf(form))}(${name}.w)` : name

function walkAlone(program: TypedProgram, form: ScanForm): string[] {
  const { op, stage, rank } = form
  const kept = rank - 1
  const dtype = accumulatorOf(form)
  const step = lanesScanned(form) ? 4 : 1
  const { lines, value } = valueLines(program, form)
  const join = (a: string, b: string): string => combine(op, dtype, a, b)
  const result = join('total', 'sum')
  return [
    `for (var begin = first; begin < end; begin += ${BLOCK * step}) {`,
    `let stop = min(begin + ${BLOCK * step}, end);`,
    `var block = ${identity(op, dtype)};`,
    `for (var i${kept} = begin; i${kept} < stop; i${kept} += ${step}) {`,
    ...lines,
    `let value = ${value};`,
    ...(stage === 'sums'
      ? [`block = ${join('block', 'value')};`]
      : [
          ...prefixOfLanes(form),
          `let sum = ${join('block', 'prefix')};`,
          ...storeLines(form, 0, addressText(form, 0, kept, rank, 'base0'), result, null),
          `block = ${lastOf(form, 'sum')};`,
        ]),
    '}',
    `total = ${join('total', 'block')};`,
    '}',
  ]
}

function walkTogether(program: TypedProgram, form: ScanForm): string[] {
  const { op, stage, rank, team } = form
  const kept = rank - 1
  const dtype = accumulatorOf(form)
  const step = lanesScanned(form) ? 4 : 1
  const { lines, value } = valueLines(program, form)
  const start = identity(op, dtype)
  const join = (a: string, b: string): string => combine(op, dtype, a, b)
  return [
    `for (var tile = 0; tile < p.run; tile += ${team.size * step}) {`,
    `let i${kept} = first + tile + lane * ${step};`,
    `let inside = present && i${kept} < end;`,
    `var value = ${start};`,
    'if (inside) {',
    ...lines,
    `value = ${value};`,
    '}',
    ...(stage === 'sums'
      ? [`total = ${join('total', 'value')};`]
      : [
          ...prefixOfLanes(form),
          ...prefixLines(team, lastOf(form, 'prefix'), start, join),
          'if (inside) {',
          `let sum = ${join('before', 'prefix')};`,
          ...storeLines(form, 0, addressText(form, 0, kept, rank, 'base0'), join('total', 'sum'), null),
          '}',
          `total = ${join('total', 'whole')};`,
        ]),
    '}',
  ]
}

/** The total of a run goes to its place in operand 0. */
function totalLines(form: ScanForm): string[] {
  const { op, stage, operands, team } = form
  if (stage !== 'sums') return []
  const { dtype, buffer } = operands[0]!
  const lanes = lanesScanned(form)
  const together = team.size > 1
  const store = `buffer${buffer}[thread] = y0${lanes ? '.x' : ''};`
  return [
    ...(lanes ? joinLanes(op, dtype) : []),
    ...(together ? joinTeamLines(team, ['total'], (other) => joinWith(op, dtype, other!, '')) : []),
    `let y0 = ${toStored(dtype, 'total')};`,
    ...(together ? ['if (present && lane == 0) {', store, '}'] : [store]),
  ]
}
