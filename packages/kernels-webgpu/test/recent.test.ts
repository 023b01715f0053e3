import { expect, test } from 'vitest'
import { Recent } from '../src/recent.ts'

test('what is asked for again and again stays, however much passes', () => {
  const recent = new Recent<number, string>(10)
  recent.set(-1, 'kept')
  for (let i = 0; i < 1000; i++) {
    recent.set(i, String(i))
    expect(recent.get(-1)).toBe('kept')
  }
})

test('the last so many are there, and those from long ago are not', () => {
  const recent = new Recent<number, string>(10)
  for (let i = 0; i < 1000; i++) recent.set(i, String(i))
  const there = Array.from({ length: 1000 }, (_, i) => i).filter((i) => recent.get(i) !== undefined)
  expect(there.slice(-10)).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999])
  expect(there.length).toBeLessThanOrEqual(20)
})
