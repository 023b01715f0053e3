import { ones, type Tensor, tensor } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import {
  AdaptiveAvgPool2d,
  AvgPool1d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  MaxPool1d,
  MaxPool2d,
  Sequential,
  Upsample,
} from '../src/index.ts'
import { thrown, values } from './support.ts'

test('a maximum says where it stood', () => {
  const signal = tensor([[1, 4, 4, 0, 7]])
  const { values: largest, indices } = new MaxPool1d(2, { ceilMode: true }).withIndices(signal)
  expect([values(largest), values(indices)]).toEqual([
    [4, 4, 7],
    [1, 2, 4],
  ])
  expect(
    values(new MaxPool2d(2).withIndices(tensor([[signal.toArraySync(), signal.toArraySync()].flat()])).indices),
  ).toEqual([1, 2])
})

test('a transposed convolution gives every size of which its input is the result, and no other', () => {
  const layer = new ConvTranspose2d(1, 1, 3, { stride: 3 })
  const x = ones([1, 1, 2, 2])
  expect(layer.forward(x).shape).toEqual([1, 1, 6, 6])
  expect(layer.forward(x, { outputSize: [7, 8] }).shape).toEqual([1, 1, 7, 8])
  expect(thrown(() => layer.forward(x, { outputSize: 9 })).message).toBe(
    'requested an output size of [9, 9], but valid sizes range from [6, 6] to [8, 8] (for an input of [2, 2])',
  )
})

test('layers take float64, and stand in a Sequential', () => {
  const model = new Sequential(
    new Conv2d(1, 2, 3, { padding: 'same', dtype: 'float64' }),
    new MaxPool2d(2),
    new Upsample({ scaleFactor: 2 }),
    new AdaptiveAvgPool2d(1),
  )
  const out = model.forward(ones([1, 5, 4], { dtype: 'float64' }))
  expect([out.shape, out.dtype]).toEqual([[2, 1, 1], 'float64'])
  expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias'])
})

describe('bad input is named', () => {
  const rows: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    [
      'channels that groups do not divide',
      () => new Conv2d(3, 4, 3, { groups: 2 }),
      'inChannels must be divisible by groups: Conv2d got 3 and groups=2',
    ],
    ['no channels', () => new Conv1d(0, 4, 3), 'Conv1d: inChannels must be a positive integer, got 0'],
    ['no groups', () => new Conv1d(1, 4, 3, { groups: 0 }), 'Conv1d: groups must be a positive integer, got 0'],
    ['a kernel of nothing', () => new Conv2d(1, 1, [3, 0]), /^kernel size should be greater than zero: Conv2d got/],
    [
      'a kernel for another rank',
      () => new ConvTranspose1d(1, 1, [3, 3]),
      /^expected kernelSize to be a single integer value or a list of 1 values .*kernelSize=\[3, 3\]: ConvTranspose1d$/,
    ],
    [
      'an unknown padding mode',
      () => new Conv2d(1, 1, 3, { paddingMode: 'mirror' as 'reflect' }),
      "paddingMode must be one of zeros, reflect, replicate, circular, but got paddingMode='mirror': Conv2d",
    ],
    ['an unknown padding', () => new Conv2d(1, 1, 3, { padding: 'full' as 'same' }), /^Invalid padding string 'full'/],
    [
      'steps that keep no size',
      () => new Conv1d(1, 1, 3, { padding: 'same', stride: 2 }),
      "padding='same' is not supported for strided convolutions: Conv1d",
    ],
    [
      "PyTorch's name of an option",
      () => new Conv2d(1, 1, 3, { padding_mode: 'zeros' } as object),
      "Conv2d() got an unexpected keyword argument 'padding_mode'; write paddingMode",
    ],
    [
      'other channels',
      () => new Conv2d(3, 8, 3).forward(ones([1, 4, 5, 5])),
      /^Given groups=1, weight of size \[8, 3, 3, 3\], expected input\[1, 4, 5, 5\] to have 3 channels/,
    ],
    ['no tensor', () => new MaxPool2d(2).forward([[1]] as unknown as Tensor), /^MaxPool2d: the input must be a Tensor/],
    ['a negative padding', () => new AvgPool1d(2, { padding: -1 }), /^negative padding is not supported: AvgPool1d/],
    [
      'no size',
      () => new Upsample({ mode: 'bilinear' }),
      'Upsample: either size or scaleFactor should be defined, and not both',
    ],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    const error = thrown(call)
    expect(error.name).toMatch(/^(Rungs|Shape)Error$/)
    expect(error.message).toMatch(message)
  })
})
