import { record } from '@rungs/lesson/node'
import { loadSeeds } from '@rungs/testing'
import { expect, it } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))

it('computes the same product seven ways', () => {
  expect(Object.keys(lesson.errors)).toHaveLength(7)
  for (const [how, error] of Object.entries(lesson.errors)) expect(error, how).toBeLessThanOrEqual(1e-4)
})

it('refuses shapes that do not fit in the words of PyTorch', () => {
  expect(lesson.refusal.split(':')[0]).toBe(loadSeeds().errors.mm?.replace('RuntimeError: ', ''))
})

it('shows a time for each way and each order of loops', () => {
  const [table, ways, orders] = items.filter(({ kind }) => kind !== 'text')
  expect(table).toMatchObject({ kind: 'table', rows: { length: 7 } })
  expect(ways).toMatchObject({ kind: 'bars', bars: { length: 7 } })
  expect(orders).toMatchObject({ kind: 'bars', bars: { length: 6 } })
})
