import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  grad,
  groupNorm,
  layerNorm,
  normalize,
  ones,
  randn,
  rmsNorm,
  type Tensor,
  tensor,
  tidy,
  torchRng,
  zeros,
} from '../src/index.ts'

const sample = (shape: readonly number[]): Tensor => randn(shape, { dtype: 'float64', generator: torchRng(3) })
/** float64 rounds to 1e-16, float32 to 6e-8; these are a few sums and roots of numbers near 1. */
const double = { relative: 1e-12 }
const single = { relative: 1e-6 }
const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())

describe('running statistics', () => {
  const x = tensor([
    [1, 10],
    [3, 30],
    [8, 20],
  ])

  test('move by the momentum, towards the mean and the variance over n - 1', () => {
    const [mean, variance] = [zeros([2]), ones([2])]
    batchNorm(x, mean, variance, { training: true })
    expectClose(values(mean), [0.4, 2], single)
    expectClose(values(variance), [0.9 + 0.1 * 13, 0.9 + 0.1 * 100], single)
  })

  test('take their momentum from a tensor, which a program can change as it runs', () => {
    const [mean, variance, momentum] = [zeros([2]), ones([2]), tensor(1)]
    batchNorm(x, mean, variance, { training: true, momentum })
    expectClose(values(mean), [4, 20])
    momentum.fill_(0)
    batchNorm(x.mul(3), mean, variance, { training: true, momentum })
    expectClose(values(mean), [4, 20])
  })

  test('are what is standardised by outside training, and stay', () => {
    const [mean, variance] = [tensor([1, 10]), tensor([4, 100])]
    const out = batchNorm(x, mean, variance, { eps: 0 })
    expectClose(values(out), [0, 0, 1, 2, 3.5, 1])
    expect([mean.version, variance.version]).toEqual([0, 0])
  })
})

test('layers standardise: mean 0, and variance or mean square 1', () => {
  const x = sample([4, 6, 5]).mul(7).add(3)
  const flat = { dtype: 'float64' } as const
  const check = (found: Tensor, shape: readonly number[]): void =>
    expectClose(values(found), values(ones(shape, flat)), double)
  const layered = layerNorm(x, [6, 5], { eps: 0 })
  check(layered.mean([1, 2]).add(1), [4])
  check(layered.var([1, 2], { correction: 0 }), [4])
  check(groupNorm(x, 3, { eps: 0 }).reshape([4, 3, 10]).var(2, { correction: 0 }), [4, 3])
  check(batchNorm(x, null, null, { training: true, eps: 0 }).var([0, 2], { correction: 0 }), [6])
  check(rmsNorm(x, [5], { eps: 0 }).square().mean(2), [4, 6])
})

test('rmsNorm adds the distance from 1 to the next number', () => {
  const tiny = tensor([1e-8, -1e-8], { dtype: 'float64' })
  const expected = 1 / Math.sqrt(1 + 2.220446049250313)
  expectClose(values(rmsNorm(tiny, [2])), [expected, -expected], double)
  expectClose(values(rmsNorm(tensor([2 ** -11, 0]), [2])), [1, 0], single)
})

test('the result of groupNorm may be changed in place, as any other', () => {
  const x = sample([2, 4, 3]).requiresGrad_()
  const changed = groupNorm(x, 2).mul_(x).square().sum()
  const expected = groupNorm(x, 2).mul(x).square().sum()
  expectClose(values(grad([changed], [x])[0]!), values(grad([expected], [x])[0]!), double)
})

test('normalize gives zeros for zeros, with gradients of zero', () => {
  const x = zeros([2, 3], { requiresGrad: true })
  for (const p of [1, 2, 4, Number.POSITIVE_INFINITY]) {
    const out = normalize(x, { p, eps: 1 })
    expect(values(out)).toEqual(new Array(6).fill(0))
    expect(values(grad([out.square().sum()], [x])[0]!)).toEqual(new Array(6).fill(0))
  }
})

test('what a normalisation has saved outlives the tidy it was made in', () => {
  const x = sample([3, 4]).requiresGrad_()
  const wanted = grad([layerNorm(x, [4]).square().mul(x).sum()], [x])[0]!
  const loss = tidy(() => layerNorm(x, [4]).square().mul(x).sum())
  expectClose(values(grad([loss], [x])[0]!), values(wanted), double)
})

describe('bad input is named', () => {
  const x = ones([2, 4])
  const rows: readonly (readonly [name: string, call: () => unknown, error: string, message: string])[] = [
    [
      'no tensor',
      () => layerNorm(3 as unknown as Tensor, [4]),
      'AutogradError',
      'layerNorm: expected a Tensor in place 0',
    ],
    ['integers', () => rmsNorm(x.to('int32'), [4]), 'DTypeError', `"rmsNorm" not implemented for 'int32'`],
    [
      'another size',
      () => layerNorm(x, [3]),
      'ShapeError',
      'Given normalized_shape=[3], expected input with shape [*, 3], but got input of size[2, 4]',
    ],
    ['no size', () => layerNorm(x, []), 'ShapeError', 'Expected normalized_shape to be at least 1-dimensional'],
    [
      'a number for a shape',
      () => layerNorm(x, 4 as unknown as number[]),
      'ShapeError',
      'normalized_shape is a list of sizes such as [4], got 4',
    ],
    [
      'a bias of another shape',
      () => layerNorm(x, [4], { bias: ones([3]) }),
      'ShapeError',
      'Expected bias to be of same shape as normalized_shape, but got bias of shape [3] and normalized_shape = [4]',
    ],
    [
      'an option of another name',
      () => rmsNorm(x, [4], { epsilon: 1 } as object),
      'RungsError',
      'rmsNorm() got an unexpected',
    ],
    [
      'groups that do not come out',
      () => groupNorm(ones([2, 5, 3]), 2),
      'ShapeError',
      'Expected number of channels in input to be divisible by num_groups, but got input of shape [2, 5, 3] and num_groups=2',
    ],
    ['a length of no power', () => normalize(x, { p: 0 }), 'RungsError', 'normalize: p must be positive, got 0'],
    ['no groups', () => groupNorm(x, 0), 'RungsError', 'groupNorm: numGroups must be a positive integer, got 0'],
    [
      'no channels',
      () => groupNorm(ones([4]), 2),
      'ShapeError',
      'Expected at least 2 dimensions for input tensor but received 1',
    ],
    [
      'a weight for other channels',
      () => groupNorm(ones([2, 4, 3]), 2, { weight: ones([3]) }),
      'ShapeError',
      'Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape [3] and input ' +
        'of shape [2, 4, 3]',
    ],
    [
      'groups of one number',
      () => groupNorm(ones([1, 4]), 4),
      'ShapeError',
      'Expected more than 1 value per channel when training, got input size [1, 4]',
    ],
    [
      'a batch of one number',
      () => batchNorm(ones([1, 4]), null, null, { training: true }),
      'ShapeError',
      'Expected more than 1 value per channel when training, got input size [1, 4]',
    ],
    [
      'a batch without channels',
      () => batchNorm(ones([4]), null, null, { training: true }),
      'ShapeError',
      'expected 2D or more',
    ],
    [
      'nothing to evaluate by',
      () => batchNorm(x, null, null),
      'RungsError',
      'running_mean must be defined in evaluation mode',
    ],
    [
      'half of the running statistics',
      () => batchNorm(x, zeros([4]), null, { training: true }),
      'RungsError',
      'running_var must be defined',
    ],
    [
      'running statistics of other channels',
      () => batchNorm(x, zeros([3]), ones([4])),
      'ShapeError',
      'running_mean should contain 4 elements not 3',
    ],
  ]
  test.each(rows)('%s', (_, call, name, message) => {
    expect(call).toThrow(expect.objectContaining({ name, message: expect.stringMatching(begins(message)) }))
  })
  const begins = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
})
