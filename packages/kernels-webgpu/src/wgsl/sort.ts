import type { DType } from '@rungs/ndarray'
import { type BufferBinding, type KernelText, kernelText } from './kernel.ts'
import { addressText, coordinateLines, type SpaceForm, spaceBindings, spaceFields } from './layout.ts'
import { MAP_WORKGROUP, threadLines } from './map.ts'
import { working } from './radix.ts'
import { valueType } from './types.ts'

/** Elements are sorted, and moved, as the bits that they are; of float16 there are no integers. */
export const sortedAs = (dtype: DType): DType => (dtype === 'float16' ? dtype : 'uint32')

/**
 * Operands are values, indices and the input, the first and the last as bits; the last axis is sorted. `dtype` is what the
 * bits mean.
 */
export interface SortForm extends SpaceForm {
  readonly dtype: DType
}

/** Parameters of every sort: `flip` turns keys round for a descending one. */
const sortFields = (form: SortForm): string[] => ['flip: u32', 'rows: i32', ...spaceFields(form)]

/**
 * `keyOf` maps bits to a number that is ordered as the elements are: NaN greatest, both zeros the same. Equal keys are equal
 * elements, also turned round, so a stable sort of keys is one of elements in both directions.
 */
function keyFunction(dtype: DType): string {
  const kind = valueType(dtype)
  const body =
    kind === 'Float'
      ? [
          'let size = bits & 0x7fffffffu;',
          'let key = select(bits | 0x80000000u, ~bits, bits > 0x80000000u);',
          'return p.flip ^ select(select(key, 0x80000000u, size == 0u), 0xffffffffu, size > 0x7f800000u);',
        ]
      : [`return p.flip ^ bits${kind === 'Int' ? ' ^ 0x80000000u' : ''};`]
  return `fn keyOf(bits: u32) -> u32 {\n  ${body.join('\n  ')}\n}`
}

/** Bits of a key that differ between elements. */
export const keyBits = (dtype: DType): number => ({ bool: 1, uint8: 8 })[dtype as string] ?? 32

const buffer = ({ operands }: SortForm, q: number): string => `buffer${operands[q]!.buffer}`
/** Where operand `q` has its row. */
const rowLines = (form: SortForm, operands: readonly number[]): string[] => {
  const kept = form.rank - 1
  return [
    ...coordinateLines(form, 0, kept, 'row'),
    ...operands.map((q) => `let base${q} = ${addressText(form, q, 0, kept, `p.offset${q}`)};`),
  ]
}
const element = (form: SortForm, q: number, position: string): string =>
  `${buffer(form, q)}[base${q} + (${position}) * p.stride${q}_${form.rank - 1}]`
const keyText = (form: SortForm, position: string): string => {
  const stored = element(form, 2, position)
  return `keyOf(${form.dtype === 'float16' ? `bitcast<u32>(f32(${stored}))` : stored})`
}
/** One pair goes to its place in the output. */
const pairLines = (form: SortForm, position: string, place: string): string[] => [
  `${element(form, 1, position)} = ${place};`,
  `${element(form, 0, position)} = ${element(form, 2, place)};`,
]

/** A thread sorts a short row by insertion, in the indices that it writes. */
export function insertionText(form: SortForm): KernelText {
  const length = `p.size${form.rank - 1}`
  return kernelText({
    width: 1,
    bindings: spaceBindings(form),
    fields: sortFields(form),
    workgroup: [MAP_WORKGROUP, 1],
    functions: keyFunction(form.dtype),
    body: [
      ...threadLines(MAP_WORKGROUP),
      'let row = thread;',
      ...rowLines(form, [0, 1, 2]),
      `for (var i = 0; i < ${length}; i += 1) {`,
      `let key = ${keyText(form, 'i')};`,
      'var free = i;',
      'while (free > 0) {',
      `let place = ${element(form, 1, 'free - 1')};`,
      `if (${keyText(form, 'place')} <= key) {`,
      'break;',
      '}',
      `${element(form, 1, 'free')} = place;`,
      'free -= 1;',
      '}',
      `${element(form, 1, 'free')} = i;`,
      '}',
      `for (var i = 0; i < ${length}; i += 1) {`,
      `${element(form, 0, 'i')} = ${element(form, 2, element(form, 1, 'i'))};`,
      '}',
    ],
  })
}

/** Keys that a workgroup ranks in its memory. */
export const RANKED_KEYS = 1024
const RANK_WORKGROUP = 256

/** A workgroup sorts as many rows as it has room for: the place of a key is the number of keys that come before it. */
export function rankText(form: SortForm): KernelText {
  const length = `p.size${form.rank - 1}`
  const eachKey = (body: readonly string[]): string[] => [
    `for (var slot = i32(local); slot < count; slot += ${RANK_WORKGROUP}) {`,
    `let line = slot / ${length};`,
    `let i = slot - line * ${length};`,
    'let row = firstRow + line;',
    ...body,
    '}',
  ]
  return kernelText({
    width: 1,
    bindings: spaceBindings(form),
    fields: sortFields(form),
    workgroup: [RANK_WORKGROUP, 1],
    functions: [`var<workgroup> keys: array<u32, ${RANKED_KEYS}>;`, keyFunction(form.dtype)].join('\n\n'),
    body: [
      `let room = ${RANKED_KEYS} / ${length};`,
      'let firstRow = i32(workgroup) * room;',
      `let count = min(room, p.rows - firstRow) * ${length};`,
      ...eachKey([...rowLines(form, [2]), `keys[slot] = ${keyText(form, 'i')};`]),
      'workgroupBarrier();',
      ...eachKey([
        'let key = keys[slot];',
        `let begin = line * ${length};`,
        'var place = 0;',
        `for (var j = 0; j < ${length}; j += 1) {`,
        'let other = keys[begin + j];',
        'place += select(0, 1, other < key || (other == key && j < i));',
        '}',
        ...rowLines(form, [0, 1, 2]),
        ...pairLines(form, 'place', 'i'),
      ]),
    ],
  })
}

/** Keys and places of all elements, rows one after another, as a radix sort wants them. */
export function keysText(form: SortForm): KernelText {
  return elementwise(
    form,
    [working('keys', 'u32', true), working('places', 'i32', true)],
    [2],
    keyFunction(form.dtype),
    [`keys[thread] = ${keyText(form, 'i')};`, 'places[thread] = i;'],
  )
}

/** Where sorted places are known, the output is gathered. */
export function gatherSortedText(form: SortForm): KernelText {
  return elementwise(form, [working('places', 'i32', false)], [0, 1, 2], '', [
    'let place = places[thread];',
    ...pairLines(form, 'i', 'place'),
  ])
}

function elementwise(
  form: SortForm,
  extra: readonly BufferBinding[],
  operands: readonly number[],
  functions: string,
  body: readonly string[],
): KernelText {
  return kernelText({
    width: 1,
    bindings: [...spaceBindings(form), ...extra],
    fields: sortFields(form),
    workgroup: [MAP_WORKGROUP, 1],
    functions,
    body: [
      ...threadLines(MAP_WORKGROUP),
      `let row = thread / p.size${form.rank - 1};`,
      `let i = thread - row * p.size${form.rank - 1};`,
      ...rowLines(form, operands),
      ...body,
    ],
  })
}
