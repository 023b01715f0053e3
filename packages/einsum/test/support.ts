import { array, type NDArray, type Shape, zeros } from '@rungs/ndarray'
import type { GoldenArray } from '@rungs/testing'
import { parseEquation } from '../src/equation.ts'
import type { Sublist } from '../src/index.ts'
import { bindLabels } from '../src/labels.ts'
import { type Network, prepare } from '../src/network.ts'

/** A golden array; zeros where only its shape is given. */
export const arrayOf = ({ shape, data }: Pick<GoldenArray, 'shape' | 'data'>): NDArray =>
  data.length === 0 ? zeros(shape) : array([...data]).reshape(shape)

/** The words of a call in sublist form. */
export function wordsOf(
  operands: readonly NDArray[],
  sublists: readonly Sublist[],
): [NDArray, Sublist, ...(NDArray | Sublist)[]] {
  const words = operands.flatMap((operand, i) => [operand, sublists[i]!])
  return [...words, ...sublists.slice(operands.length)] as [NDArray, Sublist, ...(NDArray | Sublist)[]]
}

/** The network that remains of an equation for a planner. */
export const networkOf = (equation: string, shapes: readonly Shape[]): Network =>
  prepare(bindLabels(parseEquation(equation), shapes), shapes)[0]

/** What a call throws; an Error that says so when it throws nothing. */
export function thrown(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}
