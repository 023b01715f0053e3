import { expect, test } from 'vitest'
import { float, repr } from '../src/repr.ts'

test('arguments print as Python prints them', () => {
  expect(repr({ bias: true, affine: false, max_norm: null, stride: 2, kernel_size: [3, 5], dims: [1] })).toBe(
    'bias=True, affine=False, max_norm=None, stride=2, kernel_size=(3, 5), dims=(1,)',
  )
  expect(repr({ p: float(0.5), approximate: "'none'" })).toBe("p=0.5, approximate='none'")
})

test('floats have a point or an exponent of two digits', () => {
  const numbers = [1, -2, 0, 0.01, 1e-4, 1e-5, 2.5e-12, 1e15, 1e16, 1.5e300, Number.POSITIVE_INFINITY, Number.NaN]
  expect(numbers.map(float)).toEqual([
    '1.0',
    '-2.0',
    '0.0',
    '0.01',
    '0.0001',
    '1e-05',
    '2.5e-12',
    '1000000000000000.0',
    '1e+16',
    '1.5e+300',
    'inf',
    'nan',
  ])
})
