import { record } from '@rungs/lesson/node'
import { loadSeeds } from '@rungs/testing'
import { expect, it } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))
const golden = loadSeeds()

it.each(Object.keys(lesson.examples))('%s gives what PyTorch gives', async (equation) => {
  const [ours, theirs] = [lesson.results[equation]!, golden.einsum[equation]!]
  if ('data' in theirs) {
    expect(ours.shape).toEqual(theirs.shape)
    expect(Array.from(await ours.toTypedArray())).toEqual(theirs.data)
  } else {
    expect(ours.shape).toEqual(theirs)
  }
})

it('takes numbers for letters', async () => {
  const theirs = golden.einsum['sublist ...']!
  expect(Array.from(await lesson.sublists.toTypedArray())).toEqual('data' in theirs && theirs.data)
})

it('refuses a size that does not fit in the words of PyTorch', () => {
  expect(lesson.refusal).toMatch(
    /^einsum\(\): subscript k has size 2 for operand 1 which does not broadcast with previously seen size 3/,
  )
})

it('computes the same in an order with four thousand times the multiplications', () => {
  expect(lesson.costs).toEqual({ leftToRight: 32_000_000, planned: 8_000 })
  // A sum of 4,000 float32 products in one order or another.
  expect(lesson.difference).toBeLessThan(1e-5)
  expect(lesson.attention.leftToRightCost / lesson.attention.cost).toBe(64)
})

it('shows the examples, the times and what attention costs', () => {
  expect(items.map(({ kind }) => kind).filter((kind) => kind !== 'text')).toEqual(['table', 'bars', 'table'])
})
