import type { DType } from '@rungs/ndarray'
import type { BufferBinding } from './kernel.ts'
import {
  computedType,
  fromStored,
  storedScalar,
  storedType,
  toStored,
  valueType,
  vectorOf,
  type Width,
} from './types.ts'

/**
 * How the positions of one thread lie in an operand: `strided` one by one at any stride, `broadcast` all at one element,
 * `vector` as one vec4.
 */
export type Access = 'strided' | 'broadcast' | 'vector'
export const accesses: readonly Access[] = ['strided', 'broadcast', 'vector']

/** One operand of a kernel over a `Layout`: its number names its offset and strides. */
export interface Operand {
  readonly dtype: DType
  /** Number of the buffer that it lies in. */
  readonly buffer: number
  readonly access: Access
}

/** What the text of a kernel over a `Layout` depends on, apart from its program. */
export interface SpaceForm {
  readonly rank: number
  readonly width: Width
  /** The axis along which a thread takes `width` positions. */
  readonly axis: number
  readonly operands: readonly Operand[]
  /** For each dim that a program's coordinates name, its axis; left out where they are the same. */
  readonly axisOf?: readonly number[]
  /** By buffer: is it written? */
  readonly writes: readonly boolean[]
}

/** Parameters of a layout: sizes, then each operand's offset and strides. */
export function spaceFields({ rank, operands }: SpaceForm): string[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  const fields = axes.map((axis) => `size${axis}: i32`)
  operands.forEach((_, q) => {
    fields.push(`offset${q}: i32`, ...axes.map((axis) => `stride${q}_${axis}: i32`))
  })
  return fields
}

/** Each distinct buffer once, as vectors where every operand in it is one. */
export function spaceBindings({ operands, writes }: SpaceForm): BufferBinding[] {
  return writes.map((written, buffer) => {
    const inside = operands.filter((operand) => operand.buffer === buffer)
    const width = inside.every(({ access }) => access === 'vector') ? 4 : 1
    return { name: `buffer${buffer}`, type: storedType(inside[0]!.dtype, width), writes: written }
  })
}

/** Positions along the axes `[from, to)` out of the number `source` that counts them in row-major order. */
export function coordinateLines(form: SpaceForm, from: number, to: number, source: string): string[] {
  const lines: string[] = []
  let rest = source
  for (let axis = to - 1; axis >= from; axis--) {
    const vector = axis === form.axis && form.width === 4
    const scale = vector ? ' * 4' : ''
    if (axis === from) lines.push(`let i${axis} = ${rest}${scale};`)
    else {
      const size = vector ? `(p.size${axis} + 3) / 4` : `p.size${axis}`
      lines.push(`let n${axis} = ${size};`, `let q${axis} = ${rest} / n${axis};`)
      lines.push(`let i${axis} = (${rest} - q${axis} * n${axis})${scale};`)
      rest = `q${axis}`
    }
  }
  return lines
}

/**
 * Coordinates of all axes as variables, for the number `source` and, after each `advanceLines`, for a number that is `step`
 * higher: that takes additions where counting anew takes divisions.
 */
export function walkingCoordinateLines(form: SpaceForm, source: string, step: number): string[] {
  const { rank } = form
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  const lines = coordinateLines(form, 0, rank, source).map((line) => line.replace(/^let (i\d+) =/, 'var $1 ='))
  let rest = `${step}`
  for (const axis of axes.reverse()) {
    const scale = axis === form.axis && form.width === 4 ? ' * 4' : ''
    if (axis === 0) lines.push(`let step0 = ${rest}${scale};`)
    else {
      lines.push(`let ahead${axis} = ${rest} / n${axis};`)
      lines.push(`let step${axis} = (${rest} - ahead${axis} * n${axis})${scale};`)
      lines.push(`let end${axis} = n${axis}${scale};`)
      rest = `ahead${axis}`
    }
  }
  return lines
}

export function advanceLines({ rank }: SpaceForm): string[] {
  const lines: string[] = []
  for (let axis = rank - 1; axis > 0; axis--) {
    lines.push(`i${axis} += step${axis}${axis === rank - 1 ? '' : ` + carry${axis + 1}`};`)
    lines.push(`let carry${axis} = select(0, 1, i${axis} >= end${axis});`)
    lines.push(`i${axis} -= carry${axis} * end${axis};`)
  }
  return [...lines, `i0 += step0${rank === 1 ? '' : ' + carry1'};`]
}

/** The element where operand `q` is at the coordinates of the axes `[from, to)`; vectors have stride 1, what stands still 0. */
export function addressText(
  { operands, axis: vectors }: SpaceForm,
  q: number,
  from: number,
  to: number,
  start: string,
): string {
  const { access } = operands[q]!
  const terms = [start]
  for (let axis = from; axis < to; axis++) {
    if (axis !== vectors || access === 'strided') terms.push(`i${axis} * p.stride${q}_${axis}`)
    else if (access === 'vector') terms.push(`i${axis}`)
  }
  return terms.join(' + ')
}

/** Read operand `q` at `address` into `x{q}`. */
export function loadLines(form: SpaceForm, q: number, address: string): string[] {
  const { dtype, buffer, access } = form.operands[q]!
  const name = `buffer${buffer}`
  const stored = (text: string): string => `let x${q} = ${fromStored(dtype, text)};`
  if (form.width === 1) return [stored(`${name}[${address}]`)]
  if (access === 'vector') return [stored(`${name}[(${address}) >> 2u]`)]
  if (access === 'broadcast') return [stored(`${vectorOf(storedScalar(dtype), 4)}(${name}[${address}])`)]
  const lanes = lanesOf(`at${q}`, `apart${q}`).map((at) => `${name}[${at}]`)
  return [
    `let at${q} = ${address};`,
    `let apart${q} = p.stride${q}_${form.axis};`,
    stored(`${vectorOf(storedScalar(dtype), 4)}(${lanes.join(', ')})`),
  ]
}

const lanesOf = (at: string, step: string): string[] => [
  at,
  `${at} + ${step}`,
  `${at} + 2 * ${step}`,
  `${at} + 3 * ${step}`,
]

/**
 * Write `value` to operand `q`; `lanes`, where some threads have fewer than four positions, names how many. Only whole
 * vectors are written as such, and the last one of a flat array lane by lane by one thread.
 */
export function storeLines(form: SpaceForm, q: number, address: string, value: string, lanes: string | null): string[] {
  const { dtype, buffer, access } = form.operands[q]!
  const name = `buffer${buffer}`
  const stored = `let y${q} = ${toStored(dtype, value)};`
  if (form.width === 1) return [stored, `${name}[${address}] = y${q};`]
  const whole = access === 'vector'
  const places = whole
    ? [0, 1, 2, 3].map((lane) => `${name}[to${q}][${lane}]`)
    : lanesOf(`to${q}`, `apart${q}`).map((at) => `${name}[${at}]`)
  const lines = [stored, `let to${q} = ${whole ? `(${address}) >> 2u` : address};`]
  if (!whole) lines.push(`let apart${q} = p.stride${q}_${form.axis};`)
  const single = (lane: number): string => `${places[lane]} = y${q}[${lane}];`
  const all = whole ? [`${name}[to${q}] = y${q};`] : [0, 1, 2, 3].map(single)
  if (lanes === null) return [...lines, ...all]
  const some = [0, 1, 2].flatMap((lane) =>
    lane === 0 ? [single(0)] : [`if (${lanes} > ${lane}) {`, single(lane), '}'],
  )
  return [...lines, `if (${lanes} >= 4) {`, ...all, '} else {', ...some, '}']
}

/** Scalars of a program as parameters, and how a program reads them. */
export function scalarFields(types: readonly DType[]): string[] {
  return types.map((dtype, i) => `scalar${i}: ${storedScalar(computedType(dtype))}`)
}

export const scalarText = (types: readonly DType[], i: number): string =>
  types[i] === 'bool' ? `Bool(p.scalar${i} != 0u)` : `${valueType(types[i]!)}(p.scalar${i})`
