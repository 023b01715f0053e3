import type { Item } from '@rungs/lesson'
import { expect, test } from 'vitest'
import { type Batch, createBatches } from '../src/worker/batch.ts'

const text = (id: number): Item => ({ kind: 'text', id, level: 'log', text: `line ${id}` })
const bar = (id: number, done: number): Item => ({ kind: 'progress', id, title: '', done, total: 9, note: '' })

function record(): {
  sent: Batch[]
  clock: { now: number }
  later: (() => void)[]
  add: (item: Item) => void
  flush: () => void
} {
  const sent: Batch[] = []
  const clock = { now: 0 }
  const later: (() => void)[] = []
  const batches = createBatches(
    (batch) => sent.push(batch),
    () => clock.now,
    (flush) => later.push(flush),
  )
  return { sent, clock, later, ...batches }
}

test('sends the first item at once, and what follows soon in one batch, when the code yields', () => {
  const { sent, later, add } = record()
  for (const id of [1, 2, 3]) add(text(id))
  expect(sent.map(({ items }) => items.length)).toEqual([1])
  expect(later.length).toBe(1)
  later[0]?.()
  expect(sent.map(({ items }) => items.map(({ id }) => id))).toEqual([[1], [2, 3]])
})

test('sends by the clock in code that never yields', () => {
  const { sent, clock, add } = record()
  for (let id = 1; id <= 100; id++) {
    clock.now += 10
    add(text(id))
  }
  expect(sent.length).toBe(25)
  expect(sent.every(({ items }) => items.length <= 4)).toBe(true)
})

test('an item that comes again takes the place of the one that waits', () => {
  const { sent, add, flush } = record()
  add(text(1))
  for (const done of [1, 2, 3]) add(bar(2, done))
  add(text(3))
  flush()
  expect(sent[1]?.items).toEqual([bar(2, 3), text(3)])
})

test('counts the lines of a flood that nobody could read', () => {
  const { sent, add, flush } = record()
  add(text(0))
  for (let id = 1; id <= 10_000; id++) add(text(id))
  flush()
  expect(sent[1]?.items.length).toBe(300)
  expect(sent[1]?.dropped).toBe(9_700)
  flush()
  expect(sent.length).toBe(2)
})
