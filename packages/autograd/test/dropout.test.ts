import { createCpuDevice } from '@rungs/ndarray'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  DeviceError,
  dropout,
  featureDropout,
  full,
  manualSeed,
  memory,
  ones,
  philoxRng,
  RungsError,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  torchRng,
} from '../src/index.ts'

const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())
const countOf = (x: Tensor, value: number): number => values(x).filter((each) => each === value).length

describe('dropout', () => {
  test('drops a share p of the elements, scales the others by 1 / (1 - p), and its gradient is the mask', () => {
    manualSeed(1)
    const x = full([100, 100], 3, { requiresGrad: true })
    const out = dropout(x, { p: 0.2 })
    // Standard deviation of the count: √(10000 · 0.2 · 0.8) = 40.
    expect(Math.abs(countOf(out, 0) - 2000)).toBeLessThan(200)
    expect(countOf(out, 3.75) + countOf(out, 0)).toBe(10_000)
    out.backward(ones([100, 100]))
    expect(values(x.grad!)).toEqual(values(out).map((value) => value / 3))
  })

  test('draws what manualSeed says, and goes on from call to call', () => {
    const x = ones([50])
    const draw = (): number[] => values(dropout(x))
    manualSeed(7)
    const first = [draw(), draw()]
    manualSeed(7)
    expect([draw(), draw()]).toEqual(first)
    expect(first[0]).not.toEqual(first[1])
    manualSeed(8)
    expect(draw()).not.toEqual(first[0])
  })

  test('takes the numbers of a generator', () => {
    const x = ones([50])
    const draw = (seed: number): number[] => values(dropout(x, { generator: philoxRng(seed) }))
    expect(draw(3)).toEqual(draw(3))
    expect(draw(3)).not.toEqual(draw(4))
  })

  test("is PyTorch's with PyTorch's stream", () => {
    // torch.manual_seed(5); torch.nn.functional.dropout(torch.ones(3, 7), 0.3)
    const dropped = values(dropout(ones([3, 7]), { p: 0.3, generator: torchRng(5) })).flatMap((x, i) =>
      x === 0 ? [i] : [],
    )
    expect(dropped).toEqual([5, 7, 8, 12, 18])
  })

  test('has a stream that outlives a tidy in which it is first used', () => {
    const device = createCpuDevice()
    const x = ones([4], { device })
    tidy(() => {
      dropout(x)
    })
    expect(dropout(x).shape).toEqual([4])
    const before = memory(device).arrays
    tidy(() => {
      dropout(x)
      dropout(x)
    })
    expect(memory(device).arrays).toBe(before)
  })

  test.each([
    ['outside training', { training: false }],
    ['with p 0', { p: 0 }],
  ])('gives back what it got %s', (_, options) => {
    const x = ones([3])
    expect(dropout(x, options)).toBe(x)
  })

  test('with p 1 nothing is left, but for what is not finite', () => {
    expect(values(dropout(tensor([1, -2, Number.NaN, Number.POSITIVE_INFINITY]), { p: 1 }))).toEqual([
      0,
      -0,
      Number.NaN,
      Number.NaN,
    ])
  })

  test('of features drops whole maps', () => {
    const out = featureDropout(ones([6, 5, 4, 3]), { p: 0.5, generator: philoxRng(2) })
    const sums = values(out.sum([2, 3]))
    expect(new Set(sums)).toEqual(new Set([0, 24]))
    expectClose(
      values(out.amax([2, 3])),
      sums.map((sum) => sum / 12),
    )
  })
})

test.each<[name: string, call: () => unknown, error: new (...args: never[]) => Error, message: string | RegExp]>([
  [
    'p above 1',
    () => dropout(ones([2]), { p: 1.5 }),
    RungsError,
    'dropout probability has to be between 0 and 1, but got 1.5',
  ],
  ['p that is no number', () => dropout(ones([2]), { p: Number.NaN }), RungsError, 'between 0 and 1, but got NaN'],
  [
    'p outside an object',
    () => dropout(ones([2]), 0.5 as unknown as object),
    RungsError,
    'dropout: options are one object',
  ],
  [
    'a vector of features',
    () => featureDropout(ones([2])),
    ShapeError,
    'Feature dropout requires at least 2 dimensions',
  ],
  [
    'a generator that lives elsewhere',
    () => dropout(ones([2]), { generator: philoxRng(1, { device: createCpuDevice() }) }),
    DeviceError,
    'this generator draws on',
  ],
])('refuses %s', (_, call, error, message) => {
  expect(call).toThrow(error)
  expect(call).toThrow(message)
})
