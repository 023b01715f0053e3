import type { TypedProgram } from '@rungs/ndarray'
import { type KernelText, kernelText, readingAhead } from './kernel.ts'
import {
  addressText,
  advanceLines,
  loadLines,
  type SpaceForm,
  scalarFields,
  scalarText,
  spaceBindings,
  spaceFields,
  storeLines,
  walkingCoordinateLines,
} from './layout.ts'
import { programText } from './operators.ts'
import { fromStored, toStored } from './types.ts'

/** Threads of a workgroup of kernels in which each has one position. */
export const MAP_WORKGROUP = 64

/** What the text of an elementwise kernel depends on: operands are the program's outputs, then its inputs. */
export interface MapForm extends SpaceForm {
  readonly workgroup: number
  /** The last axis divides into vectors: no thread has fewer than `width` neighbours. */
  readonly whole: boolean
}

/**
 * Elementwise: a thread computes `width` neighbours along the last axis, so that its coordinates are worked out once for
 * them, and `p.steps` such groups, each beside those of the other threads of its workgroup.
 */
export function mapText(program: TypedProgram, form: MapForm): KernelText {
  const { rank, width, workgroup, whole } = form
  const outs = program.outTypes.length
  const at = (q: number): string => addressText(form, q, 0, rank, `p.offset${q}`)
  const used = usedInputs(program).map((input) => outs + input)
  const { lines, results } = programText(program, {
    input: (i) => `x${outs + i}`,
    scalar: (i) => scalarText(program.scalarTypes, i),
    coord: (dim) => coordText(form, dim),
  })
  const lanes = width === 4 && !whole ? 'lanes' : null
  const tail = lanes !== null ? [`let lanes = p.size${rank - 1} - i${rank - 1};`] : []
  const flat = isFlat(form)
  const placed = !flat || program.usesCoords
  return kernelText({
    width,
    bindings: spaceBindings(form),
    fields: ['steps: i32', ...spaceFields(form), ...scalarFields(program.scalarTypes)],
    workgroup: [workgroup, 1],
    body: [
      `let first = i32(workgroup) * ${workgroup} * p.steps + i32(local);`,
      `let end = min(first + ${workgroup} * p.steps, p.threads);`,
      ...(flat ? form.operands.map((_, q) => `let begin${q} = p.offset${q} >> 2u;`) : []),
      ...(placed ? walkingCoordinateLines(form, 'first', workgroup) : []),
      ...readingAhead([
        `for (var thread = first; thread < end; thread += ${workgroup}) {`,
        ...used.flatMap((q) => (flat ? [`let x${q} = ${loaded(form, q)};`] : loadLines(form, q, at(q)))),
        ...lines,
        ...tail,
        ...results.flatMap((result, q) =>
          flat ? [`${vectorAt(form, q)} = ${stored(form, q, result)};`] : storeLines(form, q, at(q), result, lanes),
        ),
        ...(placed ? advanceLines(form) : []),
        '}',
      ]),
    ],
  })
}

/** Flat arrays of whole vectors, which are numbered as threads are: nothing is left to work out, a sixth of the time. */
const isFlat = ({ rank, whole, operands }: MapForm): boolean =>
  rank === 1 && whole && operands.every(({ access }) => access === 'vector')
const vectorAt = ({ operands }: MapForm, q: number): string => `buffer${operands[q]!.buffer}[begin${q} + thread]`
const loaded = (form: MapForm, q: number): string => fromStored(form.operands[q]!.dtype, vectorAt(form, q))
const stored = ({ operands }: MapForm, q: number, value: string): string => toStored(operands[q]!.dtype, value)

export const threadLines = (workgroup: number): string[] => [
  `let thread = i32(workgroup * ${workgroup}u + local);`,
  'if (thread >= p.threads) {',
  'return;',
  '}',
]

export const usedInputs = ({ nodes }: TypedProgram): number[] => [
  ...new Set(nodes.filter(({ op }) => op === 'input').map(({ value }) => value)),
]

/** A coordinate of each of a thread's positions. */
export function coordText({ axis, width, axisOf }: SpaceForm, dim: number): string {
  const along = axisOf?.[dim] ?? dim
  return width === 4 && along === axis ? `(Int(i${along}) + Int(0, 1, 2, 3))` : `Int(i${along})`
}
