import { beginContraction, costOf, type Part } from '../contraction.ts'
import { type Network, sizeOfLabels, within } from '../network.ts'
import type { Pair, Planner } from './planner.ts'

/** Lower is better; the second number decides between equals. */
type Score = readonly [number, number]

/** What NumPy's greedy path looks at, and what suits networks with large outer dims better. */
const scores: readonly ((removed: number, cost: number) => Score)[] = [
  (removed, cost) => [-removed, cost],
  (removed, cost) => [cost, -removed],
]

/**
 * Always the pair that looks best: once by the elements that it removes, once by the multiplications that it takes; the
 * cheaper plan of the two. Arrays that share no label are multiplied last. Time grows with the cube of the operands.
 */
export const greedy: Planner = (network, memoryLimit) => {
  let best: readonly Pair[] | null = null
  for (const score of scores) {
    const pairs = descend(network, memoryLimit, score)
    if (pairs !== null && (best === null || costOf(network, pairs) < costOf(network, best))) best = pairs
  }
  return best
}

function descend(network: Network, memoryLimit: number, score: (typeof scores)[number]): Pair[] | null {
  const { sizes } = network
  const contraction = beginContraction(network)
  const { parts } = contraction
  const pairs: Pair[] = []
  while (parts.length > 1) {
    const limit = parts.length === 2 ? Number.POSITIVE_INFINITY : memoryLimit
    let best: readonly [a: Part, b: Part, isOuter: boolean, score: Score] | null = null
    for (const [i, a] of parts.entries()) {
      for (const b of parts.slice(i + 1)) {
        const isOuter = within(a.labels, b.labels).length === 0
        if (isOuter && best?.[2] === false) continue
        const { labels, cost } = contraction.preview(a, b)
        const size = sizeOfLabels(labels, sizes)
        if (size > limit) continue
        const found = score(sizeOfLabels(a.labels, sizes) + sizeOfLabels(b.labels, sizes) - size, cost)
        const isBetter = best === null || (best[2] && !isOuter) || (best[2] === isOuter && isBefore(found, best[3]))
        if (isBetter) best = [a, b, isOuter, found]
      }
    }
    if (best === null) return null
    const [a, b] = best
    contraction.contract(a, b)
    pairs.push([a.id, b.id])
  }
  return pairs
}

const isBefore = (a: Score, b: Score): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
