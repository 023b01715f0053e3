import type { Network } from '../network.ts'

/**
 * Which two arrays become one, by number: operands count from 0 in their order, and each result takes the next number. The
 * last pair gives the output.
 */
export type Pair = readonly [first: number, second: number]

/**
 * Choose an order of contraction.
 * @param memoryLimit elements that a result may have, the output aside.
 * @returns one pair fewer than there are operands, or null where no order was found that keeps the limit.
 */
export type Planner = (network: Network, memoryLimit: number) => readonly Pair[] | null
