import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { values } from './support.ts'

describe('creators give the values, shape and dtype they promise', () => {
  test.each<[what: string, made: nd.NDArray, dtype: nd.DType, shape: number[], expected: number[]]>([
    ['array of numbers', nd.array([10, 6, -4]), 'float32', [3], [10, 6, -4]],
    ['array of booleans', nd.array([[true], [false]]), 'bool', [2, 1], [1, 0]],
    ['array of both', nd.array([true, 2]), 'float32', [2], [1, 2]],
    ['array of one number', nd.array(7), 'float32', [], [7]],
    ['array of nothing', nd.array([]), 'float32', [0], []],
    ['array of empty rows', nd.array([[], []]), 'float32', [2, 0], []],
    ['array of a typed array', nd.array(Int32Array.of(1, -1)), 'int32', [2], [1, -1]],
    ['array rounded to float32', nd.array([0.1]), 'float32', [1], [Math.fround(0.1)]],
    ['array in float64', nd.array([0.1], { dtype: 'float64' }), 'float64', [1], [0.1]],
    [
      'array in int32',
      nd.array([1.9, -1.9, NaN, 1e10, -1e10], { dtype: 'int32' }),
      'int32',
      [5],
      [1, -1, 0, 2147483647, -2147483648],
    ],
    ['array in uint8', nd.array([300, -1, 7.9], { dtype: 'uint8' }), 'uint8', [3], [255, 0, 7]],
    ['array in bool', nd.array([0, 2, NaN], { dtype: 'bool' }), 'bool', [3], [0, 1, 1]],
    ['zeros', nd.zeros([2, 2]), 'float32', [2, 2], [0, 0, 0, 0]],
    ['ones', nd.ones([3], { dtype: 'uint8' }), 'uint8', [3], [1, 1, 1]],
    ['full', nd.full([2], -0.5), 'float32', [2], [-0.5, -0.5]],
    ['full of a boolean', nd.full([2], true), 'bool', [2], [1, 1]],
    ['full that saturates', nd.full([1], 3e9, { dtype: 'int32' }), 'int32', [1], [2147483647]],
    ['full in uint8', nd.full([1], 300, { dtype: 'uint8' }), 'uint8', [1], [255]],
    ['full of NaN as an integer', nd.full([1], NaN, { dtype: 'int32' }), 'int32', [1], [0]],
    ['full 0-d', nd.full([], 3), 'float32', [], [3]],
    ['full of no rows', nd.full([0, 3], 3), 'float32', [0, 3], []],
    ['arange', nd.arange(4), 'float32', [4], [0, 1, 2, 3]],
    ['arange from, to, by', nd.arange(5, 0, -2), 'float32', [3], [5, 3, 1]],
    [
      'arange of fractions',
      nd.arange(0, 1, 0.1),
      'float32',
      [10],
      Array.from({ length: 10 }, (_, i) => Math.fround(i * 0.1)),
    ],
    ['arange of integers', nd.arange(1, 4, 1, { dtype: 'int32' }), 'int32', [3], [1, 2, 3]],
    ['arange of large uint32', nd.arange(3e9, 3e9 + 2, 1, { dtype: 'uint32' }), 'uint32', [2], [3e9, 3e9 + 1]],
    ['arange of nothing', nd.arange(3, 3), 'float32', [0], []],
    ['linspace', nd.linspace(0, 1, 5), 'float32', [5], [0, 0.25, 0.5, 0.75, 1]],
    ['linspace of one', nd.linspace(3, 9, 1), 'float32', [1], [3]],
    ['eye', nd.eye(2, 3), 'float32', [2, 3], [1, 0, 0, 0, 1, 0]],
    ['eye in bool', nd.eye(2, 2, { dtype: 'bool' }), 'bool', [2, 2], [1, 0, 0, 1]],
    ['zerosLike', nd.zerosLike(nd.ones([2], { dtype: 'int32' })), 'int32', [2], [0, 0]],
    ['onesLike another dtype', nd.onesLike(nd.zeros([2]), { dtype: 'uint8' }), 'uint8', [2], [1, 1]],
    ['fullLike', nd.fullLike(nd.zeros([1, 2]), 9), 'float32', [1, 2], [9, 9]],
  ])('%s', (_, made, dtype, shape, expected) => {
    expect(made.dtype).toBe(dtype)
    expect(made.shape).toEqual(shape)
    expect(made.numel).toBe(expected.length)
    expect(values(made)).toEqual(expected)
  })

  test('empty and emptyLike have shape and dtype', () => {
    expect(nd.empty([2, 3], { dtype: 'int32' })).toMatchObject({ shape: [2, 3], dtype: 'int32', size: 6 })
    expect(nd.emptyLike(nd.zeros([4], { dtype: 'bool' }))).toMatchObject({ shape: [4], dtype: 'bool' })
  })

  test('an array copies the typed array it is made from', () => {
    const source = Float32Array.of(1, 2)
    const x = nd.fromTypedArray(source, [2])
    source[0] = 9
    expect(values(x)).toEqual([1, 2])
  })

  test('what is read is a copy', async () => {
    const x = nd.array([1, 2])
    x.toTypedArraySync()[0] = 9
    ;(await x.toTypedArray())[1] = 9
    expect(values(x)).toEqual([1, 2])
  })
})

describe('reading', () => {
  test.each<[shape: number[], nested: nd.Nested]>([
    [[], 0],
    [[3], [0, 1, 2]],
    [
      [2, 1],
      [[0], [1]],
    ],
    [
      [2, 0],
      [[], []],
    ],
    [[0], []],
  ])('toArray nests %j', async (shape, nested) => {
    const x = nd.arange(nd.sizeOf(shape)).reshape(shape)
    expect(await x.toArray()).toEqual(nested)
    expect(x.toArraySync()).toEqual(nested)
  })

  test('booleans read as booleans, and item as a number', async () => {
    const x = nd.array([[true, false]])
    expect(await x.toArray()).toEqual([[true, false]])
    expect(await nd.array(2.5).item()).toBe(2.5)
    expect(nd.array([[4]]).itemSync()).toBe(4)
  })

  test('views read their own elements', async () => {
    const x = nd.arange(6).reshape([2, 3])
    expect(await x.T.toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
    expect(Array.from(await x.at(1, '1:').toTypedArray())).toEqual([4, 5])
    expect(x.toString()).toBe(await x.format())
  })

  test('reading turns the event loop', async () => {
    let turned = false
    setTimeout(() => {
      turned = true
    }, 0)
    for (let i = 0; i < 10000 && !turned; i++) await nd.zeros([1]).item()
    expect(turned).toBe(true)
  })
})

describe('the default device', () => {
  test('is cpu, and is used by every creator once set', () => {
    const other = nd.createCpuDevice()
    expect(nd.defaultDevice()).toBe(nd.cpu)
    expect(nd.setDefaultDevice(other)).toBe(nd.cpu)
    try {
      const made = [
        nd.array([1]),
        nd.zeros([1]),
        nd.arange(2),
        nd.eye(2),
        nd.randn([2]),
        nd.linspace(0, 1, 2),
        nd.empty([1]),
      ]
      for (const x of made) expect(x.device).toBe(other)
      expect(nd.ones([2], { device: nd.cpu }).device).toBe(nd.cpu)
    } finally {
      nd.setDefaultDevice(nd.cpu)
    }
  })

  test('arrays move between devices, and stay where they are already there', async () => {
    const other = nd.createCpuDevice()
    const x = nd.arange(6).reshape([2, 3]).T
    const there = x.to(other)
    expect([there.device === other, there.shape, values(there)]).toEqual([true, [3, 2], [0, 3, 1, 4, 2, 5]])
    expect(values(await there.transfer(nd.cpu))).toEqual(values(x))
    expect(there.to(other)).toBe(there)
    expect(await there.transfer(other)).toBe(there)
    expect(x.to('float32')).toBe(x)
    expect(x.to('int32').dtype).toBe('int32')
  })
})

test('a shape that its owner changes afterwards is no longer that of the array', () => {
  const shape = [2, 3]
  const made = [
    nd.zeros(shape),
    nd.full(shape, 1),
    nd.empty(shape),
    nd.randn(shape),
    nd.fromTypedArray(new Float32Array(6), shape),
  ]
  shape[0] = 7
  for (const x of made) expect(x.shape).toEqual([2, 3])
})

test('linspace meets both ends exactly', () => {
  for (const count of [2, 50, 99, 1000]) {
    const x = values(nd.linspace(0, 1, count, { dtype: 'float64' }))
    expect([x[0], x.at(-1)]).toEqual([0, 1])
  }
})

test('arange of nothing is empty, and one against its step is refused', () => {
  expect(nd.arange(0, 0, -1).shape).toEqual([0])
  expect(() => nd.arange(5, 4.5)).toThrow('inconsistent with step sign')
})
