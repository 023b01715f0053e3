import { expect, test } from 'vitest'
import { tensor } from '../src/index.ts'

test('what a mask selects hands its gradient back to where it stood', async () => {
  const x = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  )
  const selected = await x.maskedSelect(tensor([false, true]))
  expect(selected.toArraySync()).toEqual([2, 4])
  selected
    .mul(tensor([10, 20]))
    .sum()
    .backward()
  expect(x.grad!.toArraySync()).toEqual([
    [0, 10],
    [0, 20],
  ])
})

test('a sort puts what argsort finds in order', () => {
  const x = tensor([3, Number.NaN, 1])
  expect(x.argsort().toArraySync()).toEqual([2, 0, 1])
  expect(x.sort(-1, { descending: true }).values.toArraySync()).toEqual([Number.NaN, 3, 1])
})
