import { expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { describeErrors, type Row, untyped } from './badInput.ts'

const { AxisError, DTypeError, IndexError, RungsError, ShapeError } = nd

const along: Row[] = [
  ['cumsum without a dim', ({ x }) => x.cumsum(untyped(undefined)), AxisError, ['cumsum', 'a dim is missing']],
  ['cumprod along a dim that is not there', ({ x }) => x.cumprod(2), AxisError, ['cumprod', '[-2, 1]', 'got 2']],
  ['sort along a dim that is not there', ({ x }) => x.sort(-3), AxisError, ['sort', '-3']],
  ['sort with an option of NumPy', ({ x }) => x.sort(0, untyped({ kind: 'stable' })), RungsError, ["'kind'"]],
  ['topk of too many', ({ x }) => nd.topk(x, 4), ShapeError, ['selected index k out of range', '4', '3']],
  ['diff of a number', () => nd.diff(nd.array(1)), ShapeError, ['at least one-dimensional']],
  ['diff a negative number of times', ({ x }) => nd.diff(x, { n: -1 }), ShapeError, ['non-negative', '-1']],
  ['a quantile past 1', ({ x }) => nd.quantile(x, 1.5), RungsError, ['[0, 1]', '1.5']],
  ['a quantile of integers', ({ ints }) => nd.quantile(ints, 0.5), DTypeError, ['quantile', 'int32']],
  ['a median of nothing', () => nd.median(nd.zeros([2, 0]), 1), ShapeError, ['median', 'non-empty']],
  [
    'an interpolation that is not there',
    ({ x }) => nd.quantile(x, 0.5, 0, { interpolation: untyped('hazen') }),
    RungsError,
    ["'hazen'", 'midpoint'],
  ],
  [
    'an interpolation that every object has',
    ({ x }) => nd.quantile(x, 0.5, 0, { interpolation: untyped('toString') }),
    RungsError,
    ["'toString'"],
  ],
  ['quantiles from an array', ({ v }) => nd.quantile(v, untyped(v)), RungsError, ['quantile', 'a list of numbers']],
  ['movedim with a dim twice', ({ x }) => nd.movedim(x, [0, 0], [0, 1]), AxisError, ['movedim', 'each once']],
]

const shapes: Row[] = [
  ['split by 0', ({ x }) => nd.split(x, 0), ShapeError, ['split', '0']],
  ['split into sizes of another sum', ({ x }) => nd.split(x, [1, 2]), ShapeError, ['sum exactly to 2', '[1, 2]']],
  ['chunk into none', ({ x }) => nd.chunk(x, 0), ShapeError, ['greater than 0']],
  ['tensorSplit into half a part', ({ x }) => nd.tensorSplit(x, 0.5), ShapeError, ['larger than 0']],
  [
    'hsplit into parts that do not divide',
    ({ x }) => nd.hsplit(x, 2),
    ShapeError,
    ['not divisible', '3', 'tensorSplit'],
  ],
  ['vsplit of a vector', ({ v }) => nd.vsplit(v, 2), ShapeError, ['vsplit', 'at least 2']],
  ['dsplit of a matrix', ({ x }) => nd.dsplit(x, 1), ShapeError, ['dsplit', 'at least 3']],
  ['unbind of a number', () => nd.unbind(nd.array(1)), ShapeError, ['unbind']],
  ['pad with an odd number of widths', ({ x }) => nd.pad(x, [1]), ShapeError, ['divisible by 2', '[1]']],
  ['pad with a negative width', ({ x }) => nd.pad(x, [-1, 0]), ShapeError, ['pad', 'slice']],
  ['a mirror of nothing', () => nd.pad(nd.zeros([0]), [1, 1], { mode: 'reflect' }), ShapeError, ['nothing to reflect']],
  ['a mode that is not there', ({ x }) => nd.pad(x, [1, 1], { mode: untyped('zero') }), RungsError, ["'zero'", 'edge']],
  ['tile a negative number of times', ({ x }) => nd.tile(x, [-1]), ShapeError, ['tile', '-1']],
  ['repeats for other positions', ({ x }) => nd.repeatInterleave(x, [1, 2, 3], 0), ShapeError, ['3', '2']],
  ['roll with more shifts than dims', ({ x }) => nd.roll(x, [1, 2], 0), ShapeError, ['must align']],
  ['tril of a vector', ({ v }) => nd.tril(v), ShapeError, ['at least 2 dimensions', '(2,)']],
  ['cross of vectors of two', ({ v }) => nd.cross(v, v), ShapeError, ['length 3', '(2,)']],
  ['tensordot of sizes that differ', ({ x }) => nd.tensordot(x, x, [[0], [1]]), ShapeError, ['contracted dimensions']],
  ['tensordot over more dims than there are', ({ x }) => nd.tensordot(x, x, 3), ShapeError, ['dims >= 0', '3']],
  ['searchsorted in a matrix of other rows', ({ x, v }) => nd.searchsorted(x, v), ShapeError, ['(2, 3)', '(2,)']],
  ['histogram without bins', ({ x }) => nd.histogram(x, 0), RungsError, ['bins must be positive']],
  ['histogram of one edge', ({ x }) => nd.histogram(x, nd.array([1])), ShapeError, ['edges', '(1,)']],
  ['histogram of descending edges', ({ x }) => nd.histogram(x, [3, 1, 2]), RungsError, ['must increase monotonically']],
  [
    'histogram of NaN without a range',
    () => nd.histogram(nd.array([1, Number.NaN])),
    RungsError,
    ['autodetected range of [NaN, NaN] is not finite'],
  ],
  [
    'meshgrid of vectors one by one',
    ({ v }) => nd.meshgrid<nd.NDArray>(untyped(v), untyped(v)),
    ShapeError,
    ['meshgrid([x, y])'],
  ],
  [
    'meshgrid in another order',
    ({ v }) => nd.meshgrid([v, v], { indexing: untyped('yx') }),
    RungsError,
    ["'xy' and 'ij'"],
  ],
  ['meshgrid with an option misspelt', ({ v }) => nd.meshgrid([v], untyped({ index: 'ij' })), RungsError, ["'index'"]],
  ['pad with one width', ({ x }) => nd.pad(x, untyped(1)), ShapeError, ['pad', '[left, right]', '1']],
  ['roll by half a step', ({ v }) => nd.roll(v, 1.5), ShapeError, ['roll', 'integers', '1.5']],
  ['diff half a time', ({ v }) => nd.diff(v, { n: 0.5 }), ShapeError, ['0.5', 'integer']],
  ['diff along a dim that is not there', ({ x }) => nd.diff(x, { dim: 2 }), AxisError, ['diff', 'got 2']],
  ['stack along a dim that is not there', ({ v }) => nd.stack([v], 3), AxisError, ['stack', '[-2, 1]', 'got 3']],
  ['vstack of nothing', () => nd.vstack([]), ShapeError, ['vstack']],
  ['hstack of nothing', () => nd.hstack([]), ShapeError, ['hstack']],
  ['tril from half a diagonal', ({ x }) => nd.tril(x, 1.5), IndexError, ['tril', '1.5']],
  [
    'a mode that every object has',
    ({ x }) => nd.pad(x, [1, 1], { mode: untyped('toString') }),
    RungsError,
    ["'toString'"],
  ],
  ['histogram over no range', ({ x }) => nd.histogram(x, 2, { range: [1, 0] }), RungsError, ['[1, 0]']],
  ['weights of another shape', ({ x, v }) => nd.histogram(x, 2, { weights: v }), ShapeError, ['(2,)', '(2, 3)']],
]

const indices: Row[] = [
  ['take past the end', ({ x }) => nd.take(x, nd.array([6], { dtype: 'int32' })), IndexError, ['6', 'take']],
  ['take by floats', ({ x, v }) => nd.take(x, v), DTypeError, ['take', 'float32']],
  ['takeAlongDim by fewer dims', ({ x, ints }) => nd.takeAlongDim(x, ints, 0), ShapeError, ['takeAlongDim', '2', '1']],
  ['put past the end', ({ x, v }) => nd.put(x, nd.array([0, 9], { dtype: 'int32' }), v), IndexError, ['put', '9']],
  ['put of floats among integers', ({ ints, v }) => nd.put(ints, ints, v), DTypeError, ['put', 'float32', 'int32']],
  [
    'fewer elements than the mask takes',
    ({ x }) => nd.maskedScatter(x, x.ge(0), nd.array([1, 2])),
    IndexError,
    ['maskedScatter', '2 < 6'],
  ],
  ['take at half a position', ({ v }) => nd.take(v, [0.5]), IndexError, ['take', '0.5']],
  ['takeAlongDim by a list', ({ v }) => nd.takeAlongDim(v, untyped([0])), DTypeError, ['takeAlongDim: expected']],
  ['gather by a list', ({ v }) => nd.gather(v, 0, untyped([0])), DTypeError, ['gather: expected an array']],
  [
    'scatterAdd of a number',
    ({ v, ints }) => nd.scatterAdd(v, 0, ints, untyped(1)),
    DTypeError,
    ['scatterAdd', 'number 1'],
  ],
  [
    'a value that bytes do not hold',
    () => nd.pad(nd.ones([2], { dtype: 'uint8' }), [1, 1], { value: 300 }),
    DTypeError,
    ['300'],
  ],
  [
    'half a value among integers',
    ({ ints }) => nd.pad(ints, [1, 1], { value: 0.5 }),
    DTypeError,
    ['pad', '0.5', 'int32'],
  ],
  [
    'searchsorted of signed in unsigned',
    ({ ints }) => nd.searchsorted(nd.ones([2], { dtype: 'uint32' }), ints),
    DTypeError,
    ['searchsorted', 'uint32', 'int32'],
  ],
  ['limits of an integer as of a float', () => nd.finfo('int32'), DTypeError, ['iinfo']],
  ['limits of a float as of an integer', () => nd.iinfo('float32'), DTypeError, ['finfo']],
]

describeErrors('along dims', along)
describeErrors('shapes', shapes)
describeErrors('indices and dtypes', indices)

test('what waits for values refuses when it has looked', async () => {
  const ints = nd.array([1, -1], { dtype: 'int32' })
  const counts = nd.array([1, 2], { dtype: 'int32' })
  await expect(nd.bincount(ints)).rejects.toThrow('non-negative integral inputs, got -1')
  await expect(nd.bincount(nd.ones([2]))).rejects.toThrow(DTypeError)
  await expect(nd.bincount(counts, { minLength: -3 })).rejects.toThrow("'minLength' must not be negative")
  await expect(nd.bincount(counts, { weights: nd.ones([3]) })).rejects.toThrow(
    "The weights and list don't have the same length",
  )
  await expect(nd.nonzero(nd.array(1))).rejects.toThrow(ShapeError)
})
