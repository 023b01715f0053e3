import { RungsError } from '../errors.ts'
import type { Generator } from './generator.ts'

/** Which of cumulative probabilities is the first to reach `at`, or to pass it. */
export function bisect(cumulative: ArrayLike<number>, at: number, side: 'left' | 'right'): number {
  let [from, to] = [0, cumulative.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    const value = cumulative[middle]!
    if (side === 'left' ? value < at : value <= at) from = middle + 1
    else to = middle
  }
  return from
}

/** Running sums, the last of them 1. */
function distribution(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < sums.length; i++) sums[i] = total += weights[i]!
  return sums.map((sum) => sum / total)
}

/** `count` positions with replacement, as NumPy's `RandomState.choice`. */
export function weightedChoice(generator: Generator, weights: ArrayLike<number>, count: number): Int32Array {
  const sums = distribution(weights)
  return Int32Array.from({ length: count }, () => bisect(sums, generator.random(), 'right'))
}

/** `count` different positions: what has been drawn weighs nothing, until there are enough, as NumPy does. */
export function distinctChoice(generator: Generator, given: ArrayLike<number>, count: number): Int32Array {
  const weights = Float64Array.from(given)
  const possible = weights.filter((weight) => weight > 0).length
  if (possible < count) {
    throw new RungsError(`choice: Fewer non-zero entries in p than size: ${possible} for ${count} without replacement`)
  }
  const found = new Set<number>()
  while (found.size < count) {
    const missing = count - found.size
    const sums = distribution(weights)
    const draws = Float64Array.from({ length: missing }, () => generator.random())
    for (const draw of draws) found.add(bisect(sums, draw, 'right'))
    for (const position of found) weights[position] = 0
  }
  return Int32Array.from(found)
}
