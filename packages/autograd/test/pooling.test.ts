import { describe, expect, test } from 'vitest'
import {
  avgPool1d,
  conv2d,
  grad,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  ones,
  type Tensor,
  tensor,
  tidy,
} from '../src/index.ts'

const list = (x: Tensor): number[] => Array.from(x.toTypedArraySync())
const { NaN: nan, NEGATIVE_INFINITY: low } = Number

describe('the maximum of a window', () => {
  const plane = [
    [1, 3, 0, 2],
    [3, 3, 2, 2],
    [0, 0, -1, -1],
    [0, 0, -1, -2],
  ]

  test('of several equal ones is the first, row by row', () => {
    const x = tensor([plane], { requiresGrad: true })
    const { values, indices } = maxPool2dWithIndices(x, 2)
    expect([list(values), list(indices)]).toEqual([
      [3, 2, 0, -1],
      [1, 3, 8, 10],
    ])
    expect(indices.dtype).toBe('int32')
    values.backward(
      tensor([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    )
    expect(list(x.grad!)).toEqual([0, 1, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0])
  })

  test('gathers the gradients of all windows that it is the maximum of, as in PyTorch', () => {
    const x = tensor([plane], { requiresGrad: true })
    maxPool2d(x, 3, { stride: 1, padding: 1 }).sum().backward()
    expect(list(x.grad!)).toEqual([0, 6, 0, 2, 2, 1, 1, 0, 2, 1, 1, 0, 0, 0, 0, 0])
  })

  test('has positions in the image, whatever the padding, the dilation and the batch', () => {
    const x = tensor([[plane], [plane.toReversed()]])
    const { values, indices } = maxPool2dWithIndices(x, 2, { stride: 2, padding: 1, dilation: 2 })
    expect(values.shape).toEqual([2, 1, 2, 2])
    const flat = x.reshape([2, 1, 16])
    expect(list(flat.gather(2, indices.reshape([2, 1, 4])))).toEqual(list(values))
  })

  test('is NaN where there is one, and -∞ where there is nothing else', () => {
    expect(list(maxPool1d(tensor([[1, nan, 2, low, low, 5]]), 2))).toEqual([nan, 2, 5])
    expect(list(maxPool1d(tensor([[low, low]]), 2))).toEqual([low])
  })
})

test('what a gradient of a maximum remembers outlives tidy', () => {
  const x = tensor([[1, 3, 5, 4]], { requiresGrad: true })
  const first = tidy(() => grad([maxPool1d(x, 2).square().sum()], [x], { createGraph: true })[0]!)
  const [second] = grad([first.sum()], [x])
  expect([list(first), list(second!)]).toEqual([
    [0, 6, 10, 0],
    [0, 2, 2, 0],
  ])
})

test('infinities stay in their windows', () => {
  expect(list(avgPool1d(tensor([[1, 2, Infinity, 4, nan, 6, 7, 8]]), 2))).toEqual([1.5, Infinity, nan, 7.5])
})

test('images of a batch without images have the shape of results', () => {
  const x = ones([0, 3, 8, 8], { requiresGrad: true })
  const y = maxPool2d(conv2d(x, ones([4, 3, 3, 3]), ones([4]), { padding: 1 }), 2)
  expect(y.shape).toEqual([0, 4, 4, 4])
  y.sum().backward()
  expect(x.grad!.shape).toEqual([0, 3, 8, 8])
})
