import { gradcheck, manualSeed, ones, randn, type Tensor, tensor, torchRng, zeros } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  BatchNorm1d,
  BatchNorm2d,
  Dropout,
  Dropout2d,
  GroupNorm,
  LayerNorm,
  type Module,
  RMSNorm,
} from '../src/index.ts'
import { thrown, values } from './support.ts'

const float64 = { dtype: 'float64' } as const
/** float32 rounds to 6e-8; a few sums, a root and a division. */
const single = { relative: 1e-6, absolute: 1e-7 }

describe('BatchNorm', () => {
  test('counts batches, and keeps its statistics through a state dict', () => {
    const norm = new BatchNorm1d(2)
    for (let i = 0; i < 3; i++) norm.forward(randn([4, 2]))
    const state = norm.stateDict()
    expect(Object.keys(state)).toEqual(['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'])
    expect([state.num_batches_tracked!.dtype, state.num_batches_tracked!.itemSync()]).toEqual(['int32', 3])
    const other = new BatchNorm1d(2)
    other.loadStateDict(state)
    const x = randn([3, 2])
    expect(values(other.eval().forward(x))).toEqual(values(norm.eval().forward(x)))
    expect(norm.numBatchesTracked!.itemSync()).toBe(3)
  })
  test('without momentum keeps the mean of all batches', () => {
    const norm = new BatchNorm1d(1, { momentum: null })
    for (const values of [
      [[0], [2]],
      [[4], [8]],
      [[1], [1]],
    ])
      norm.forward(tensor(values))
    expectClose(values(norm.runningMean!), [(1 + 6 + 1) / 3], single)
    expectClose(values(norm.runningVar!), [(2 + 8 + 0) / 3], single)
  })
  test('becomes float64 with its statistics, but for the count', () => {
    const norm = new BatchNorm2d(3).to('float64')
    expect(norm.forward(randn([2, 3, 4, 4], float64)).dtype).toBe('float64')
    expect(norm.buffers().map(({ dtype }) => dtype)).toEqual(['float64', 'float64', 'int32'])
  })
})

describe('RMSNorm follows its paper', () => {
  // (4) of B. Zhang and R. Sennrich: a / RMS(a) · g, with RMS(a) = √(Σ a² / n); eps as PyTorch adds it.
  const byPaper = (a: number[], g: number[], eps: number): number[] => {
    const rms = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0) / a.length + eps)
    return a.map((x, i) => (x / rms) * g[i]!)
  }
  test.each([
    ['by default', undefined, 2 ** -52],
    ['with eps', 0.5, 0.5],
  ])('%s', (_, eps, expected) => {
    const norm = new RMSNorm(5, { ...float64, ...(eps === undefined ? {} : { eps }) })
    norm.loadStateDict({ weight: randn([5], { ...float64, generator: torchRng(1) }) })
    const x = randn([3, 5], { ...float64, generator: torchRng(2) })
    const rows = [0, 1, 2].flatMap((i) => byPaper(values(x.select(0, i)), values(norm.weight!), expected))
    expectClose(values(norm.forward(x)), rows, { relative: 1e-14 })
  })
  test('with gradients that agree with central differences', () => {
    const norm = new RMSNorm([2, 3], float64)
    const x = randn([4, 2, 3], { ...float64, generator: torchRng(3), requiresGrad: true })
    expect(gradcheck((a, weight) => Object.assign(norm, { weight }).forward(a!), [x, norm.weight!])).toBe(true)
  })
  test('and prints as PyTorch’s', () => {
    expect(String(new RMSNorm(4))).toBe('RMSNorm((4,), eps=None, elementwise_affine=True)')
    expect(String(new RMSNorm([2, 3], { eps: 1e-6, elementwiseAffine: false }))).toBe(
      'RMSNorm((2, 3), eps=1e-06, elementwise_affine=False)',
    )
  })
})

test('a LayerNorm may go without bias', () => {
  const norm = new LayerNorm(3, { bias: false })
  expect(Object.keys(norm.stateDict())).toEqual(['weight'])
  expectClose(values(norm.forward(tensor([1, 2, 3])).sum()), [0], single)
})

describe('Dropout', () => {
  test.each<[string, Module & { forward(x: Tensor): Tensor }]>([
    ['elements', new Dropout(0.5)],
    ['maps', new Dropout2d(0.5)],
  ])('drops %s while training, and nothing in eval mode', (_, layer) => {
    manualSeed(2)
    const x = ones([8, 8, 2, 2])
    expect(new Set(values(layer.forward(x)))).toEqual(new Set([0, 2]))
    expect(layer.eval().forward(x)).toBe(x)
  })
  test('takes the numbers of its generator', () => {
    const draw = (): number[] => values(new Dropout(0.5, { generator: torchRng(4) }).forward(ones([40])))
    expect(draw()).toEqual(draw())
  })
})

describe('bad input is named', () => {
  const rows: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    ['a vector for batches', () => new BatchNorm1d(4).forward(ones([4])), 'expected 2D or 3D input (got 1D input)'],
    ['a matrix for images', () => new BatchNorm2d(4).forward(ones([2, 4])), 'expected 4D input (got 2D input)'],
    ['other channels', () => new BatchNorm1d(3).forward(ones([2, 4])), /^running_mean should contain 4 elements not 3/],
    [
      'a batch of one number',
      () => new BatchNorm1d(4).forward(ones([1, 4])),
      'Expected more than 1 value per channel when training, got input size [1, 4]',
    ],
    ['no features', () => new BatchNorm1d(0), 'BatchNorm1d: numFeatures must be a positive integer, got 0'],
    [
      'an option that is not there',
      () => new BatchNorm2d(2, { epsilon: 1 } as object),
      /^BatchNorm2d\(\) got an unexpected/,
    ],
    ['no array', () => new LayerNorm(2).forward([1, 2] as unknown as Tensor), /^LayerNorm: the input must be a Tensor/],
    ['half a size', () => new LayerNorm([2, 1.5]), 'LayerNorm: normalizedShape must be a positive integer, got 1.5'],
    ['groups that do not come out', () => new GroupNorm(3, 4), /^num_channels must be divisible by num_groups/],
    [
      'other channels in groups',
      () => new GroupNorm(2, 4).forward(zeros([2, 6])),
      /^Expected weight to be a vector of size/,
    ],
    ['p of 2', () => new Dropout(2), 'dropout probability has to be between 0 and 1, but got 2'],
    ['maps of a vector', () => new Dropout2d().forward(ones([3])), /^Feature dropout requires at least 2 dimensions/],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    const error = thrown(call)
    expect(error.name).toMatch(/^(Rungs|Shape|DType)Error$/)
    expect(error.message).toMatch(message)
  })
})
