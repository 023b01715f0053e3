import { createHash } from 'node:crypto'
import { expectClose, type GoldenDraw, type GoldenStream, loadRandom } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { DTypeError, RungsError, ShapeError } from '../src/errors.ts'
import type { FloatDType, Generator } from '../src/random/index.ts'
import { mt19937, numpyRng, pythonRng, torchRng } from '../src/random/index.ts'

const golden = loadRandom()
const create = { torch: torchRng, numpy: numpyRng, python: pythonRng }
const hash = (values: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')

function draw(
  generator: Generator,
  { method, arguments: given }: GoldenDraw,
): Float32Array | Float64Array | Int32Array {
  const [a, b, c, d] = given as [number, number & FloatDType, number, number]
  if (method === 'normal') return generator.normal(a, b)
  if (method === 'uniform') return generator.uniform(a, b, c, d)
  if (method === 'integers') return generator.integers(a, b, c)
  return generator.permutation(a)
}

// Normals in float64 use the C library there and the engine's Math here: a few units of the last place.
const isExact = ({ stream }: GoldenStream, { method, arguments: given }: GoldenDraw): boolean =>
  method !== 'normal' || (given[1] === 'float32' && stream === 'torch')
const tolerance = {
  normal64: { relative: 1e-15, absolute: 1e-17 },
  normal32: { relative: 1.2e-7 },
  exact: { signedZero: true },
}

describe('a seeded generator draws what the original draws', () => {
  for (const stream of golden.streams) {
    const methods = [...new Set(stream.calls.map((call) => call.method))].join(', ')
    test(`${stream.stream}, seed ${stream.seed}: ${stream.calls.length} calls (${methods})`, () => {
      const generator = create[stream.stream](stream.seed)
      stream.calls.forEach((call, i) => {
        const what = `call ${i}, ${call.method}(${call.arguments.join(', ')})`
        const values = draw(generator, call)
        const exact = isExact(stream, call)
        const allowed = exact
          ? tolerance.exact
          : call.arguments[1] === 'float32'
            ? tolerance.normal32
            : tolerance.normal64
        if (call.values) expectClose(values, call.values, allowed, what)
        if (call.every1000)
          expectClose(
            values.filter((_, k) => k % 1000 === 0),
            call.every1000,
            allowed,
            what,
          )
        if (call.sha256 && exact) expect(hash(values), what).toBe(call.sha256)
      })
    })
  }
})

test('the twister gives the numbers that its authors publish for their array seed', () => {
  const { u32 } = mt19937([0x123, 0x234, 0x345, 0x456])
  expect(Array.from({ length: 5 }, u32)).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476])
})

test('the twister gives as its 10000th number from seed 5489 what the C++ standard demands', () => {
  const { u32 } = mt19937(5489)
  for (let i = 1; i < 10000; i++) u32()
  expect(u32()).toBe(4123659995)
})

test('the source documents’ first numbers', () => {
  expect(Array.from(torchRng(0).normal(3, 'float32'), (x) => x.toFixed(4))).toEqual(['1.5410', '-0.2934', '-2.1788'])
  expect(numpyRng(0).normal(1, 'float64')[0]).toBe(1.764052345967664)
})

test('pythonRng speaks as the random module', () => {
  const want = golden.python
  const r = pythonRng(want.seed)
  const times = <T>(list: readonly T[], next: () => T): T[] => list.map(next)
  expect(times(want.random, r.random)).toEqual(want.random)
  expect(times(want.randint, () => r.randint(0, 3))).toEqual(want.randint)
  expect(times(want.randint_wide, () => r.randint(-(2 ** 40), 2 ** 50))).toEqual(want.randint_wide)
  expect(times(want.randrange, () => r.randrange(10))).toEqual(want.randrange)
  expect(times(want.randrange_two, () => r.randrange(-4, 4))).toEqual(want.randrange_two)
  expect(times(want.choice, () => r.choice('xyz'))).toEqual(want.choice)
  const letters = [...'abcdefgh']
  r.shuffle(letters)
  expect(letters).toEqual(want.shuffled)
  expectClose(
    times(want.gauss, () => r.gauss(2, 3)),
    want.gauss,
    { relative: 1e-15 },
  )
  expect(r.random()).toBe(want.after)
})

test('a state is the one that numpy reports', () => {
  const { seed, position, words, spare } = golden.numpy_state
  const r = numpyRng(seed)
  r.normal(1, 'float64')
  const state = r.state()
  expect(state).toMatchObject({ stream: 'numpy', seed, position, words })
  expectClose([state.spare!], [spare], { relative: 1e-15 })
})

describe.each(Object.entries(create))('%s', (stream, make) => {
  const some = (g: Generator) => [
    g.normal(3, 'float64'),
    g.uniform(700, 'float32'),
    g.integers(9, -4, 99),
    g.permutation(9),
  ]

  test('a restored state continues the stream, through JSON and in a generator of another seed', () => {
    const original = make(11)
    some(original)
    const saved = JSON.parse(JSON.stringify(original.state()))
    const expected = some(original)
    const other = make(12)
    other.restore(saved)
    expect(some(other)).toEqual(expected)
    expect(other.seed).toBe(11)
    original.restore(saved)
    expect(some(original)).toEqual(expected)
  })

  test('a clone continues with the same numbers, independently', () => {
    const original = make(11)
    some(original)
    const copy = original.clone()
    expect(some(copy)).toEqual(some(original))
    some(copy)
    expect(some(copy)).not.toEqual(some(original))
  })

  test('every value lies where it should', () => {
    const g = make(3)
    expect(g.uniform(5000, 'float32', -2, 5).every((x) => x >= -2 && x < 5)).toBe(true)
    expect(new Set(g.integers(500, -1, 2))).toEqual(new Set([-1, 0, 1]))
    expect(g.permutation(500).sort()).toEqual(Int32Array.from({ length: 500 }, (_, i) => i))
    const normal = g.normal(20000, 'float64')
    const mean = normal.reduce((a, b) => a + b) / 20000
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20000))
  })

  test.each<[name: string, bad: (g: Generator) => unknown, error: typeof RungsError, text: string]>([
    [
      'a negative length',
      (g) => g.normal(-1, 'float32'),
      ShapeError,
      'normal: the number of values must be a non-negative integer, got -1',
    ],
    ['a fractional length', (g) => g.uniform(1.5, 'float32'), ShapeError, 'got 1.5'],
    ['a length that is not a number', (g) => g.integers(Number.NaN, 0, 1), ShapeError, 'got NaN'],
    [
      'a negative n',
      (g) => g.permutation(-3),
      ShapeError,
      'permutation: the number of values must be a non-negative integer, got -3',
    ],
    ['an integer dtype', (g) => g.normal(1, 'int32' as FloatDType), DTypeError, "got 'int32'"],
    [
      'high equal to low',
      (g) => g.integers(1, 5, 5),
      RungsError,
      "random_ expects 'from' to be less than 'to', but got from=5 >= to=5",
    ],
    ['high below low', (g) => g.integers(1, 5, -2), RungsError, 'from=5 >= to=-2'],
    ['a fractional bound', (g) => g.integers(1, 0.5, 3), RungsError, 'got low=0.5, high=3'],
    ['bounds beyond int32', (g) => g.integers(1, 0, 2 ** 31 + 1), RungsError, 'high=2147483649'],
    ['an empty interval', (g) => g.uniform(1, 'float32', 2, 1), RungsError, 'found from=2 > to=1'],
    ['an infinite interval', (g) => g.uniform(1, 'float32', 0, Infinity), RungsError, 'low=0, high=Infinity'],
    ['a state of nothing', (g) => g.restore({ ...g.state(), words: [] }), RungsError, 'got 0 and 624'],
    [
      'a state of another stream',
      (g) => g.restore({ ...g.state(), stream: stream === 'torch' ? 'numpy' : 'torch' }),
      RungsError,
      `this generator is '${stream}'`,
    ],
  ])('%s throws a named error with the value', (_, bad, error, text) => {
    const g = make(0)
    expect(() => bad(g)).toThrow(error)
    expect(() => bad(g)).toThrow(text)
  })

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '3'])('the seed %s is refused', (seed) => {
    expect(() => make(seed as number)).toThrow(RungsError)
    expect(() => make(seed as number)).toThrow(`${stream}Rng: the seed must be an integer from`)
  })
})

test.each([-1, 2 ** 32])('numpyRng refuses the seed %s, as numpy does', (seed) => {
  expect(() => numpyRng(seed)).toThrow(`numpyRng: the seed must be an integer from 0 to 4294967295, got ${seed}`)
})

test.each<[string, () => unknown, string]>([
  ['an empty range', () => pythonRng(0).randrange(0), 'empty range for randrange() (0, 0, 0)'],
  ['a reversed range', () => pythonRng(0).randint(3, 1), 'empty range for randrange() (3, 2, -1)'],
  [
    'a fraction',
    () => pythonRng(0).randint(0.5, 1),
    'empty range for randrange() (0.5, 2, 1.5), or not of safe integers',
  ],
  ['nothing to choose from', () => pythonRng(0).choice([]), 'Cannot choose from an empty sequence'],
])('pythonRng refuses %s', (_, bad, text) => {
  expect(bad).toThrow(RungsError)
  expect(bad).toThrow(text)
})
