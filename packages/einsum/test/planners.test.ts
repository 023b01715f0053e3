import { array, type NDArray } from '@rungs/ndarray'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf } from '../src/contraction.ts'
import { auto, einsumFunction, greedy, leftToRight, optimal, type Planner } from '../src/index.ts'
import { networkOf } from './support.ts'

const planners: Readonly<Record<string, Planner>> = { auto, greedy, leftToRight, optimal }

interface Sum {
  readonly equation: string
  readonly operands: readonly NDArray[]
  readonly terms: readonly string[]
  readonly output: string
  readonly sizes: Readonly<Record<string, number>>
}

/** Equations of up to six operands over up to six labels, repeated and broadcast ones among them, of small whole numbers. */
const sums: fc.Arbitrary<Sum> = fc
  .record({
    sizes: fc.record(Object.fromEntries([...'abcdef'].map((label) => [label, fc.integer({ min: 1, max: 3 })]))),
    terms: fc.array(fc.array(fc.constantFrom(...'abcdef'), { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
    ones: fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    kept: fc.shuffledSubarray([...'abcdef'], { maxLength: 4 }),
    numbers: fc.infiniteStream(fc.integer({ min: -2, max: 2 })),
  })
  .map(({ sizes, terms, ones, kept, numbers }) => {
    const operands = terms.map((term) => {
      // One label in ten has size 1 in an operand, all its places alike.
      const own = new Map([...new Set(term)].map((label) => [label, ones.next().value === 0 ? 1 : sizes[label]!]))
      const shape = term.map((label) => own.get(label)!)
      const size = shape.reduce((a, b) => a * b, 1)
      return array(Array.from({ length: size }, () => numbers.next().value!)).reshape(shape)
    })
    const words = terms.map((term) => term.join(''))
    const output = kept.filter((label) => words.some((word) => word.includes(label))).join('')
    return { equation: `${words.join()}->${output}`, operands, terms: words, output, sizes }
  })

/** The definition: every assignment of positions to labels, one after the other. */
function directLoop({ operands, terms, output }: Sum): { shape: number[]; values: number[] } {
  const labels = [...new Set(terms.join(''))]
  const sizes = labels.map((label) =>
    Math.max(
      ...terms.flatMap((term, i) => [...term].flatMap((l, dim) => (l === label ? [operands[i]!.shape[dim]!] : []))),
    ),
  )
  const shape = [...output].map((label) => sizes[labels.indexOf(label)]!)
  const values = new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0)
  const data = operands.map((operand) => operand.toTypedArraySync())
  const position = labels.map(() => 0)
  const at = (word: string, dims: readonly number[]): number =>
    [...word].reduce(
      (sum, label, dim) => sum * dims[dim]! + (dims[dim] === 1 ? 0 : position[labels.indexOf(label)]!),
      0,
    )
  const visit = (depth: number): void => {
    if (depth === labels.length) {
      let product = 1
      for (let i = 0; i < terms.length; i++) product *= data[i]![at(terms[i]!, operands[i]!.shape)]!
      values[at(output, shape)]! += product
      return
    }
    for (let i = 0; i < sizes[depth]!; i++) {
      position[depth] = i
      visit(depth + 1)
    }
  }
  visit(0)
  return { shape, values }
}

describe.each(Object.entries(planners))('%s', (_, planner) => {
  test('gives what a direct loop gives', () => {
    fc.assert(
      fc.property(sums, (sum) => {
        const { shape, values } = directLoop(sum)
        const result = einsumFunction<string>(sum.equation, { planner })(...sum.operands)
        expect(result.shape).toEqual(shape)
        expect(Array.from(result.toTypedArraySync(), (x) => x + 0)).toEqual(values.map((x) => x + 0))
      }),
      { numRuns: 300, seed: 4 },
    )
  })
})

test('the optimal order costs no more than any other, and is the cheapest of all that there are', () => {
  fc.assert(
    fc.property(sums, ({ equation, operands }) => {
      const network = networkOf(
        equation,
        operands.map(({ shape }) => shape),
      )
      const costs = [greedy, leftToRight, auto].map((planner) => costOf(network, planner(network, Infinity)!))
      const least = costOf(network, optimal(network, Infinity)!)
      expect(least).toBe(cheapest(operands.length, (pairs) => costOf(network, pairs)))
      for (const cost of costs) expect(least).toBeLessThanOrEqual(cost)
    }),
    { numRuns: 60, seed: 4 },
  )
})

/** The least cost over every sequence of pairs, of up to five operands; more are left to the inequality. */
function cheapest(count: number, costOfPairs: (pairs: [number, number][]) => number): number {
  let least = Number.POSITIVE_INFINITY
  const visit = (left: readonly number[], pairs: [number, number][]): void => {
    if (left.length === 1) least = Math.min(least, costOfPairs(pairs))
    for (const [i, a] of left.entries()) {
      for (const b of left.slice(i + 1)) {
        visit([...left.filter((id) => id !== a && id !== b), count + pairs.length], [...pairs, [a, b]])
      }
    }
  }
  visit(
    Array.from({ length: count }, (_, i) => i),
    [],
  )
  return least
}
