import type { TypedProgram } from '../program.ts'
import { combining, identityOf, LANES, type Reduction } from './kernels.ts'
import { castOperator, operatorFor, textOf } from './operators.ts'
import { bodyOf, numberText, type Walk } from './text.ts'

export interface Combination {
  /** The next element, in the accumulator's dtype. */
  readonly element: string
  /** A statement that takes it into `accumulator`. */
  readonly take: (accumulator: string, position: string, at: string) => string
  /** Two accumulators joined. */
  readonly join: (a: string, b: string) => string
  readonly identity: string
}

export function combination(program: TypedProgram, { op, dtype, running }: Reduction): Combination {
  const { result } = bodyOf(program, () => '')
  const element = textOf(castOperator(program.outTypes[0]!, dtype), result)
  const identity = numberText(identityOf(op, dtype))
  const combine = combining[op]
  if (combine === null) {
    const better = op === 'argmax' ? '>' : '<'
    return {
      element,
      identity,
      join: () => '',
      take: (accumulator, position, at) =>
        `if (element ${better} ${accumulator} || (element !== element && ${accumulator} === ${accumulator})) { ${accumulator} = element; ${position} = ${at} }\n`,
    }
  }
  const operator = operatorFor(combine, dtype)
  return {
    element,
    identity,
    join: (a, b) => textOf(operator, a, b),
    take: (accumulator) =>
      `${running ? 'd0[p0] = ' : ''}${accumulator} = ${textOf(operator, accumulator, 'element')}\n`,
  }
}

/** All accumulators take one element each, row after row. */
export const rowsLoop = (walk: Walk, varying: string, combine: Combination): string => `
for (let k = 0; k < length; k++) {
${walk.outer}for (let j = 0; j < count; j++) {
${varying}const element = ${combine.element}
${combine.take('accumulators[j]', 'positions[j]', 'position + k')}${walk.inner}}
}`

/** One accumulator after the other takes all its elements. */
export const alongLoop = (walk: Walk, varying: string, combine: Combination): string => `
for (let j = 0; j < count; j++) {
${walk.outer}let best = accumulators[j], where = positions[j]
for (let k = 0; k < length; k++) {
${varying}const element = ${combine.element}
${combine.take('best', 'where', 'position + k')}${walk.inner}}
accumulators[j] = best; positions[j] = where
}`

/** As `alongLoop`, in lanes joined at the end. */
export function lanesLoop(walk: Walk, varying: string, { element, take, join, identity }: Combination): string {
  const lanes = [...Array(LANES).keys()]
  const one = (lane: number): string =>
    `{\n${varying}const element = ${element}\n${take(`lane${lane}`, '', '')}}\n${walk.inner}`
  return `
for (let j = 0; j < count; j++) {
${walk.outer}let lane0 = accumulators[j], lane1 = ${identity}, lane2 = ${identity}, lane3 = ${identity}, k = 0
for (const end = length - ${LANES - 1}; k < end; k += ${LANES}) {
${lanes.map(one).join('')}}
for (; k < length; k++) {
${one(0)}}
accumulators[j] = ${join(`(${join('lane0', 'lane1')})`, `(${join('lane2', 'lane3')})`)}
}`
}
