import { loadPrints } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { array, fromTypedArray, full } from '../src/index.ts'

describe('arrays print as PyTorch prints tensors', () => {
  for (const [i, { data, shape, dtype, options, text }] of loadPrints().entries()) {
    const { precision, linewidth: lineWidth, threshold, edgeitems: edgeItems } = options
    const given = Object.entries({ precision, lineWidth, threshold, edgeItems }).filter(
      ([, value]) => value !== undefined,
    )
    test(`${i}: ${dtype} [${shape.join(', ')}] ${given.map((pair) => pair.join(' ')).join(' ')}`, async () => {
      const x = fromTypedArray(Float64Array.from(data), shape, { dtype })
      // Our prefix is one letter shorter, and so is what is indented under it.
      const expected = text.replace('tensor(', 'array(').replaceAll('\n ', '\n')
      const narrower = { ...Object.fromEntries(given), lineWidth: (lineWidth ?? 80) - 1 }
      expect(x.toString(narrower)).toBe(expected)
      expect(await x.format(narrower)).toBe(expected)
    })
  }
})

test('a print shows the values in the order of the view, not of the memory', () => {
  const x = array([
    [1, 2],
    [3, 4],
  ])
  expect(String(x.T)).toBe('array([[1., 3.],\n       [2., 4.]])')
  expect(String(full([], 2).expand([3]))).toBe('array([2., 2., 2.])')
})
