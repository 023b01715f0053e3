import { describe, expect, test } from 'vitest'
import type { NDArray, PhiloxGenerator } from '../src/index.ts'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const hex = (x: NDArray): string =>
  values(x)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join(' ')
const wordsOf = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16))

/** A generator whose next block is that of a counter under a key. */
function at(counter: string, key: string): PhiloxGenerator {
  const generator = nd.philoxRng(0)
  generator.state.copy_(nd.array([...wordsOf(counter), ...wordsOf(key)], { dtype: 'uint32' }))
  return generator
}

// Random123 (D. E. Shaw Research), tests/kat_vectors, philox4x32 10: counter, key, words.
const zeros = '00000000 00000000 00000000 00000000'
const ones = 'ffffffff ffffffff ffffffff ffffffff'
test.for<[counter: string, key: string, words: string]>([
  [zeros, '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [ones, 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
])('the words of counter %s under key %s are the published ones', ([counter, key, words]) => {
  expect(hex(at(counter, key).bits([4]))).toBe(words)
})

describe('the counter', () => {
  test('carries through all its words, within a draw and between draws', () => {
    const carried = at('fffffffe ffffffff ffffffff 00000000', '00000001 00000002')
    const drawn = carried.bits([16])
    const counters = ['fffffffe ffffffff ffffffff 00000000', 'ffffffff ffffffff ffffffff 00000000']
    const after = ['00000000 00000000 00000000 00000001', '00000001 00000000 00000000 00000001']
    const blocks = [...counters, ...after].map((counter) => hex(at(counter, '00000001 00000002').bits([4])))
    expect(hex(drawn)).toBe(blocks.join(' '))
    expect(hex(carried.state)).toBe('00000002 00000000 00000000 00000001 00000001 00000002')
  })

  test('wraps at the end', () => {
    const last = at(ones, 'ffffffff ffffffff')
    last.bits([1])
    expect(hex(last.state)).toBe(`${zeros} ffffffff ffffffff`)
  })

  test('is an array: a copy of it draws the same again', () => {
    const generator = nd.philoxRng(7)
    generator.uniform([3], 'float32')
    const saved = generator.state.clone()
    const first = values(generator.normal([5], 'float64'))
    generator.state.copy_(saved)
    expect(values(generator.normal([5], 'float64'))).toEqual(first)
  })
})

test('every bit of the seed is in the key', () => {
  const keys = [1, 2 ** 32 + 1, -1, 2 ** 53 - 1, 0].map((seed) => hex(nd.philoxRng(seed).state).slice(36))
  expect(keys).toEqual([
    '00000001 00000000',
    '00000001 00000001',
    'ffffffff ffffffff',
    'ffffffff 001fffff',
    '00000000 00000000',
  ])
})

test('numbers are those of the words', () => {
  const words = values(nd.philoxRng(3).bits([8]))
  const again = (): PhiloxGenerator => nd.philoxRng(3)
  expect(values(again().uniform([8], 'float32'))).toEqual(words.map((word) => (word >>> 8) / 2 ** 24))
  const wide = [0, 2, 4, 6].map((i) => ((words[i]! >>> 5) * 2 ** 26 + (words[i + 1]! >>> 6)) / 2 ** 53)
  expect(values(again().uniform([4], 'float64'))).toEqual(wide)
  const scaled = (low: number, range: number): number[] =>
    words.map((word) => low + Number((BigInt(word) * BigInt(range)) >> 32n))
  expect(values(again().integers([8], -5, 7))).toEqual(scaled(-5, 12))
  expect(values(again().integers([8], -(2 ** 31), 2 ** 31 - 1))).toEqual(scaled(-(2 ** 31), 2 ** 32 - 1))
  expect(values(again().integers([8], -(2 ** 31), 2 ** 31))).toEqual(words.map((word) => word | 0))
  expect(values(again().flags([8], 0.25))).toEqual(words.map((word) => Number(word < 2 ** 30)))
  expect(values(again().flags([8], 0))).toEqual(Array(8).fill(0))
  expect(values(again().flags([8], 1))).toEqual(Array(8).fill(1))
  const open = words.map((word) => ((word >>> 8) + 1) / 2 ** 24)
  const logarithms = values(again().exponential([8], 'float32'))
  for (const [i, unit] of open.entries()) expect(logarithms[i]).toBeCloseTo(-Math.log(unit), 5)
  const normals = values(again().normal([8], 'float64'))
  const [high, low] = [words[0]! >>> 5, words[1]! >>> 6]
  const radius = Math.sqrt(-2 * Math.log((high * 2 ** 26 + low + 1) / 2 ** 53))
  expect(normals[0]).toBeCloseTo(radius * Math.cos(2 * Math.PI * wide[1]!), 12)
  expect(normals[1]).toBeCloseTo(radius * Math.sin(2 * Math.PI * wide[1]!), 12)
})

test('a permutation has every position, and puts each anywhere', () => {
  const generator = nd.philoxRng(6)
  for (const n of [0, 1, 2000]) {
    const order = values(generator.permutation(n))
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  }
  const orders = Array.from({ length: 3000 }, () => values(generator.permutation(3)).join(''))
  for (const order of ['012', '021', '102', '120', '201', '210']) {
    const times = orders.filter((each) => each === order).length
    // Five standard errors of 500 in 3,000.
    expect(Math.abs(times - 500)).toBeLessThan(5 * Math.sqrt((3000 * 5) / 36))
  }
})

test('split gives generators that differ from each other, from their parent and from those of the next split', () => {
  const parent = nd.philoxRng(0)
  const all = [...parent.split(3), ...parent.split(2), parent, ...parent.split(1)[0]!.split(2)]
  const firsts = all.map((generator) => hex(generator.bits([4])))
  expect(new Set(firsts).size).toBe(8)
  const again = nd.philoxRng(0).split(3)
  expect(again.map((generator) => hex(generator.bits([4])))).toEqual(firsts.slice(0, 3))
})

describe('moments', () => {
  const generator = nd.philoxRng(11)
  // Five standard errors of 100,000 draws, by the variance (and for the variance, the fourth moment) of each distribution.
  test.for<[name: string, x: () => NDArray, mean: number, variance: number, kurtosis: number]>([
    ['uniform', () => generator.uniform([100_000], 'float32'), 1 / 2, 1 / 12, 1.8],
    ['normal', () => generator.normal([100_000], 'float32'), 0, 1, 3],
    ['normal in float64', () => generator.normal([100_000], 'float64'), 0, 1, 3],
    ['exponential', () => generator.exponential([100_000], 'float32'), 1, 1, 9],
    ['flags', () => generator.flags([100_000], 0.3).to('float32'), 0.3, 0.21, 1 + 0.16 / 0.21],
    ['integers', () => generator.integers([100_000], 0, 10).to('float32'), 4.5, 8.25, 1.78],
  ])('%s', ([, x, mean, variance, kurtosis]) => {
    const drawn = x().to('float64')
    const error = (spread: number): number => 5 * Math.sqrt(spread / 100_000)
    expect(Math.abs(drawn.mean().itemSync() - mean)).toBeLessThan(error(variance))
    expect(Math.abs(drawn.var().itemSync() - variance)).toBeLessThan(error(variance ** 2 * (kurtosis - 1)))
  })
})

describe('as the generator of the functions that draw', () => {
  const generator = (): PhiloxGenerator => nd.philoxRng(5)
  test('it gives its own numbers, scaled', () => {
    const unit = values(generator().uniform([6], 'float32'))
    expect(values(nd.rand([2, 3], { generator: generator() }))).toEqual(unit)
    const shifted = unit.map((x) => Math.fround(Math.fround(x * 3) - 1))
    expect(values(nd.uniform([6], -1, 2, { generator: generator() }))).toEqual(shifted)
    const normals = values(generator().normal([6], 'float32'))
    expect(values(nd.randn([6], { generator: generator() }))).toEqual(normals)
    const moved = normals.map((z) => Math.fround(Math.fround(z * 2) + 1))
    expect(values(nd.normal([6], 1, 2, { generator: generator() }))).toEqual(moved)
    expect(values(nd.randint(0, 9, [6], { generator: generator() }))).toEqual(values(generator().integers([6], 0, 9)))
    expect(values(nd.bernoulli([6], 0.4, { generator: generator() }))).toEqual(values(generator().flags([6], 0.4)))
    const p = nd.array([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(values(nd.bernoulli([6], p, { generator: generator() }))).toEqual(
      unit.map((x, i) => Number(x < Math.fround(i / 5))),
    )
    const waiting = values(generator().exponential([6], 'float32')).map((x) => Math.fround(x * 0.5))
    expect(values(nd.exponential([6], 2, { generator: generator() }))).toEqual(waiting)
    const order = values(generator().permutation(6))
    expect(values(nd.randperm(6, { generator: generator() }))).toEqual(order)
    expect(values(nd.permutation(nd.arange(6), { generator: generator() }))).toEqual(order)
    expect(nd.multinomial(nd.ones([3, 4]), 1, { generator: generator() }).shape).toEqual([3, 1])
  })

  test('arrays are where it is', () => {
    const other = nd.createCpuDevice()
    expect(nd.rand([2], { generator: nd.philoxRng(0, { device: other }) }).device).toBe(other)
    const error = thrown(() => nd.rand([2], { generator: generator(), device: other }))
    expect(error).toBeInstanceOf(nd.DeviceError)
    expect(error.message).toContain('make one with philoxRng(seed, { device })')
  })
})

test('nothing is copied: an array takes its whole blocks and no more', () => {
  const inner = nd.createCpuDevice()
  let elements = 0
  const device: nd.Device = {
    ...inner,
    allocate: (dtype, size) => {
      elements += size
      return inner.allocate(dtype, size)
    },
    write: () => expect.unreachable('numbers came from the host'),
  }
  const state = nd.philoxRng(1).state.toTypedArraySync()
  const generator = nd.philoxRng(1, { device: { ...device, write: inner.write } })
  expect(state).toHaveLength(6)
  elements = 0
  generator.normal([1001], 'float32')
  expect(elements).toBe(1004)
})

test.for<[name: string, call: () => unknown, text: string]>([
  ['a fraction as a seed', () => nd.philoxRng(0.5), 'philoxRng: the seed must be an integer from'],
  ['no range', () => nd.philoxRng(0).integers([1], 3, 3), "random_ expects 'from' to be less than 'to'"],
  ['half a generator', () => nd.philoxRng(0).split(0.5), 'split: the number of values must be a non-negative integer'],
  ['a probability of -1', () => nd.philoxRng(0).flags([1], -1), 'bernoulli_ expects p to be in [0, 1]'],
  ['a shape as a number', () => nd.philoxRng(0).bits(3 as unknown as number[]), 'a shape is an array of sizes'],
])('%s is refused', ([, call, text]) => {
  expect(thrown(call)).toBeInstanceOf(nd.RungsError)
  expect(thrown(call).message).toContain(text)
})
