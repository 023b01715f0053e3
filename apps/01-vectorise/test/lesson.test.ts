import { record } from '@rungs/lesson/node'
import { loadSeeds } from '@rungs/testing'
import { expect, it } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))

it('computes the same by loop and by expression on random numbers, none of which is 0', () => {
  expect(lesson.differences).toBe(0)
  expect(lesson.zeros.before).toBe(0)
})

it("gives the derivatives that PyTorch's functions have at -2, 0 and 3", () => {
  const { relu, clamp, maximum } = loadSeeds().relu_at_0
  const [, , ...ours] = Object.values(lesson.atPoints)
  expect(ours.map(([left, zero, right]) => [left, zero, right])).toEqual([relu, clamp, maximum].map(({ data }) => data))
})

it('differs at 0 or at NaN from rule to rule', () => {
  // PyTorch's relu, clamp and maximum, the last three, have 1, 0 and 1 at NaN.
  expect(Object.values(lesson.atPoints).map((values) => values.slice(1))).toEqual([
    [0, 1, 0],
    [1, 1, 1],
    [0, 1, 1],
    [1, 1, 0],
    [0.5, 1, 1],
  ])
})

it('finds that the rules disagree wherever a ReLU gave 0, which is at every second number', () => {
  expect(lesson.disagreements).toBe(lesson.zeros.behind)
  // A binomial of 200,000: five standard deviations are 1,118.
  expect(Math.abs(lesson.zeros.behind - 100_000)).toBeLessThan(1118)
})

it('shows times, the rules and the kink', () => {
  expect(items.map(({ kind }) => kind).filter((kind) => kind !== 'text')).toEqual(['bars', 'table', 'plot'])
})
