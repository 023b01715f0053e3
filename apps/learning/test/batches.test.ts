import { arange, manualSeed, ones, RungsError, ShapeError } from 'rungs'
import { expect, test } from 'vitest'
import { type BatchOptions, batches } from '../src/index.ts'

const rows = arange(10)
const squares = rows.square().unsqueeze(1)
const pass = (seed?: number): number[][] =>
  Array.from(
    batches([rows], { batchSize: 4, ...(seed !== undefined && { generator: manualSeed(seed) }) }),
    ([batch]) => batch.toArraySync() as number[],
  )

test('every row comes once, four at a time, and the last batch has what is left', () => {
  const found = pass(0)
  expect(found.map((batch) => batch.length)).toEqual([4, 4, 2])
  expect(found.flat().toSorted((a, b) => a - b)).toEqual(rows.toArraySync())
})

test('the same seed gives the same order, the next pass another', () => {
  const first = pass(0)
  const second = pass()
  expect(second).not.toEqual(first)
  expect(pass(0)).toEqual(first)
})

test('rows of all tensors stay together', () => {
  for (const [x, y] of batches([rows, squares], { batchSize: 3 })) {
    expect(y.shape).toEqual([x.shape[0], 1])
    expect(y.flatten().toArraySync()).toEqual(x.square().toArraySync())
  }
})

test.each([
  [
    'tensors of different lengths',
    () => batches([rows, ones([9])], { batchSize: 2 }),
    ShapeError,
    'got shapes (10), (9)',
  ],
  ['no tensor', () => batches([], { batchSize: 2 }), ShapeError, 'the same number of rows'],
  ['a tensor without rows', () => batches([ones([])], { batchSize: 2 }), ShapeError, 'got shapes ()'],
  ['a batch size of 0', () => batches([rows], { batchSize: 0 }), RungsError, 'a positive integer, got 0'],
  ['what is no option', () => batches([rows], { batchSize: 2, shuffle: true } as BatchOptions), RungsError, 'shuffle'],
  ['half a row', () => batches([rows], { batchSize: 1.5 }), RungsError, 'a positive integer, got 1.5'],
])('%s is refused', (_, make, kind, message) => {
  expect(() => make().next()).toThrow(kind)
  expect(() => make().next()).toThrow(message)
})
