import { expectClose, type GoldenDistribution, loadRandom } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import type { NDArray } from '../src/index.ts'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const golden = loadRandom()
const create = { torch: nd.torchRng, numpy: nd.numpyRng, python: nd.pythonRng }

type Numbers = readonly number[]

function drawn({ method, arguments: given }: GoldenDistribution, generator: nd.Generator): NDArray {
  const [a, b, c, d] = given as readonly [number, number, number, nd.DType]
  switch (method) {
    case 'normalOf':
      return nd.normal([a], b, c, { dtype: d, generator })
    case 'bernoulli':
      return nd.bernoulli([a], b, { generator })
    case 'bernoulliEach': {
      const p = nd.array([...(given[0] as Numbers)], { dtype: given[1] as nd.DType })
      return nd.bernoulli(p.shape, p, { generator })
    }
    case 'exponential':
      return nd.exponential([a], b, { dtype: given[2] as nd.DType, generator })
    case 'gamma': {
      const concentrations = nd.array([...(given[0] as Numbers)], { dtype: given[1] as nd.DType })
      return nd.gamma(concentrations.shape, concentrations, 1, { dtype: given[1] as nd.DType, generator })
    }
    case 'multinomial':
      return nd.multinomial(nd.array(given[0] as Numbers), b, { replacement: given[2] as boolean, generator }).flatten()
    case 'choice': {
      const p = given[3] as Numbers | undefined
      return nd.choice(a, [b], { replacement: given[2] as boolean, generator, ...(p && { p }) })
    }
    case 'shuffle':
      return nd.shuffle_(nd.arange(a, undefined, 1, { dtype: 'int32' }), { generator })
  }
}

describe('a seeded generator draws what the original draws', () => {
  for (const { stream, seed, calls } of golden.distributions) {
    test(`${stream}, seed ${seed}: ${calls.length} calls`, () => {
      const generator = create[stream](seed)
      calls.forEach((call, i) => {
        const found = drawn(call, generator)
        // Logarithms and powers are the engine's: a few units of the last place, in float32 one that rounding can make of them.
        const tolerance = found.dtype === 'float64' ? { relative: 2e-14 } : { relative: 1.2e-7 }
        expectClose(
          values(found),
          call.values!,
          tolerance,
          `call ${i}, ${call.method}(${JSON.stringify(call.arguments)})`,
        )
      })
    })
  }
})

describe('shapes and dtypes', () => {
  test.for<[name: string, x: () => NDArray, shape: number[], dtype: nd.DType]>([
    ['normal', () => nd.normal([2, 3], 1, 2), [2, 3], 'float32'],
    ['bernoulli of a dtype', () => nd.bernoulli([4], 0.5, { dtype: 'bool' }), [4], 'bool'],
    ['bernoulli of rows', () => nd.bernoulli([2, 3], nd.array([0, 0.5, 1])), [2, 3], 'float32'],
    ['exponential', () => nd.exponential([], 2, { dtype: 'float64' }), [], 'float64'],
    ['gamma of one concentration', () => nd.gamma([3, 1], 2), [3, 1], 'float32'],
    ['multinomial of a row', () => nd.multinomial(nd.ones([5]), 2), [2], 'int32'],
    ['multinomial of rows', () => nd.multinomial(nd.ones([3, 5]), 4), [3, 4], 'int32'],
    ['categorical', () => nd.categorical(nd.zeros([2, 3, 4])), [2, 3], 'int32'],
    ['categorical of a row', () => nd.categorical(nd.zeros([4])), [], 'int32'],
    ['choice of rows', () => nd.choice(nd.ones([4, 2]), [3, 3]), [3, 3, 2], 'float32'],
    ['choice of one', () => nd.choice(4, []), [], 'int32'],
    ['permutation of rows', () => nd.permutation(nd.ones([4, 2])), [4, 2], 'float32'],
    ['nothing', () => nd.exponential([0, 3]), [0, 3], 'float32'],
  ])('%s', ([, x, shape, dtype]) => {
    expect([x().shape, x().dtype]).toEqual([shape, dtype])
  })
})

test('categorical is multinomial of the softmax, with replacement', () => {
  const logits = nd.randn([6, 4], { generator: nd.torchRng(2) })
  const drawn = nd.multinomial(nd.softmax(logits, 1), 1, { replacement: true, generator: nd.torchRng(3) })
  expect(values(nd.categorical(logits.reshape([2, 3, 4]), { generator: nd.torchRng(3) }))).toEqual(values(drawn))
})

test.for<[name: string, generator: () => nd.Generator | nd.PhiloxGenerator]>([
  ['torchRng', () => nd.torchRng(1)],
  ['philoxRng', () => nd.philoxRng(1)],
])('with %s, multinomial gives different positions unless they may come again', ([, generator]) => {
  const [weights, replacement] = [nd.array([1, 0, 2, 3]).expand([50, 4]), true]
  const different = nd.multinomial(weights, 3, { generator: generator() }).toArraySync() as number[][]
  for (const row of different) expect(row.toSorted()).toEqual([0, 2, 3])
  const again = nd.multinomial(weights, 9, { replacement, generator: generator() })
  expect(again.shape).toEqual([50, 9])
  expect(new Set(values(again))).toEqual(new Set([0, 2, 3]))
})

test.for<[name: string, generator: nd.Generator | nd.PhiloxGenerator]>([
  ['torchRng', nd.torchRng(1)],
  ['philoxRng', nd.philoxRng(1)],
])('with %s, categorical takes each class as often as softmax says', ([, generator]) => {
  const logits = nd.array([0, 1, 2]).expand([20_000, 3])
  const drawn = values(nd.categorical(logits, { generator }))
  const total = 1 + Math.E + Math.E ** 2
  for (const [k, p] of [1 / total, Math.E / total, Math.E ** 2 / total].entries()) {
    const share = drawn.filter((x) => x === k).length / drawn.length
    // Five standard errors.
    expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / drawn.length))
  }
})

test('shuffle_ moves whole rows, and permutation leaves its array alone', () => {
  const x = nd.arange(20).reshape([5, 4])
  const copy = nd.permutation(x, { generator: nd.numpyRng(3) })
  expect(values(x)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  nd.shuffle_(x, { generator: nd.numpyRng(3) })
  expect(values(x)).toEqual(values(copy))
  expect(values(x.at(':', 0)).toSorted((a, b) => a - b)).toEqual([0, 4, 8, 12, 16])
  expect(x.sub(x.at(':', '0:1')).toArraySync()).toEqual(Array(5).fill([0, 1, 2, 3]))
})

test.for<[dtype: nd.DType, low: number, high: number]>([
  ['uint8', 0, 256],
  ['bool', 0, 2],
  ['float32', -3, 300],
  ['int32', -(2 ** 31), 2 ** 31],
])('randint of %s takes bounds of %d to before %d', ([dtype, low, high]) => {
  for (const generator of [nd.torchRng(1), nd.philoxRng(1)]) {
    const drawn = values(nd.randint(low, high, [40], { dtype, generator })).map(Number)
    expect(drawn.every((x) => x >= low && x < high)).toBe(true)
  }
})

test('choice takes nothing of nothing', () => {
  for (const source of [0, nd.zeros([0]), nd.zeros([0, 3])]) {
    for (const replacement of [true, false]) expect(nd.choice(source, [0], { replacement }).size).toBe(0)
  }
  expect(nd.choice(nd.zeros([0, 3]), [2, 0]).shape).toEqual([2, 0, 3])
})

test.for<nd.DType>(['float32', 'float64'])('choice takes probabilities in an array of %s, as in a list', (dtype) => {
  // In float32 ten tenths sum to 1 + 1.5e-8.
  const p = Array<number>(10).fill(0.1)
  const take = (given: nd.ChoiceOptions['p'] & object): number[] =>
    values(nd.choice(10, [20], { p: given, generator: nd.numpyRng(3) }))
  expect(take(nd.array(p, { dtype }))).toEqual(take(p))
})

const philox = nd.philoxRng(0) as unknown as nd.Generator
test.for<[name: string, call: () => unknown, text: string]>([
  ['a negative deviation', () => nd.normal([1], 0, -1), 'normal expects std >= 0.0, but found std -1'],
  ['normal integers', () => nd.normal([1], 0, 1, { dtype: 'int32' }), '"normal" is not defined for int32'],
  ['a probability of 2', () => nd.bernoulli([1], 2), 'bernoulli_ expects p to be in [0, 1], but got p=2'],
  ['a probability of NaN', () => nd.bernoulli([1], NaN), 'but got p=NaN'],
  ['one probability of 1.5', () => nd.bernoulli([2], nd.array([1, 1.5])), 'p to be in [0, 1], but got p=1.5'],
  ['one probability of -1', () => nd.bernoulli([2], nd.array([-1, 1])), 'p to be in [0, 1], but got p=-1'],
  ['one probability of NaN', () => nd.bernoulli([2, 1], nd.array([NaN])), 'but got p=NaN'],
  [
    'probabilities of another shape',
    () => nd.bernoulli([1], nd.ones([3])),
    'The expanded size of the tensor (1) must match',
  ],
  [
    'integers too large for their dtype',
    () => nd.randint(0, 1000, [5], { dtype: 'uint8' }),
    'to - 1 is out of bounds for uint8, 0 to 255: randint(0, 1000); pass another dtype',
  ],
  ['integers too small', () => nd.randint(-5, 9, [5], { dtype: 'uint8' }), 'from is out of bounds for uint8'],
  ['flags of 5', () => nd.randint(0, 5, [5], { dtype: 'bool' }), 'to - 1 is out of bounds for bool'],
  [
    'integers of a counter',
    () => nd.randint(0, 257, [5], { dtype: 'uint8', generator: nd.philoxRng(0) }),
    'to - 1 is out of bounds for uint8',
  ],
  ['a rate of 0', () => nd.exponential([1], 0), 'exponential_ expects lambda > 0.0, but found lambda=0'],
  ['a negative concentration', () => nd.gamma([1], -1), 'gamma expects concentrations of 0 or more, got -1'],
  ['a negative rate', () => nd.gamma([1], 1, -1), 'gamma expects rate > 0, got -1'],
  [
    'too many',
    () => nd.multinomial(nd.ones([2]), 3),
    'cannot sample n_sample > prob_dist.size(-1) samples without replacement',
  ],
  ['none', () => nd.multinomial(nd.ones([2]), 0), 'cannot sample n_sample <= 0 samples'],
  ['weights of three dims', () => nd.multinomial(nd.ones([2, 2, 2]), 1), 'prob_dist must be 1 or 2 dim'],
  ['no weight', () => nd.multinomial(nd.zeros([2]), 1), 'invalid multinomial distribution (sum of probabilities <= 0)'],
  ['a negative weight', () => nd.multinomial(nd.array([-1, 2]), 1), 'contains either `inf`, `nan` or element < 0'],
  ['whole weights', () => nd.multinomial(nd.ones([2], { dtype: 'int32' }), 1), 'only supports floating-point dtypes'],
  ['logits of no dims', () => nd.categorical(nd.ones([])), 'categorical: logits are (…, K), got a 0-d array'],
  ['a choice of nothing', () => nd.choice(0, [1]), 'a must be greater than 0 unless no samples are taken'],
  [
    'a choice of too many',
    () => nd.choice(2, [3], { replacement: false }),
    "Cannot take a larger sample than population when 'replace=False'",
  ],
  ['other probabilities', () => nd.choice(3, [1], { p: [0.5, 0.5] }), "'a' and 'p' must have same size"],
  ['an array of other probabilities', () => nd.choice(3, [1], { p: nd.array([0.5, 0.5]) }), 'got 3 and 2'],
  [
    'rows of probabilities',
    () => nd.choice(1, [1], { p: nd.ones([1, 1]) }),
    "'p' must be 1-dimensional, got shape (1, 1)",
  ],
  ['a choice of less than nothing', () => nd.choice(-1, [0]), 'a must be greater than 0'],
  ['negative probabilities', () => nd.choice(2, [1], { p: [-1, 2] }), 'probabilities are not non-negative'],
  ['probabilities of less', () => nd.choice(2, [1], { p: [0.5, 0.4] }), 'probabilities do not sum to 1'],
  [
    'too few probabilities',
    () => nd.choice(3, [3], { replacement: false, p: [0, 0.5, 0.5] }),
    'Fewer non-zero entries in p than size',
  ],
  ['NumPy’s name', () => nd.choice(3, [1], { replace: true } as object), "unexpected keyword argument 'replace'"],
  ['rows of a number', () => nd.permutation(nd.ones([])), 'permutation: a 0-d array has no rows'],
  [
    'a counter for gamma',
    () => nd.gamma([3], 1, 1, { generator: philox }),
    'gamma: is drawn number by number on the host',
  ],
])('%s is refused', ([, call, text]) => {
  const error = thrown(call)
  expect(error).toBeInstanceOf(nd.RungsError)
  expect(error.message).toContain(text)
})
