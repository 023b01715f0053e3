import { expect, test } from 'vitest'
import { LowestFirst } from '../src/lowestFirst.ts'
import { seeded } from './support.ts'

test('the lowest number comes first, whatever went in, came out and was dropped before', () => {
  const random = seeded(1)
  const heap = new LowestFirst<number>((number) => number)
  let inside: number[] = []
  for (let i = 0; i < 5000; i++) {
    const step = random.below(20)
    if (step < 10) {
      const number = random.below(1000)
      heap.push(number)
      inside.push(number)
      inside.sort((a, b) => a - b)
    } else if (step < 19) expect(heap.pop()).toBe(inside.shift())
    else if (i % 10 === 0) {
      heap.keep((number) => number % 7 !== 0)
      inside = inside.filter((number) => number % 7 !== 0)
    }
    expect(heap.size).toBe(inside.length)
  }
  while (heap.size > 0) expect(heap.pop()).toBe(inside.shift())
  expect(heap.pop()).toBeUndefined()
})
