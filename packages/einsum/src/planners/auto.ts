import { greedy } from './greedy.ts'
import { optimal } from './optimal.ts'
import type { Planner } from './planner.ts'

/** Where an optimal order takes two milliseconds to find, and three times as long for each operand more. */
const OPTIMAL_OPERANDS = 10

/** The optimal order of up to ten operands, the greedy one of more. */
export const auto: Planner = (network, memoryLimit) =>
  (network.operands.length <= OPTIMAL_OPERANDS ? optimal : greedy)(network, memoryLimit)
