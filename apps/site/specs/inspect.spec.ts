import { format } from 'node:util'
import { array } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import { formatLog } from '../src/worker/inspect.ts'

class Point {
  x = 1
}

describe('console.log in a page prints what Node prints', () => {
  test.each<[unknown[]]>([
    [['text', 1, -0, 2n, true, null, undefined]],
    [[Number.NaN, Number.POSITIVE_INFINITY]],
    [[[1, 'two', [3]]]],
    [[{ a: 1, 'b-c': 'two', d: { e: [] } }]],
    [[{}]],
    [[new Float32Array([1, 2.5])]],
    [[new Map([['a', 1]]), new Set([1, 2])]],
    [[new Point()]],
    [[Math.max, () => 1]],
    [[{ a: { b: { c: { d: 1 } } } }]],
    [[array([1, 2, 3])]],
    [['loss', array(2.5)]],
  ])('case %#', (values) => {
    expect(formatLog(values)).toBe(format(...values))
  })

  test('long lists go line by line, and end where nobody reads on', () => {
    expect(formatLog([Array.from({ length: 30 }, (_, i) => `name ${i}`)]).split('\n').length).toBe(32)
    expect(formatLog([Array.from({ length: 200 }, (_, i) => i)])).toContain('... 100 more items')
  })

  test('a list that holds itself comes to an end', () => {
    const list: unknown[] = []
    list.push(list)
    expect(formatLog([list])).toBe('[ [ [ [Array] ] ] ]')
  })
})
