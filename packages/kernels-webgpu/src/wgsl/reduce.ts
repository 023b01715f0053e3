import type { DType, ReduceOp, TypedProgram } from '@rungs/ndarray'
import {
  accumulatorType,
  BLOCK,
  betterFunction,
  combine,
  findsPlace,
  identity,
  joinLanes,
  joinWith,
  keepBetter,
} from './combine.ts'
import { type KernelText, kernelText, readingAhead } from './kernel.ts'
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
import { joinTeamLines, sharedText, type Team, teamLines } from './team.ts'
import { toStored, valueType } from './types.ts'
import { aheadOf, treeText, walkLines } from './walk.ts'

/** What the text of a reduction depends on: operand 0 is the result, the inputs follow. */
export interface ReduceForm extends SpaceForm {
  readonly op: ReduceOp
  readonly kept: number
  /** Who computes a result, or a part of it: a thread alone, or a team. */
  readonly team: Team
  /**
   * A partial reduction writes what it accumulated to operand 0, laid out [part, position]; for argmax and argmin the last
   * operand takes the places. A final one over partials of argmax and argmin finds the places in its last operand.
   */
  readonly stage: 'whole' | 'partial' | 'final'
}

/**
 * A thread, or a team, computes `width` results (the vector axis is kept) or one (it is reduced, and its lanes are combined
 * at the end), or one part of them, walking every `p.parts`-th position of the reduced axes.
 */
export function reduceText(program: TypedProgram, form: ReduceForm): KernelText {
  const { op, kept, width, axis, team, stage } = form
  const lanesReduced = width === 4 && axis >= kept
  const accumulator = accumulatorOf(program, form)
  const places = findsPlace(op)
  const together = team.size > 1
  const accumulators = places ? ['total', 'found'] : ['total']
  const types = [valueType(accumulator), 'Int']
  const join = (other: string, place = ''): string[] => joinWith(op, accumulator, other, place)
  return kernelText({
    width,
    bindings: spaceBindings(form),
    fields: ['parts: i32', 'length: i32', ...spaceFields(form), ...scalarFields(program.scalarTypes)],
    workgroup: [team.workgroup, 1],
    functions: [
      ...(together ? accumulators.map((_, i) => sharedText(`shared${i}`, types[i]!, team)) : []),
      ...(places ? [betterFunction(op, accumulator)] : []),
    ].join('\n\n'),
    body: [
      ...(together ? teamLines(team) : threadLines(team.workgroup)),
      ...(stage === 'partial'
        ? [
            'let results = p.threads / p.parts;',
            'let part = thread / results;',
            'let result = thread - part * results;',
          ]
        : ['let part = 0;', 'let result = thread;']),
      ...coordinateLines(form, 0, kept, 'result'),
      ...walkedOperands(program, form).map((q) => `let base${q} = ${addressText(form, q, 0, kept, `p.offset${q}`)};`),
      `var total = ${identity(op, accumulator)};`,
      ...(places ? ['var found = Int(2147483647);'] : []),
      ...(together ? walkTogether(program, form) : readingAhead(walkAlone(program, form))),
      ...(lanesReduced ? joinLanes(op, accumulator) : []),
      ...(together ? joinTeamLines(accumulator === 'bool' ? { ...team, subgroup: 0 } : team, accumulators, join) : []),
      ...(together ? ['if (present && lane == 0) {'] : []),
      ...finish(form, accumulator, lanesReduced),
      ...(together ? ['}'] : []),
    ],
  })
}

const accumulatorOf = (program: TypedProgram, { op, operands }: ReduceForm): DType =>
  accumulatorType(op, program.outTypes[0]!, operands[0]!.dtype)

/** The operands that are read at each position. */
function walkedOperands(program: TypedProgram, { op, stage, operands }: ReduceForm): number[] {
  const inputs = usedInputs(program).map((input) => input + 1)
  return findsPlace(op) && stage === 'final' ? [...inputs, operands.length - 1] : inputs
}

/** The value at `position`, and its place where one is sought. */
function valueLines(program: TypedProgram, form: ReduceForm): string[] {
  const { op, rank, kept } = form
  const { lines, results } = programText(program, {
    input: (i) => `x${i + 1}`,
    scalar: (i) => scalarText(program.scalarTypes, i),
    coord: (dim) => coordText(form, dim),
  })
  return [
    ...coordinateLines(form, kept, rank, 'position'),
    ...walkedOperands(program, form).flatMap((q) => loadLines(form, q, addressText(form, q, kept, rank, `base${q}`))),
    ...lines,
    `let value = ${castText(program.outTypes[0]!, accumulatorOf(program, form), results[0]!)};`,
    ...(findsPlace(op) ? [`let place = ${placeText(form)};`] : []),
  ]
}

function walkAlone(program: TypedProgram, form: ReduceForm): string[] {
  const { op } = form
  const accumulator = accumulatorOf(program, form)
  const value = valueLines(program, form)
  if (op !== 'sum' || accumulator !== 'float32') {
    const step = findsPlace(op)
      ? keepBetter('value', 'place')
      : [`total = ${combine(op, accumulator, 'total', 'value')};`]
    return ['for (var position = part; position < p.length; position += p.parts) {', ...value, ...step, '}']
  }
  return [
    `for (var first = part; first < p.length; first += ${BLOCK} * p.parts) {`,
    `let end = min(first + ${BLOCK} * p.parts, p.length);`,
    `var block = ${identity(op, accumulator)};`,
    'for (var position = first; position < end; position += p.parts) {',
    ...value,
    `block = ${combine(op, accumulator, 'block', 'value')};`,
    '}',
    `total = ${combine(op, accumulator, 'total', 'block')};`,
    '}',
  ]
}

function walkTogether(program: TypedProgram, form: ReduceForm): string[] {
  const { op, team } = form
  const accumulator = accumulatorOf(program, form)
  const places = findsPlace(op)
  const combined = (a: string, b: string): string => combine(op, accumulator, a, b)
  const type = valueType(accumulator)
  return [
    'let length = select(0, p.length, present);',
    ...walkLines({
      first: `part * ${team.size} + lane`,
      step: `p.parts * ${team.size}`,
      ahead: aheadOf(program.nodes.length),
      found: places ? { value: type, place: 'Int' } : { value: type },
      lines: valueLines(program, form),
      takeOne: places ? keepBetter('value', 'place') : [`total = ${combined('total', 'value')};`],
      takeSeveral: (found) => {
        if (places) return found.flatMap(({ value, place }) => ['{', ...keepBetter(value!, place!), '}'])
        const values = found.map(({ value }) => value!)
        return [`total = ${combined('total', treeText(values, combined))};`]
      },
    }),
  ]
}

/** Which position of the reduced axes, in row-major order, a lane looks at. */
function placeText({ stage, operands, width, axis, kept }: ReduceForm): string {
  if (stage === 'final') return `x${operands.length - 1}`
  if (width === 1 || axis < kept) return 'Int(position)'
  return 'Int(position * 4) + Int(0, 1, 2, 3)'
}

/** The last lines: what was accumulated goes to operand 0, and the places of partials to the last operand. */
function finish(form: ReduceForm, accumulator: DType, lanesReduced: boolean): string[] {
  const { op, kept, stage, operands, width } = form
  const store = (q: number, dtype: DType, value: string): string[] => {
    if (stage !== 'partial' && !lanesReduced) {
      return storeLines(form, q, addressText(form, q, 0, kept, `p.offset${q}`), value, null)
    }
    const scale = width === 4 && !lanesReduced ? ' * 4' : ''
    const place =
      stage === 'partial' ? `(part * results + result)${scale}` : addressText(form, q, 0, kept, `p.offset${q}`)
    const buffer = `buffer${operands[q]!.buffer}`
    const target = scale === '' ? `${buffer}[${place}]` : `${buffer}[(${place}) >> 2u]`
    const as = stage === 'partial' ? dtype : operands[q]!.dtype
    return [`let y${q} = ${toStored(as, value)};`, `${target} = y${q}${lanesReduced ? '.x' : ''};`]
  }
  if (!findsPlace(op)) return store(0, accumulator, 'total')
  if (stage !== 'partial') return store(0, 'int32', 'found')
  return [...store(0, accumulator, 'total'), ...store(operands.length - 1, 'int32', 'found')]
}
