import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, thrown, values } from './support.ts'

const ints = (list: nd.Nested): nd.NDArray => nd.array(list, { dtype: 'int32' })

describe('parts are views, and cover the array', () => {
  const x = counting(nd, [7, 2])
  test.each<[string, readonly nd.NDArray[], number[]]>([
    ['split by a size', nd.split(x, 3), [3, 3, 1]],
    ['split by sizes', nd.split(x, [2, 0, 5]), [2, 0, 5]],
    ['chunk', nd.chunk(x, 3), [3, 3, 1]],
    ['chunk into more parts than there are', nd.chunk(x.slice(0, 0, 2), 5), [1, 1]],
    ['tensorSplit', nd.tensorSplit(x, 3), [3, 2, 2]],
    ['tensorSplit at positions', nd.tensorSplit(x, [2, 6]), [2, 4, 1]],
    ['vsplit', nd.vsplit(x, 7), [1, 1, 1, 1, 1, 1, 1]],
  ])('%s', (_, parts, sizes) => {
    expect(parts.map((part) => part.shape[0])).toEqual(sizes)
    expect(values(nd.cat(parts))).toEqual(values(x).slice(0, 2 * sizes.reduce((a, b) => a + b)))
    expect(parts.every((part) => part.size === 0 || nd.sharesMemory(part, x))).toBe(true)
  })

  test('of the other dims', () => {
    const cube = counting(nd, [2, 2, 4])
    expect(nd.dsplit(cube, 2).map((part) => part.shape)).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ])
    expect(nd.hsplit(nd.arange(4), 2).map(values)).toEqual([
      [0, 1],
      [2, 3],
    ])
  })
})

test('views share memory, copies do not', () => {
  const x = counting(nd, [2, 3, 4])
  const [first, second] = nd.meshgrid([nd.arange(3), nd.arange(2)])
  const views = [nd.movedim(x, 0, -1), nd.unbind(x, 1)[2]!, ...nd.broadcastArrays(x, nd.zeros([1])).slice(0, 1)]
  expect(views.every((view) => nd.sharesMemory(view, x))).toBe(true)
  expect(nd.sharesMemory(first!, second!)).toBe(false)
  const copies = [nd.roll(x, 0, 0), nd.tile(x, 1), nd.pad(x, [0, 0], { mode: 'edge' }), nd.diff(x, { n: 0 })]
  expect(copies.some((copy) => nd.sharesMemory(copy, x))).toBe(false)
  expect(nd.sharesMemory(x.slice(2, 0, undefined, 2), x.slice(2, 1, undefined, 2))).toBe(false)
})

test('topk keeps no more memory than its elements', () => {
  const { values: largest, indices } = nd.topk(nd.arange(1000), 3)
  expect([largest.storage.size, indices.storage.size]).toEqual([3, 3])
  expect([values(largest), values(indices)]).toEqual([
    [999, 998, 997],
    [999, 998, 997],
  ])
})

describe('formulas', () => {
  test('lerp meets both ends, whatever they are', () => {
    const [a, b] = [nd.array([1e8, 1]), nd.array([1, 1e8])]
    expect(values(nd.lerp(a, b, 0))).toEqual([1e8, 1])
    expect(values(nd.lerp(a, b, 1))).toEqual([1, 1e8])
    expect(values(nd.lerp(nd.array([0, 2]), nd.array([4, 4]), nd.array([0.25, 0.5])))).toEqual([1, 3])
  })

  test('clamp takes arrays as bounds, and where they cross the upper one wins', () => {
    const x = nd.array([-2, 0.5, 9])
    expect(values(x.clamp({ min: nd.array([0, 1, 0]), max: 5 }))).toEqual([0, 1, 5])
    expect(values(x.clamp({ max: nd.array([-3, 1, 1]) }))).toEqual([-3, 0.5, 1])
    expect(values(nd.clamp(x, { min: 4, max: nd.array([1, 2, 3]) }))).toEqual([1, 2, 3])
    expect(values(nd.clip(x, 0))).toEqual([0, 0.5, 9])
  })

  test('allclose is one boolean, unsigned integers included', async () => {
    const x = nd.array([3, 5], { dtype: 'uint32' })
    expect(await nd.allclose(x, nd.array([5, 3], { dtype: 'uint32' }), { atol: 2 }).item()).toBe(1)
    expect(await nd.allclose(x, nd.array([5, 3], { dtype: 'uint32' }), { atol: 1 }).item()).toBe(0)
  })

  test('what only floats have takes integers and booleans as float32, and keeps float64', () => {
    expect(nd.atan(nd.array([true])).dtype).toBe('float32')
    expect(nd.atan2(ints([1]), 2).dtype).toBe('float32')
    const [angle] = values(nd.atan(nd.array([0.3], { dtype: 'float64' })))
    expect(angle).toBeCloseTo(Math.atan(0.3), 15)
  })

  test('a function of numbers alone gives a 0-d array', () => {
    expect(nd.hypot(3, 4).itemSync()).toBe(5)
    expect(nd.logicalAnd(true, false).itemSync()).toBe(0)
  })
})

test('triangles keep their dtype', () => {
  expect(nd.tril(nd.ones([2, 2], { dtype: 'bool' })).toArraySync()).toEqual([
    [true, false],
    [true, true],
  ])
  expect(nd.triu(nd.ones([2, 2], { dtype: 'uint8' }), 1).dtype).toBe('uint8')
})

test('maskedScatter writes elements one after another, as NumPy does with x[mask] = values', () => {
  const x = counting(nd, [2, 3])
  const mask = nd.array([
    [false, true, false],
    [true, true, false],
  ])
  expect(values(nd.maskedScatter(x, mask, nd.array([10, 20, 30, 40])))).toEqual([0, 10, 2, 20, 30, 5])
})

test('maskedScatter takes nothing where nothing is true, and keeps the kind of elements', () => {
  const x = counting(nd, [3])
  expect(values(nd.maskedScatter(x, nd.zeros([3], { dtype: 'bool' }), nd.zeros([0])))).toEqual([0, 1, 2])
  expect(thrown(() => nd.maskedScatter(ints([1]), nd.array([true]), nd.array([0.5])))).toBeInstanceOf(nd.DTypeError)
})

test('scatter writes in order, the last of equal positions winning', () => {
  const index = ints([[0, 1, 0]])
  expect(values(nd.scatter(nd.zeros([2, 3]), 0, index, nd.array([[1, 2, 3]])))).toEqual([1, 0, 3, 0, 2, 0])
})

test('diff takes what is put before and behind', () => {
  const x = nd.array([1, 4, 9])
  expect(values(nd.diff(x, { prepend: nd.array([0]), append: nd.array([9, 0]) }))).toEqual([1, 3, 5, 0, -9])
  // Booleans beside numbers are numbers.
  expect(values(nd.diff(nd.array([true, false]), { prepend: ints([3]) }))).toEqual([-2, -1])
})

test('a quantile of infinities is one, and of no rows there are none', () => {
  const inf = Number.POSITIVE_INFINITY
  expect(nd.median(nd.array([1, inf, inf])).itemSync()).toBe(inf)
  expect(nd.median(nd.array([-inf, 2, inf, inf])).itemSync()).toBe(inf)
  expect(nd.quantile(nd.array([1, inf, inf, inf]), 0.5).itemSync()).toBe(inf)
  expect(nd.median(nd.zeros([0, 3]), 1).shape).toEqual([0])
})

test('histogram finds its own range, a single number included, and its area is 1 as a density', () => {
  const x = nd.array([1, 2, 2, 5])
  expect(values(nd.histogram(x, 4).hist)).toEqual([1, 2, 0, 1])
  expect(values(nd.histogram(nd.full([3], 7), 2).binEdges)).toEqual([6.5, 7, 7.5])
  expect(values(nd.histogram(nd.zeros([0]), 2).hist)).toEqual([0, 0])
  const { hist, binEdges } = nd.histogram(x, 3, { density: true })
  expect(hist.mul(nd.diff(binEdges)).sum().itemSync()).toBeCloseTo(1, 6)
})

test('weights of a histogram are added to their own bins, beside infinities and huge ones too', () => {
  const x = nd.arange(3)
  const { POSITIVE_INFINITY: inf, NaN: nan } = Number
  const weigh = (weights: number[]): number[] => values(nd.histogram(x, 3, { weights: nd.array(weights) }).hist)
  expect(weigh([1e8, 1, 1])).toEqual([1e8, 1, 1])
  expect(weigh([inf, 1, 1])).toEqual([inf, 1, 1])
  const weights = nd.array([1, 2, 4, 8, 16, 32, 64])
  const { hist } = nd.histogram(nd.array([-1, 0, 1, 5, 6, nan, 3]), [0, 1, 3, 5], { weights })
  expect(values(hist)).toEqual([2, 4, 72])
  expect(values(nd.histogram(nd.array([1, 2]), [1, 1, 1]).hist)).toEqual([0, 1])
})

test('bincount counts booleans and bytes in int32', async () => {
  const flags = nd.array([true, false, true])
  expect(values(await nd.bincount(ints([0, 1, 1]), { weights: flags }))).toEqual([1, 1])
  const bytes = nd.array([200, 200], { dtype: 'uint8' })
  expect(values(await nd.bincount(ints([0, 0]), { weights: bytes }))).toEqual([400])
})

test('bincount adds weights up', async () => {
  const counts = await nd.bincount(ints([0, 2, 2]), { weights: nd.array([0.5, 1, 2]) })
  expect(values(counts)).toEqual([0.5, 0, 3])
  expect(values(await nd.bincount(ints([])))).toEqual([])
})

test('unique tells NaNs apart and the zeros not, and its parts put the array together again', async () => {
  const x = nd.array([0, Number.NaN, -0, 2, Number.NaN, 2])
  const { values: found, indices, inverse, counts } = await nd.unique(x)
  expect(values(found)).toEqual([0, 2, Number.NaN, Number.NaN])
  expect([values(indices), values(counts)]).toEqual([
    [0, 3, 1, 4],
    [2, 2, 1, 1],
  ])
  expect(values(nd.take(found, inverse))).toEqual([0, Number.NaN, 0, 2, Number.NaN, 2])
})

test('the positions that nonzero gives are an index', async () => {
  const x = nd.array([
    [0, 3],
    [4, 0],
  ])
  expect(values(x.at(...(await nd.nonzero(x))))).toEqual([3, 4])
  expect((await nd.argwhere(nd.array(3))).shape).toEqual([1, 0])
})

test('asarray copies nothing that need not be', () => {
  const x = nd.arange(3)
  expect(nd.asarray(x)).toBe(x)
  expect(nd.asarray(x, { dtype: 'int32' }).dtype).toBe('int32')
  expect(values(nd.asarray([1, 2]))).toEqual([1, 2])
})

test('dtypes tell their limits and kinds', () => {
  expect(nd.finfo('float32')).toMatchObject({ bits: 32, eps: 2 ** -23, max: 3.4028234663852886e38 })
  expect(nd.finfo('float16')).toMatchObject({ bits: 16, eps: 2 ** -10, max: 65504, smallestNormal: 2 ** -14 })
  expect(nd.finfo('float64')).toMatchObject({ eps: Number.EPSILON, max: Number.MAX_VALUE })
  expect(nd.iinfo('uint8')).toEqual({ dtype: 'uint8', bits: 8, min: 0, max: 255 })
  expect(nd.isDType('int32', ['bool', 'integral'])).toBe(true)
  expect(nd.isDType('float32', 'integral')).toBe(false)
  expect([nd.canCast('uint8', 'float32'), nd.canCast('float32', 'int32')]).toEqual([true, false])
})

test('numbers and lists stand for arrays where NumPy takes them', () => {
  const x = counting(nd, [2, 3])
  expect(nd.take(x, [1, 0], 1).toArraySync()).toEqual([
    [1, 0],
    [4, 3],
  ])
  expect(nd.take(x, 1, 0).toArraySync()).toEqual([3, 4, 5])
  expect(values(nd.put(x, [0, -1], 5))).toEqual([5, 1, 2, 3, 4, 5])
  expect(values(x.flip())).toEqual([5, 4, 3, 2, 1, 0])
  expect(nd.searchsorted(nd.array([1, 2, 3]), 2).itemSync()).toBe(1)
  expect(values(nd.repeatInterleave(x, [2], 0))).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
})

test('a median of integers is a float', () => {
  const middle = nd.median(ints([1, 2, 4, 16777217]))
  expect([middle.dtype, middle.itemSync()]).toEqual(['float64', 3])
})

test('logsumexp of nothing is -inf', () => {
  expect(values(nd.logsumexp(nd.zeros([2, 0]), 1))).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
})

test('diagonals far outside are those at the corner', () => {
  const x = nd.ones([2, 2])
  expect([values(nd.tril(x, -4294967296)), values(nd.triu(x, -4294967296))]).toEqual([
    [0, 0, 0, 0],
    [1, 1, 1, 1],
  ])
})

test('booleans are close where they are equal', () => {
  expect(values(nd.isclose(nd.array([true, true]), nd.array([true, false])))).toEqual([1, 0])
})

test('pad fills booleans with booleans', () => {
  expect(values(nd.pad(nd.array([true]), [1, 1]))).toEqual([0, 1, 0])
})
