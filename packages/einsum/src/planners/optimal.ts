import { costOf } from '../contraction.ts'
import { EinsumError } from '../errors.ts'
import type { Network } from '../network.ts'
import { greedy } from './greedy.ts'
import type { Pair, Planner } from './planner.ts'

/** Beyond this a plan takes longer than most contractions: three to the power of the operands. */
const MOST_OPERANDS = 16

/**
 * The cheapest order there is, outer products included: dynamic programming over sets of operands. What costs more than the
 * greedy order is not followed.
 *
 * Source: R. N. C. Pfeifer, J. Haegeman and F. Verstraete, "Faster identification of optimal contraction sequences for
 * tensor networks", Physical Review E 90 (2014).
 * @throws {EinsumError} for more than sixteen operands.
 */
export const optimal: Planner = (network, memoryLimit) => {
  const count = network.operands.length
  if (count > MOST_OPERANDS) {
    throw new EinsumError(`einsum(): optimal takes at most ${MOST_OPERANDS} operands, got ${count}; use greedy`)
  }
  const simple = greedy(network, memoryLimit)
  const bound = simple === null ? Number.POSITIVE_INFINITY : costOf(network, simple)
  const sets = contractSets(network, memoryLimit, bound)
  return sets === null ? simple : pairsOf(sets, count)
}

/** By set of operands, as bits: the part of it that is contracted before it meets the rest of it. */
type Splits = Int32Array

function contractSets({ operands, output, sizes }: Network, memoryLimit: number, bound: number): Splits | null {
  const all = 2 ** operands.length - 1
  // Who has a label, the output as one operand more: a set of operands keeps the label while somebody outside has it.
  const holders = sizes.map((_, label) =>
    [...operands, output].reduce((bits, list, i) => (list.includes(label) ? bits | (1 << i) : bits), 0),
  )
  const isKept = (label: number, set: number): boolean =>
    (holders[label]! & set) !== 0 && (holders[label]! & ~set) !== 0
  const sizeOfSets = (first: number, second: number): number => {
    let size = 1
    for (let label = 0; label < sizes.length; label++) {
      if (isKept(label, first) || isKept(label, second)) size *= sizes[label]!
    }
    return size
  }

  const costs = new Float64Array(all + 1).fill(Number.POSITIVE_INFINITY)
  const splits = new Int32Array(all + 1)
  for (let set = 1; set <= all; set++) {
    const lowest = set & -set
    if (set === lowest) {
      costs[set] = 0
      continue
    }
    if (set !== all && sizeOfSets(set, set) > memoryLimit) continue
    // Both halves of a set are smaller numbers than the set, so they have been seen; the lowest operand is in the first.
    const others = set ^ lowest
    for (let second = others; second > 0; second = (second - 1) & others) {
      const first = set ^ second
      const before = costs[first]! + costs[second]!
      if (before < costs[set]! && before <= bound) {
        const cost = before + sizeOfSets(first, second)
        if (cost < costs[set]! && cost <= bound) {
          costs[set] = cost
          splits[set] = first
        }
      }
    }
  }
  return costs[all]! < Number.POSITIVE_INFINITY ? splits : null
}

function pairsOf(splits: Splits, count: number): Pair[] {
  const pairs: Pair[] = []
  const visit = (set: number): number => {
    if ((set & (set - 1)) === 0) return 31 - Math.clz32(set)
    const first = visit(splits[set]!)
    const second = visit(set ^ splits[set]!)
    pairs.push([first, second])
    return count + pairs.length - 1
  }
  visit(2 ** count - 1)
  return pairs
}
