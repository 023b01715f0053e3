import { expect, test } from 'vitest'
import { ones } from '../src/index.ts'

test.each(['bool', 'uint8', 'float64'] as const)('triangles of %s keep their dtype', (dtype) => {
  const square = ones([2, 2], { dtype })
  expect([square.tril().dtype, square.triu(1).dtype]).toEqual([dtype, dtype])
})
