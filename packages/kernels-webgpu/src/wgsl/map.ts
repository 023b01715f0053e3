import type { TypedProgram } from '@rungs/ndarray'
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
import { programText } from './operators.ts'

export const MAP_WORKGROUP = 64

/**
 * Elementwise: a thread computes `width` neighbours along the last axis, so that its coordinates are worked out once for
 * them. Operands are the program's outputs, then its inputs.
 */
export function mapText(program: TypedProgram, form: SpaceForm): KernelText {
  const { rank, width } = form
  const outs = program.outTypes.length
  const at = (q: number): string => addressText(q, 0, rank, `p.offset${q}`)
  const used = usedInputs(program).map((input) => outs + input)
  const { lines, results } = programText(program, {
    input: (i) => `x${outs + i}`,
    scalar: (i) => scalarText(program.scalarTypes, i),
    coord: (dim) => coordText(form, dim),
  })
  const tail = width === 4 ? [`let lanes = p.size${rank - 1} - i${rank - 1};`] : []
  return kernelText({
    width,
    bindings: spaceBindings(form),
    fields: [...spaceFields(form), ...scalarFields(program.scalarTypes)],
    workgroup: [MAP_WORKGROUP, 1],
    body: [
      ...threadLines(MAP_WORKGROUP),
      ...coordinateLines(form, 0, rank, 'thread'),
      ...used.flatMap((q) => loadLines(form, q, at(q))),
      ...lines,
      ...tail,
      ...results.flatMap((result, q) => storeLines(form, q, at(q), result, width === 4 ? 'lanes' : null)),
    ],
  })
}

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
