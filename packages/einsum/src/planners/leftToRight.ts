import { largestBetween, stepsOf } from '../contraction.ts'
import type { Pair, Planner } from './planner.ts'

/** The order in which the operands are written: the naive one. */
export const leftToRight: Planner = (network, memoryLimit) => {
  const count = network.operands.length
  const pairs = Array.from({ length: count - 1 }, (_, i): Pair => [i === 0 ? 0 : count + i - 1, i + 1])
  return largestBetween(network, stepsOf(network, pairs)) <= memoryLimit ? pairs : null
}
