import { manualSeed, ones, rand, randn, relu, type Tensor, torchRng, zeros } from '@rungs/autograd'
import { expectClose, isClose, loadInit } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { init, Linear } from '../src/index.ts'
import { thrown, values } from './support.ts'

const { fround } = Math

test("Linear starts with PyTorch's numbers, weight first", () => {
  // torch.manual_seed(0); torch.nn.Linear(1, 1) has weight -0.0075 and bias 0.5364.
  manualSeed(0)
  const [weight, bias] = new Linear(1, 1).parameters().map((p) => p.itemSync())
  expect([weight!.toFixed(4), bias!.toFixed(4)]).toEqual(['-0.0075', '0.5364'])
})

test('Linear draws uniform in ±1/√inFeatures, rounded once', () => {
  manualSeed(3)
  const drawn = values(rand([100 * 1000 + 100]))
  manualSeed(3)
  const layer = new Linear(1000, 100)
  const bound = fround(1 / Math.sqrt(1000))
  const expected = drawn.map((u) => fround(u * 2 * bound - bound))
  expect(layer.parameters().flatMap(values)).toEqual(expected)
})

test.for(Object.entries(loadInit()))("activations of one layer, seed %s, are PyTorch's", ([seed, golden]) => {
  manualSeed(Number(seed))
  const layer = (initialise: (weight: Tensor) => void): Tensor => {
    const x = randn([200, 100])
    const weight = zeros([100, 50])
    initialise(weight)
    return x.mm(weight)
  }
  const l1 = layer((weight) => init.normal_(weight))
  const l1x = layer((weight) => init.kaimingNormal_(weight, { mode: 'fanOut', nonlinearity: 'linear' }))
  const l2k = relu(layer((weight) => init.kaimingNormal_(weight, { mode: 'fanOut', nonlinearity: 'relu' })))
  for (const [name, out] of [
    ['l1', l1],
    ['l1x', l1x],
    ['l2x', relu(l1x)],
    ['l2k', l2k],
  ] as const) {
    expectClose([out.mean().itemSync(), out.std().itemSync()], golden[name], { relative: 1e-5, absolute: 1e-6 }, name)
  }
})

describe('bounds and deviations follow the formulas', () => {
  const rows: readonly (readonly [
    name: string,
    fill: (weight: Tensor) => Tensor,
    std: number,
    bound: number | null,
  ])[] = [
    ['uniform_', (w) => init.uniform_(w, -2, 1), 3 / Math.sqrt(12), 2],
    ['normal_', (w) => init.normal_(w, 5, 2), 2, null],
    ['xavierUniform_', (w) => init.xavierUniform_(w), Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
    [
      'xavierUniform_ with gain',
      (w) => init.xavierUniform_(w, { gain: 2 }),
      2 * Math.sqrt(2 / 500),
      2 * Math.sqrt(6 / 500),
    ],
    ['xavierNormal_', (w) => init.xavierNormal_(w), Math.sqrt(2 / 500), null],
    ['kaimingUniform_', (w) => init.kaimingUniform_(w), Math.sqrt(2 / 300), Math.sqrt(6 / 300)],
    ['kaimingNormal_ fanOut', (w) => init.kaimingNormal_(w, { mode: 'fanOut', a: 1 }), Math.sqrt(1 / 200), null],
  ]
  test.for(rows)('%s', ([, fill, std, bound]) => {
    const weight = fill(zeros([200, 300], { requiresGrad: true }))
    expect(isClose(weight.detach().std().itemSync(), std, { relative: 0.02 })).toBe(true)
    expect(weight.isLeaf && weight.requiresGrad).toBe(true)
    if (bound === null) return
    const largest = weight.detach().abs().amax().itemSync()
    expect(largest).toBeLessThanOrEqual(fround(bound))
    expect(largest).toBeGreaterThan(0.98 * bound)
  })
})

test('constants fill', () => {
  expect(values(init.constant_(zeros([2]), 3))).toEqual([3, 3])
  expect(values(init.ones_(zeros([2])))).toEqual([1, 1])
  expect(values(init.zeros_(ones([2])))).toEqual([0, 0])
})

test('a kernel has its window in both fans', () => {
  const weight = init.kaimingUniform_(zeros([64, 8, 5, 5]), { nonlinearity: 'linear' })
  const largest = weight.abs().amax().itemSync()
  expect(largest).toBeLessThanOrEqual(fround(Math.sqrt(3 / 200)))
  expect(largest).toBeGreaterThan(0.98 * Math.sqrt(3 / 200))
})

test('another generator leaves the default stream alone', () => {
  manualSeed(1)
  const expected = values(rand([4]))
  manualSeed(1)
  init.normal_(zeros([100]), 0, 1, { generator: torchRng(5) })
  expect(values(rand([4]))).toEqual(expected)
})

test('gains', () => {
  expect([init.calculateGain('relu'), init.calculateGain('tanh'), init.calculateGain('leakyRelu', 1)]).toEqual([
    Math.SQRT2,
    5 / 3,
    1,
  ])
})

test('bad input is named', () => {
  expect(thrown(() => init.xavierNormal_(zeros([3]))).message).toMatch(
    /^Fan in and fan out can not be computed for tensor with fewer than 2 dimensions.*\[3\]/,
  )
  expect(thrown(() => init.normal_(zeros([2]), { std: 0.02 } as never)).message).toBe(
    'normal_(tensor, mean, std): mean must be a number, got object',
  )
  expect(thrown(() => init.xavierUniform_(zeros([2, 2]), { gian: 2 } as object)).message).toMatch(
    "xavierUniform_() got an unexpected keyword argument 'gian'; there are { generator, gain }",
  )
  expect(thrown(() => init.zeros_([1] as never)).message).toMatch(
    'constant_: what is filled must be a Tensor, got Array',
  )
  expect(thrown(() => init.calculateGain('gelu' as 'relu')).message).toMatch(/^Unsupported nonlinearity gelu/)
  expect(thrown(() => init.kaimingNormal_(zeros([2, 2]), { mode: 'fan_in' as 'fanIn' })).message).toMatch(
    /^Mode fan_in not supported, please use one of fanIn, fanOut/,
  )
})
