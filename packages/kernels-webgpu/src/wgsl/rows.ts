import type { TypedRows } from '@rungs/ndarray'
import { accumulatorType, combine, identity, joinLanes, joinWith } from './combine.ts'
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
import { threadLines } from './map.ts'
import { castText, programText } from './operators.ts'
import { joinTeamLines, sharedText, type Team, teamLines } from './team.ts'
import { toStored, valueType } from './types.ts'
import { aheadOf, treeText, walkLines } from './walk.ts'

/** What the text of a row program depends on: operands are its results, then its inputs. */
export interface RowsForm extends SpaceForm {
  readonly kept: number
  /** Who computes a row, or four neighbouring ones: a thread alone, or a team. */
  readonly team: Team
}

/**
 * All steps of a row program: each reduction walks the row once more, and works out again what earlier steps kept of each
 * position, which costs less than to store it.
 */
export function rowsText(rows: TypedRows, form: RowsForm): KernelText {
  return new Writer(rows, form).text()
}

class Writer {
  private readonly rows: TypedRows
  private readonly form: RowsForm
  private readonly together: boolean
  private readonly lanesReduced: boolean

  constructor(rows: TypedRows, form: RowsForm) {
    this.rows = rows
    this.form = form
    this.together = form.team.size > 1
    this.lanesReduced = form.width === 4 && form.axis >= form.kept
  }

  text(): KernelText {
    const { rows, form, together } = this
    const { team, width, kept } = form
    const teams = team.workgroup / team.size
    const whole = rows.results.filter((number) => rows.steps[number]!.isWhole)
    const single = rows.results.filter((number) => !rows.steps[number]!.isWhole)
    return kernelText({
      width,
      bindings: spaceBindings(form),
      fields: ['length: i32', ...spaceFields(form), ...scalarFields(rows.scalarTypes)],
      workgroup: [team.workgroup, 1],
      functions: together
        ? [sharedText('shared0', 'Float', team), `var<workgroup> found: array<Float, ${teams}>;`].join('\n\n')
        : '',
      body: [
        ...(together
          ? [
              ...teamLines(team),
              `let own = ${team.across ? 'local %' : 'local /'} ${team.across ? teams : team.size}u;`,
            ]
          : threadLines(team.workgroup)),
        `let length = ${together ? 'select(0, p.length, present)' : 'p.length'};`,
        ...coordinateLines(form, 0, kept, 'thread'),
        ...form.operands.map((_, q) => `let base${q} = ${addressText(form, q, 0, kept, `p.offset${q}`)};`),
        ...rows.steps.flatMap((step, number) => {
          if (step.op !== null) return this.reduction(number)
          return step.isWhole ? [] : this.stepLines(number)
        }),
        ...(whole.length > 0
          ? [
              `for (var position = ${together ? 'lane' : '0'}; position < length; position += ${team.size}) {`,
              ...this.positionLines(whole),
              ...whole.flatMap((number) => this.storeWhole(number)),
              '}',
            ]
          : []),
        ...(single.length > 0
          ? [
              ...(together ? ['if (present && lane == 0) {'] : ['{']),
              ...single.flatMap((n) => this.storeSingle(n)),
              '}',
            ]
          : []),
      ],
    })
  }

  /** What these steps read at each position: operands, and earlier steps; with those of them that have a value there. */
  private needsOf(numbers: readonly number[]): { operands: number[]; steps: number[] } {
    const { rows } = this
    const inputs = new Set<number>()
    const steps = new Set<number>()
    const need = (number: number): void => {
      const { op, isWhole, reads } = rows.steps[number]!
      if (!isWhole && op === null) return
      for (const read of reads) {
        if (read < rows.inputs) inputs.add(read)
        else if (rows.steps[read - rows.inputs]!.isWhole) need(read - rows.inputs)
      }
      if (isWhole) steps.add(number)
    }
    numbers.forEach(need)
    return { operands: [...inputs].map((input) => input + rows.results.length), steps: [...steps] }
  }

  /** All of that at `position`. */
  private positionLines(numbers: readonly number[]): string[] {
    const { form } = this
    const { kept, rank } = form
    const { operands, steps } = this.needsOf(numbers)
    return [
      ...coordinateLines(form, kept, rank, 'position'),
      ...operands.flatMap((q) => loadLines(form, q, addressText(form, q, kept, rank, `base${q}`))),
      ...steps.flatMap((number) => this.stepLines(number)),
    ]
  }

  /** The formula of a step as `step{number}`. */
  private stepLines(number: number): string[] {
    const { program } = this.rows.steps[number]!
    return [`var step${number}: ${valueType(program.outTypes[0]!)};`, ...this.valueLines(number, `step${number}`)]
  }

  /** The formula of a step, into a variable. */
  private valueLines(number: number, name: string): string[] {
    const { inputs, results, steps, scalarTypes } = this.rows
    const { program, reads } = steps[number]!
    const { lines, results: values } = programText(program, {
      input: (i) => (reads[i]! < inputs ? `x${results.length + reads[i]!}` : `step${reads[i]! - inputs}`),
      scalar: (i) => scalarText(scalarTypes, i),
      coord: () => 'Int(0)',
    })
    return ['{', ...lines, `${name} = ${values[0]!};`, '}']
  }

  /** A reduction as `step{number}`, which every thread of a team knows. */
  private reduction(number: number): string[] {
    const { together, form, rows } = this
    const { program } = rows.steps[number]!
    const op = rows.steps[number]!.op!
    const [dtype] = program.outTypes
    const accumulator = accumulatorType(op, dtype!, dtype!)
    const join = (other: string): string[] => joinWith(op, accumulator, other, '')
    const combined = (a: string, b: string): string => combine(op, accumulator, a, b)
    const passed = [...this.needsOf([number]).steps, number]
    const nodes = passed.reduce((sum, step) => sum + rows.steps[step]!.program.nodes.length, 0)
    return [
      `var step${number}: ${valueType(accumulator)};`,
      '{',
      `var total = ${identity(op, accumulator)};`,
      ...walkLines({
        first: together ? 'lane' : '0',
        step: String(form.team.size),
        ahead: together ? aheadOf(nodes) : 1,
        found: { value: valueType(accumulator) },
        lines: [
          ...this.positionLines([number]),
          `var term: ${valueType(dtype!)};`,
          ...this.valueLines(number, 'term'),
          `let value = ${castText(dtype!, accumulator, 'term')};`,
        ],
        takeOne: [`total = ${combined('total', 'value')};`],
        takeSeveral: (found) => {
          const values = found.map(({ value }) => value!)
          return [`total = ${combined('total', treeText(values, combined))};`]
        },
      }),
      ...(this.lanesReduced ? joinLanes(op, accumulator) : []),
      ...(together
        ? [
            ...joinTeamLines(form.team, ['total'], join),
            'if (lane == 0) {',
            'found[own] = total;',
            '}',
            'workgroupBarrier();',
            `step${number} = found[own];`,
            'workgroupBarrier();',
          ]
        : [`step${number} = total;`]),
      '}',
    ]
  }

  private storeWhole(number: number): string[] {
    const { form } = this
    const { kept, rank } = form
    const q = this.rows.results.indexOf(number)
    return storeLines(form, q, addressText(form, q, kept, rank, `base${q}`), `step${number}`, null)
  }

  private storeSingle(number: number): string[] {
    const { form, lanesReduced } = this
    const q = this.rows.results.indexOf(number)
    if (!lanesReduced) return storeLines(form, q, `base${q}`, `step${number}`, null)
    const { buffer, dtype } = form.operands[q]!
    return [`let y${q} = ${toStored(dtype, `step${number}`)};`, `buffer${buffer}[base${q}] = y${q}.x;`]
  }
}
