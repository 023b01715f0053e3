import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, thrown, values } from './support.ts'

const cube = (): nd.NDArray => counting(nd, [2, 3, 4])
const ints = (list: nd.Nested): nd.NDArray => nd.array(list, { dtype: 'int32' })

describe('at gives what NumPy gives for the same brackets', () => {
  test.each<[text: string, index: nd.Index[], expected: nd.Nested]>([
    ['[1, 2, 3]', [1, 2, 3], 23],
    ['[-1, -1, -1]', [-1, -1, -1], 23],
    ['[0, 1]', [0, 1], [4, 5, 6, 7]],
    ['[:, 1, 0]', [':', 1, 0], [4, 16]],
    [
      '[0, 1:, ::2]',
      [0, '1:', '::2'],
      [
        [4, 6],
        [8, 10],
      ],
    ],
    ['[0, :2, -1]', [0, ':2', -1], [3, 7]],
    ['[0, ::-1, 0]', [0, '::-1', 0], [8, 4, 0]],
    [
      '[..., 0]',
      ['...', 0],
      [
        [0, 4, 8],
        [12, 16, 20],
      ],
    ],
    ['[1, ..., 1]', [1, '...', 1], [13, 17, 21]],
    ['[0, 0, 0, ...]', [0, 0, 0, '...'], 0],
    ['[0, None, 2]', [0, null, 2], [[8, 9, 10, 11]]],
    ['[1, 0, 0, None, None]', [1, 0, 0, null, null], [[12]]],
    ['[0, slice(1, 2), slice(None, None, 3)]', [0, nd.slice(1, 2), nd.slice(undefined, undefined, 3)], [[4, 7]]],
    ['[0, 0, 4:]', [0, 0, '4:'], []],
    ['[0, [2, 0, -1], 1]', [0, ints([2, 0, -1]), 1], [9, 1, 9]],
    [
      '[:, 0, [[0], [3]]]',
      [':', 0, ints([[0], [3]])],
      [
        [[0], [3]],
        [[12], [15]],
      ],
    ],
    ['[array(1), 0, 0]', [ints(1), 0, 0], 12],
    ['[0, [], 0]', [0, ints([]), 0], []],
  ])('x%s', (_, index, expected) => {
    expect(
      cube()
        .at(...index)
        .toArraySync(),
    ).toEqual(expected)
  })

  test('nothing between the brackets is the array', () => {
    expect(values(cube().at())).toEqual(values(cube()))
  })

  test('numbers and slices give views, an integer array a copy', () => {
    const x = cube()
    expect(x.at(0, '1:').storage).toBe(x.storage)
    expect(x.at(ints([0])).storage).not.toBe(x.storage)
  })

  test('null adds a dim wherever it stands', () => {
    const c = nd.array([10, 20, 30])
    expect([c.at(null, ':'), c.at(':', null), c.at(null), c.at('...', null)].map((x) => x.shape)).toEqual([
      [1, 3],
      [3, 1],
      [1, 3],
      [3, 1],
    ])
  })
})

describe('set writes where the index says and nowhere else', () => {
  test.each<
    [text: string, index: nd.Index | nd.Index[], value: nd.NDArray | nd.Scalar, changed: Record<number, number>]
  >([
    ['[0, 1, 2] = 9', [0, 1, 2], 9, { 6: 9 }],
    ['[1] = 7', [1], 7, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [12 + i, 7]))],
    ['[:, 2, 3] = [1, 2]', [':', 2, 3], nd.array([1, 2]), { 11: 1, 23: 2 }],
    ['[0, ::2, 0] = 5', [0, '::2', 0], 5, { 0: 5, 8: 5 }],
    ['[0, 0] = row', [0, 0], nd.array([9, 8, 7, 6]), { 0: 9, 1: 8, 2: 7, 3: 6 }],
    ['[0, 0, ::-1] = row', [0, 0, '::-1'], nd.array([9, 8, 7, 6]), { 0: 6, 1: 7, 2: 8, 3: 9 }],
    ['[0, [0, 2], 1] = 3', [0, ints([0, 2]), 1], 3, { 1: 3, 9: 3 }],
    ['[0, [1, 1], 0] = [3, 4], the last wins', [0, ints([1, 1]), 0], nd.array([3, 4]), { 4: 4 }],
    ['[0, 0, [[0], [-1]]] = [[5], [6]]', [0, 0, ints([[0], [-1]])], nd.array([[5], [6]]), { 0: 5, 3: 6 }],
    ['[1, 2, 3:] = 0-d', [1, 2, '3:'], nd.array(4), { 23: 4 }],
    ['[0, 0, 4:] = 1, which is nothing', [0, 0, '4:'], 1, {}],
    ['[-1, -1, -1] of one index', [-1, -1, -1], -5, { 23: -5 }],
  ])('x%s', (_, index, value, changed) => {
    const x = cube()
    expect(x.set(index, value)).toBe(x)
    expect(values(x)).toEqual([...Array(24).keys()].map((i) => changed[i] ?? i))
  })

  test('a boolean mask over the leading dims chooses the places', () => {
    const x = counting(nd, [2, 3])
    x.set(x.gt(3), -1)
    expect(values(x)).toEqual([0, 1, 2, 3, -1, -1])
    x.set(nd.array([true, false]), 8)
    expect(values(x)).toEqual([8, 8, 8, 3, -1, -1])
    x.set(
      [
        nd.array([
          [false, true, false],
          [true, false, false],
        ]),
      ],
      nd.array([1, 2]),
    )
    expect(values(x)).toEqual([8, 1, 8, 2, -1, -1])
  })

  const [first, last] = [nd.array([true, false]), nd.array([false, true])]
  const ends = nd.array([true, false, true])
  test.each<[text: string, shape: number[], index: nd.Index | nd.Index[], value: nd.Nested, expected: nd.Nested]>([
    ['[antidiagonal] = [1, 2, 3]', [3, 3], nd.eye(3).flip([1]).to('bool'), [1, 2, 3], [0, 0, 1, 0, 2, 0, 3, 0, 0]],
    ['[[[T, F], [T, F]]] = [7, 8]', [2, 2], nd.stack([first, first]), [7, 8], [7, 0, 8, 0]],
    ['[[[T, F], [T, F]]] = [9]', [2, 2], nd.stack([first, first]), [9], [9, 0, 9, 0]],
    [
      '[[T, F, T]] = rows',
      [3, 2],
      ends,
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 0, 0, 3, 4],
    ],
    ['[[T, F, T]] = a column', [3, 2], ends, [[1], [3]], [1, 1, 0, 0, 3, 3]],
    ['[[T, F, T]] = a row', [3, 2], ends, [5, 6], [5, 6, 0, 0, 5, 6]],
    ['[:, [T, F, T]] = [5, 6]', [2, 3], [':', ends], [5, 6], [5, 0, 6, 5, 0, 6]],
    [
      '[:, [T, F, T]] = a matrix',
      [2, 3],
      [':', ends],
      [
        [5, 6],
        [7, 8],
      ],
      [5, 0, 6, 7, 0, 8],
    ],
    ['[1, [F, T]] = [3, 4]', [2, 2, 2], [1, last], [3, 4], [0, 0, 0, 0, 0, 0, 3, 4]],
    ['[nowhere] = []', [3], nd.zeros([3], { dtype: 'bool' }), [], [0, 0, 0]],
    ['[0:2] = [[1, 2]]', [3], '0:2', [[1, 2]], [1, 2, 0]],
    ['[[0, 2]] = [[1, 2]]', [3], [ints([0, 2])], [[1, 2]], [1, 0, 2]],
  ])('zeros %s', (_, shape, index, value, expected) => {
    expect(values(nd.zeros(shape).set(index, nd.array(value)))).toEqual(expected)
  })

  test('as many values as a mask has true elements, or one', () => {
    const x = nd.zeros([4])
    const error = thrown(() => x.set(nd.array([true, false, true, false]), nd.array([1, 2, 3, 4])))
    expect(error).toBeInstanceOf(nd.ShapeError)
    expect(error.message).toContain('cannot assign 4 input values to the 2 output values where the mask is true')
    expect(values(x)).toEqual([0, 0, 0, 0])
  })

  test.each<[dtype: nd.DType, value: nd.Scalar, stored: number]>([
    ['int32', 5, 5],
    ['uint8', 200, 200],
    ['uint32', 4294967295, 4294967295],
    ['bool', true, 1],
    ['float64', 0.1, 0.1],
    ['float32', true, 1],
    ['int32', false, 0],
  ])('a number takes the dtype of the %s array it is written into', (dtype, value, stored) => {
    const x = nd.ones([3], { dtype })
    x.set([1], value)
      .set([ints([2])], value)
      .set(nd.array([true, false, false]), value)
    expect(x.dtype).toBe(dtype)
    expect(values(x)).toEqual([stored, stored, stored])
  })

  test('a value that overlaps the place it is written to is read first', () => {
    const x = nd.arange(5)
    x.set(['1:'], x.at(':-1'))
    expect(values(x)).toEqual([0, 0, 1, 2, 3])
    const y = nd.arange(4)
    y.set([ints([0, 1, 2, 3])], y.flip(0))
    expect(values(y)).toEqual([3, 2, 1, 0])
  })

  test('each write counts as one change, seen by every view', () => {
    const x = cube()
    const row = x.at(0)
    x.set([0, 0], 1)
    row.set([1], 2)
    x.set([ints([1])], 3)
    x.set(nd.array([true, false]), 4)
    expect([x.version, row.version]).toEqual([4, 4])
  })
})

describe('gather, scatterAdd, indexSelect and indexAdd', () => {
  const x = counting(nd, [3, 4])
  test('gather along each dim', () => {
    expect(
      nd
        .gather(
          x,
          1,
          ints([
            [3, 0],
            [-1, 1],
          ]),
        )
        .toArraySync(),
    ).toEqual([
      [3, 0],
      [7, 5],
    ])
    expect(nd.gather(x, 0, ints([[2, 1, 0, -1]])).toArraySync()).toEqual([[8, 5, 2, 11]])
    expect(nd.gather(x.T, 0, ints([[3, 0]])).toArraySync()).toEqual([[3, 4]])
    expect(nd.gather(nd.array([4]), 0, ints([0, 0])).toArraySync()).toEqual([4, 4])
    expect(nd.gather(nd.array(4), 0, ints(0)).toArraySync()).toBe(4)
    expect(nd.gather(x, 1, nd.array([[0]], { dtype: 'uint8' })).toArraySync()).toEqual([[0]])
    expect(nd.gather(x, 1, nd.zeros([0, 4], { dtype: 'int32' })).shape).toEqual([0, 4])
  })

  test('indexSelect repeats and reorders', () => {
    expect(nd.indexSelect(x, 0, ints([2, 2, -3])).toArraySync()).toEqual([
      [8, 9, 10, 11],
      [8, 9, 10, 11],
      [0, 1, 2, 3],
    ])
    expect(nd.indexSelect(x, -1, ints([1])).toArraySync()).toEqual([[1], [5], [9]])
    expect(nd.indexSelect(x, 0, ints([])).shape).toEqual([0, 4])
    expect(x.indexSelect(0, ints([1])).toArraySync()).toEqual([[4, 5, 6, 7]])
  })

  test('scatterAdd sums duplicates and leaves its input alone', () => {
    const zeros = nd.zeros([2, 3])
    const out = nd.scatterAdd(
      zeros,
      1,
      ints([
        [0, 0, 2],
        [1, 1, -2],
      ]),
      nd.array([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    )
    expect(out.toArraySync()).toEqual([
      [3, 0, 3],
      [0, 15, 0],
    ])
    expect(values(zeros)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('indexAdd adds whole rows', () => {
    const out = nd.indexAdd(
      nd.ones([3, 2]),
      0,
      ints([2, 0, 2]),
      nd.array([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    )
    expect(out.toArraySync()).toEqual([
      [4, 5],
      [1, 1],
      [7, 9],
    ])
  })
})

describe('cat and stack', () => {
  const a = counting(nd, [2, 2])
  test('join views of any strides along any dim', () => {
    expect(nd.cat([a, a.T]).toArraySync()).toEqual([
      [0, 1],
      [2, 3],
      [0, 2],
      [1, 3],
    ])
    expect(nd.cat([a, a.at(':', ':1')], -1).toArraySync()).toEqual([
      [0, 1, 0],
      [2, 3, 2],
    ])
    expect(nd.cat([a, a.at(':0')]).shape).toEqual([2, 2])
    expect(nd.stack([a, a.flip(0)]).shape).toEqual([2, 2, 2])
    expect(nd.stack([nd.array([1, 2]), nd.array([3, 4])], -1).toArraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(nd.stack([nd.array(1), nd.array(2)]).toArraySync()).toEqual([1, 2])
  })

  test('promote', () => {
    expect(nd.cat([nd.ones([1], { dtype: 'int32' }), nd.array([1.5])])).toMatchObject({ dtype: 'float32', shape: [2] })
    expect(nd.stack([nd.array([true]), nd.ones([1], { dtype: 'uint8' })]).dtype).toBe('uint8')
  })
})
