import { describe, expect, test } from 'vitest'
import { blockBytes, createHeap } from '../src/heap.ts'
import { seeded } from './support.ts'

describe('the heap', () => {
  test('gives blocks that are large enough, and at most an eighth larger beyond a kilobyte', () => {
    for (let bytes = 1; bytes < 300_000; bytes += 37) {
      const block = blockBytes(bytes)
      expect(block).toBeGreaterThanOrEqual(bytes)
      expect(block % 64).toBe(0)
      if (bytes > 1024) expect(block).toBeLessThanOrEqual(bytes * 1.125 + 64)
    }
  })

  test('never gives one address twice, whatever is taken and given back, and all of it comes back', () => {
    const { below } = seeded(7)
    const END = 2 ** 20
    const heap = createHeap(64, END)
    const live: { address: number; bytes: number }[] = []
    let refused = 0
    for (let round = 0; round < 20_000; round++) {
      if (below(2) === 0 && live.length > 0) {
        const [block] = live.splice(below(live.length), 1)
        heap.give(block!.address, block!.bytes)
      } else {
        const bytes = 1 + below(below(20) === 0 ? 200_000 : 3000)
        const address = heap.take(bytes)
        if (address < 0) refused++
        else live.push({ address, bytes })
      }
      if (round % 500 === 0) {
        const spans = live.map(({ address, bytes }) => [address, address + bytes]).sort((a, b) => a[0]! - b[0]!)
        spans.forEach(([start, end], i) => {
          expect(start).toBeGreaterThanOrEqual(i === 0 ? 64 : spans[i - 1]![1]!)
          expect(end).toBeLessThanOrEqual(END)
        })
      }
    }
    expect(refused).toBeGreaterThan(0)
    for (const { address, bytes } of live) heap.give(address, bytes)
    expect(heap.take(900_000)).toBe(64)
  })

  test('takes the block that was given back last', () => {
    const heap = createHeap(0, 2 ** 16)
    const [a, b] = [heap.take(100), heap.take(100)]
    heap.give(a, 100)
    heap.give(b, 100)
    expect([heap.take(90), heap.take(100)]).toEqual([b, a])
  })
})
