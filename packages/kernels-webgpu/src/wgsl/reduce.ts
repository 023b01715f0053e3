import type { DType, ReduceOp, TypedProgram } from '@rungs/ndarray'
import {
  accumulatorType,
  BLOCK,
  betterFunction,
  combine,
  findsPlace,
  identity,
  joinLanes,
  keepBetter,
} from './combine.ts'
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
import { toStored } from './types.ts'

/** What the text of a reduction depends on: operand 0 is the result, the inputs follow. */
export interface ReduceForm extends SpaceForm {
  readonly op: ReduceOp
  readonly kept: number
  readonly workgroup: number
  /**
   * A partial reduction writes what it accumulated to operand 0, laid out [part, position]; for argmax and argmin the last
   * operand takes the places. A final one over partials of argmax and argmin finds the places in its last operand.
   */
  readonly stage: 'whole' | 'partial' | 'final'
}

/**
 * A reduction without barriers: a thread computes `width` results (the vector axis is kept) or one (it is reduced, and its
 * lanes are combined at the end), or one part of them, walking every `p.parts`-th position of the reduced axes.
 */
export function reduceText(program: TypedProgram, form: ReduceForm): KernelText {
  const { op, rank, kept, width, axis, workgroup, stage } = form
  const lanesReduced = width === 4 && axis >= kept
  const accumulator = accumulatorType(op, program.outTypes[0]!, form.operands[0]!.dtype)
  const places = findsPlace(op)
  const inputs = usedInputs(program).map((input) => input + 1)
  const extra = form.operands.length - 1
  const walked = places && stage === 'final' ? [...inputs, extra] : inputs
  const { lines, results } = programText(program, {
    input: (i) => `x${i + 1}`,
    scalar: (i) => scalarText(program.scalarTypes, i),
    coord: (dim) => coordText(form, dim),
  })
  const value = castText(program.outTypes[0]!, accumulator, results[0]!)
  const blocked = op === 'sum' && accumulator === 'float32'
  const step = places
    ? [`let value = ${value};`, `let place = ${placeText(form)};`, ...keepBetter('value', 'place')]
    : [
        `let value = ${value};`,
        `${blocked ? 'block' : 'total'} = ${combine(op, accumulator, blocked ? 'block' : 'total', 'value')};`,
      ]
  const at = [
    ...coordinateLines(form, kept, rank, 'position'),
    ...walked.flatMap((q) => loadLines(form, q, addressText(q, kept, rank, `base${q}`))),
    ...lines,
    ...step,
  ]
  const start = identity(op, accumulator)
  return kernelText({
    width,
    bindings: spaceBindings(form),
    fields: ['parts: i32', 'length: i32', ...spaceFields(form), ...scalarFields(program.scalarTypes)],
    workgroup: [workgroup, 1],
    functions: places ? betterFunction(op, accumulator) : '',
    body: [
      ...threadLines(workgroup),
      ...(stage === 'partial'
        ? [
            'let results = p.threads / p.parts;',
            'let part = thread / results;',
            'let result = thread - part * results;',
          ]
        : ['let part = 0;', 'let result = thread;']),
      ...coordinateLines(form, 0, kept, 'result'),
      ...walked.map((q) => `let base${q} = ${addressText(q, 0, kept, `p.offset${q}`)};`),
      `var total = ${start};`,
      ...(places ? ['var found = Int(2147483647);'] : []),
      ...(blocked
        ? [
            `for (var first = part; first < p.length; first += ${BLOCK} * p.parts) {`,
            `let end = min(first + ${BLOCK} * p.parts, p.length);`,
            `var block = ${start};`,
            'for (var position = first; position < end; position += p.parts) {',
            ...at,
            '}',
            `total = ${combine(op, accumulator, 'total', 'block')};`,
            '}',
          ]
        : ['for (var position = part; position < p.length; position += p.parts) {', ...at, '}']),
      ...(lanesReduced ? joinLanes(op, accumulator) : []),
      ...finish(form, accumulator, lanesReduced),
    ],
  })
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
      return storeLines(form, q, addressText(q, 0, kept, `p.offset${q}`), value, null)
    }
    const scale = width === 4 && !lanesReduced ? ' * 4' : ''
    const place = stage === 'partial' ? `(part * results + result)${scale}` : addressText(q, 0, kept, `p.offset${q}`)
    const buffer = `buffer${operands[q]!.buffer}`
    const target = scale === '' ? `${buffer}[${place}]` : `${buffer}[(${place}) >> 2u]`
    const as = stage === 'partial' ? dtype : operands[q]!.dtype
    return [`let y${q} = ${toStored(as, value)};`, `${target} = y${q}${lanesReduced ? '.x' : ''};`]
  }
  if (!findsPlace(op)) return store(0, accumulator, 'total')
  if (stage !== 'partial') return store(0, 'int32', 'found')
  return [...store(0, accumulator, 'total'), ...store(operands.length - 1, 'int32', 'found')]
}
