import { zeros } from '@rungs/ndarray'
import { expect, test } from 'vitest'
import { einsumPath } from '../src/index.ts'

test('a path is data: sums of one operand first, then pairs, with NumPy’s and the naive count', () => {
  const { steps, cost, leftToRightCost, naiveCost, largestIntermediate } = einsumPath('ab,bcx,cd,d->a', [
    [10, 100],
    [100, 5, 3],
    [5, 50],
    [50],
  ])
  expect(steps).toEqual([
    { arrays: [1], equation: 'bcx->bc', kernel: 'reduce', operations: 1500, shape: [100, 5], size: 500 },
    { arrays: [2, 3], equation: 'cd,d->c', kernel: 'contract', operations: 250, shape: [5], size: 5 },
    { arrays: [1, 4], equation: 'bc,c->b', kernel: 'contract', operations: 500, shape: [100], size: 100 },
    { arrays: [0, 5], equation: 'ab,b->a', kernel: 'contract', operations: 1000, shape: [10], size: 10 },
  ])
  // 10 · 100 · 5 + 10 · 5 · 50 + 10 · 50, and 10 · 100 · 5 · 50 positions of three multiplications.
  expect({ cost, leftToRightCost, naiveCost, largestIntermediate }).toEqual({
    cost: 1750,
    leftToRightCost: 8000,
    naiveCost: 750_000,
    largestIntermediate: 100,
  })
})

test('a path is a table as text', () => {
  // Linear attention: keys meet values first, 1024 · 64 · 64 · 8 each time in place of 1024 · 1024 · 64 · 8.
  const text = [
    'bqhd,bkhd,bkhe->bqhe  (1, 1024, 8, 64) (1, 1024, 8, 64) (1, 1024, 8, 64)',
    'step  of   equation         kernel    operations  elements',
    '3     1 2  bkhd,bkhe->bhde  contract  33,554,432    32,768',
    '4     0 3  bqhd,bhde->bqhe  contract  33,554,432   524,288',
    '67,108,864 multiplications; left to right 1,073,741,824, all at once 68,719,476,736',
  ]
  const shape = [1, 1024, 8, 64]
  const path = einsumPath('bqhd,bkhd,bkhe->bqhe', [zeros(shape), shape, shape])
  expect(String(path).split('\n')).toEqual(text)
})

test.for<[equation: string, shape: number[], row: string]>([
  ['ii->i', [3, 3], '0     0   ii->i     view             0         3'],
  ['...ij->...ji', [2, 3, 4], '0     0   Aij->Aji  view  0  24'],
  ['ij->j', [3, 4], '0     0   ij->j     reduce          12         4'],
])('%s has the row %s', ([equation, shape, row]) => {
  const cells = (line: string): string[] => line.trim().split(/\s+/)
  expect(cells(String(einsumPath(equation, [shape])).split('\n')[2]!)).toEqual(cells(row))
})

test('an outer product becomes a map; numbers of many digits are powers of ten', () => {
  expect(einsumPath('i,j->ij', [[3], [4]]).steps[0]!.kernel).toBe('map')
  const size = [100_000, 100_000]
  const text = String(einsumPath('ab,bc,cd->ad', [size, size, size]))
  expect(text).toContain('2.00e+15 multiplications; left to right 2.00e+15, all at once 2.00e+20')
})
