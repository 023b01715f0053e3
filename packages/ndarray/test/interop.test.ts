import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, thrown, values } from './support.ts'

function* count(to: number): Generator<number> {
  for (let i = 0; i < to; i++) yield i
}

describe('an array is made of lists of any kind', () => {
  const x = nd.array([1, 2])
  const ints = nd.array([3, 4], { dtype: 'int32' })
  test.for<[what: string, made: () => nd.NDArray, dtype: nd.DType, shape: number[], expected: number[]]>([
    ['a generator', () => nd.array(count(3)), 'float32', [3], [0, 1, 2]],
    ['a Set', () => nd.array(new Set([2, 1, 2])), 'float32', [2], [2, 1]],
    ['the values of a Map', () => nd.array(new Map([['a', true]]).values()), 'bool', [1], [1]],
    ['the entries of a Map', () => nd.array(new Map([[1, 2]])), 'float32', [1, 2], [1, 2]],
    ['generators in a list', () => nd.array([count(2), count(2)]), 'float32', [2, 2], [0, 1, 0, 1]],
    ['an empty generator', () => nd.array(count(0)), 'float32', [0], []],
    ['typed arrays', () => nd.array([Int32Array.of(1, 2), Int32Array.of(3, 4)]), 'int32', [2, 2], [1, 2, 3, 4]],
    [
      'typed arrays of two dtypes',
      () => nd.array([Int32Array.of(1), Float64Array.of(0.5)]),
      'float64',
      [2, 1],
      [1, 0.5],
    ],
    ['typed arrays and lists', () => nd.array([Float64Array.of(0.5), [1]]), 'float32', [2, 1], [0.5, 1]],
    ['typed arrays as asked', () => nd.array([Uint8Array.of(7)], { dtype: 'float64' }), 'float64', [1, 1], [7]],
    ['clamped bytes', () => nd.array(Uint8ClampedArray.of(7, 300)), 'uint8', [2], [7, 255]],
    ['arrays', () => nd.array([x, x.mul(2)]), 'float32', [2, 2], [1, 2, 2, 4]],
    [
      'arrays in lists in lists',
      () =>
        nd.array([
          [x, x],
          [x, x],
        ]),
      'float32',
      [2, 2, 2],
      [1, 2, 1, 2, 1, 2, 1, 2],
    ],
    ['arrays of two dtypes', () => nd.array([x, ints]), 'float32', [2, 2], [1, 2, 3, 4]],
    ['arrays as asked', () => nd.array([ints], { dtype: 'float64' }), 'float64', [1, 2], [3, 4]],
    ['0-d arrays', () => nd.array([x.sum(), x.sum()]), 'float32', [2], [3, 3]],
    ['the rows of an array', () => nd.array(new Set(nd.eye(2))), 'float32', [2, 2], [1, 0, 0, 1]],
    [
      'an image',
      () => nd.array({ data: Uint8ClampedArray.from(count(24)), width: 3, height: 2 }),
      'uint8',
      [2, 3, 4],
      [...count(24)],
    ],
  ])('%s', ([, made, dtype, shape, expected]) => {
    const found = made()
    expect([found.dtype, found.shape, values(found)]).toEqual([dtype, shape, expected])
  })

  test('stacked arrays are a copy, on their own device', () => {
    const device = nd.createCpuDevice()
    const rows = [nd.ones([2], { device }), nd.zeros([2], { device })]
    const stacked = nd.array(rows)
    rows[0]!.fill_(5)
    expect(stacked.device).toBe(device)
    expect(values(stacked)).toEqual([1, 1, 0, 0])
  })
})

test('an image goes there and back', async () => {
  const pixels = { data: Uint8ClampedArray.from(count(24)), width: 3, height: 2 }
  expect(await nd.toImageData(nd.array(pixels))).toEqual(pixels)
  const upsideDown = await nd.toImageData(nd.array(pixels).flip(0))
  expect([...upsideDown.data.slice(0, 4)]).toEqual([12, 13, 14, 15])
})

describe('iteration', () => {
  test('gives views along the first dim', () => {
    const x = counting(nd, [3, 2])
    const rows = [...x]
    expect(rows.map((row) => row.toArraySync())).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
    rows[1]!.fill_(9)
    expect(values(x)).toEqual([0, 1, 9, 9, 4, 5])
    const [first, , last] = x.T.at(0)
    expect([first!.itemSync(), last!.itemSync()]).toEqual([0, 4])
    expect([...nd.zeros([0, 3])]).toEqual([])
    expect(() => [...nd.array(3)]).toThrow(TypeError)
  })
})

test.for<[name: string, call: () => unknown, error: typeof nd.RungsError, text: string]>([
  ['text', () => nd.array('123' as never), nd.ShapeError, "elements are numbers or booleans, got '123'"],
  ['text in a list', () => nd.array(['1'] as never), nd.ShapeError, "elements are numbers or booleans, got '1'"],
  ['an object', () => nd.array({ a: 1 } as never), nd.ShapeError, 'got [object Object]'],
  ['ragged generators', () => nd.array([count(2), count(3)]), nd.ShapeError, 'must not be ragged'],
  [
    'ragged arrays',
    () => nd.array([nd.ones([2]), nd.ones([3])]),
    nd.ShapeError,
    'stack expects each tensor to be equal size',
  ],
  ['an array and a number', () => nd.array([nd.ones([]), 1]), nd.DTypeError, 'holds arrays alone, got 1'],
  [
    'typed arrays of 64 bits',
    () => nd.array([BigInt64Array.of(1n)] as never),
    nd.DTypeError,
    'no dtype holds the elements',
  ],
  [
    'an image that is too small',
    () => nd.array({ data: new Uint8ClampedArray(4), width: 2, height: 1 }),
    nd.ShapeError,
    "shape '[1, 2, 4]' is invalid for input of size 4",
  ],
])('%s is refused', ([, call, error, text]) => {
  expect(thrown(call)).toBeInstanceOf(error)
  expect(thrown(call).message).toContain(text)
})

test('what is no image is refused', async () => {
  await expect(nd.toImageData(nd.zeros([2, 3, 3], { dtype: 'uint8' }))).rejects.toThrow('pixels are (height, width, 4)')
  await expect(nd.toImageData(nd.zeros([2, 3, 4]))).rejects.toThrow("got float32; cast with x.to('uint8')")
})
