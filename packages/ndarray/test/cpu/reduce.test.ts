import { describe, expect, test } from 'vitest'
import type { ReduceOp } from '../../src/device.ts'
import type { DType } from '../../src/dtype.ts'
import { binary, coord, input } from '../../src/expr.ts'
import { program } from '../../src/program.ts'
import { addresses, devices, lcg, runReduce, type ViewOptions, values, view } from './seam.ts'

const x = input(0)
const self = program(x)
const ops: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin']

/** Over elements in row-major order of the reduced axes. */
const plain: { readonly [O in ReduceOp]: (list: readonly number[]) => number } = {
  sum: (list) => list.reduce((a, b) => a + b, 0),
  prod: (list) => list.reduce((a, b) => a * b, 1),
  max: (list) => Math.max(...list),
  min: (list) => Math.min(...list),
  any: (list) => (list.some((value) => value !== 0) ? 1 : 0),
  all: (list) => (list.every((value) => value !== 0) ? 1 : 0),
  argmax: (list) => (list.some(Number.isNaN) ? list.findIndex(Number.isNaN) : list.indexOf(Math.max(...list))),
  argmin: (list) => (list.some(Number.isNaN) ? list.findIndex(Number.isNaN) : list.indexOf(Math.min(...list))),
}
const outType = (op: ReduceOp, from: DType): DType =>
  op === 'any' || op === 'all'
    ? 'bool'
    : op.startsWith('arg') || ((op === 'sum' || op === 'prod') && from === 'uint8')
      ? 'int32'
      : from

/** Elements of each result, by the definition. */
function groups(shape: readonly number[], list: readonly number[], dims: readonly number[]): number[][] {
  const keptShape = shape.map((size, dim) => (dims.includes(dim) ? 1 : size))
  const redShape = shape.map((size, dim) => (dims.includes(dim) ? size : 1))
  const strides = shape.map((_, dim) => shape.slice(dim + 1).reduce((a, b) => a * b, 1))
  return addresses(keptShape, strides).map((kept) => addresses(redShape, strides, kept).map((at) => list[at]!))
}

const dimLists = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], []]
const layouts: readonly [name: string, shape: readonly number[], options: ViewOptions][] = [
  ['contiguous', [4, 5, 9], {}],
  ['transposed', [4, 5, 9], { strides: [1, 4, 20] }],
  ['reversed', [4, 5, 9], { strides: [-45, -9, -1], offset: 179 }],
  ['of stride 0', [4, 5, 9], { strides: [0, 1, 0], size: 5 }],
  ['permuted', [4, 5, 9], { strides: [9, 36, 1] }],
  ['with axes of size 1', [1, 5, 1], {}],
]

describe.each(devices)('reduce: %s', (_, device) => {
  const random = lcg(3)
  const data = Array.from({ length: 180 }, () => Math.floor(random() * 7) - 2)

  test.each(layouts)('%s views, every operator, over all choices of dims', (_name, shape, options) => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const) {
      const a = view(device, dtype, shape, dtype === 'uint8' ? data.map((v) => Math.abs(v)) : data, options)
      const list = values(a)
      for (const op of ops) {
        for (const dims of dimLists) {
          if (op === 'prod' && dims.length > 1) continue
          const wanted = groups(shape, list, dims).map(plain[op])
          const got = values(runReduce(device, op, self, [a], dims, outType(op, dtype)))
          expect(
            got.map((value) => value + 0),
            `${op} ${dtype} ${dims}`,
          ).toEqual(wanted.map((value) => value + 0))
        }
      }
    }
  })

  test('a long axis and more kept positions than one block', () => {
    for (const [shape, strides] of [
      [
        [3, 2500],
        [2500, 1],
      ],
      [
        [3, 2500],
        [1, 3],
      ],
    ] as const) {
      const a = view(device, 'float64', shape, data, { strides })
      for (const dims of [[0], [1]]) {
        expect(values(runReduce(device, 'sum', self, [a], dims))).toEqual(groups(shape, values(a), dims).map(plain.sum))
        expect(values(runReduce(device, 'argmax', self, [a], dims, 'int32'))).toEqual(
          groups(shape, values(a), dims).map(plain.argmax),
        )
      }
    }
  })

  test('float32 sums accumulate in float64 and round once', () => {
    const a = view(device, 'float32', [4], [16777216, 1, 1, -16777216])
    expect(values(runReduce(device, 'sum', self, [a], [0]))).toEqual([2])
    const half = view(device, 'float32', [3], [1, 2 ** -24, 2 ** -24])
    expect(values(runReduce(device, 'sum', self, [half], [0]))).toEqual([1 + 2 ** -23])
  })

  test('integer sums and products wrap', () => {
    const a = view(device, 'int32', [3], [2147483647, 2147483647, 5])
    expect(values(runReduce(device, 'sum', self, [a], [0]))).toEqual([3])
    expect(values(runReduce(device, 'prod', self, [a], [0]))).toEqual([5])
    const u = view(device, 'uint32', [2], [4294967295, 4294967295])
    expect(values(runReduce(device, 'sum', self, [u], [0]))).toEqual([4294967294])
    expect(values(runReduce(device, 'max', self, [u], [0]))).toEqual([4294967295])
    const b = view(device, 'bool', [5], [1, 1, 0, 1, 1])
    expect(values(runReduce(device, 'sum', self, [b], [0], 'int32'))).toEqual([4])
    expect(values(runReduce(device, 'max', self, [b], [0]))).toEqual([1])
  })

  test('NaN propagates and is the first extreme', () => {
    const rows = [
      [1, NaN, 3, NaN, 9],
      [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
      [Infinity, 2, Infinity, 2, 2],
    ]
    for (const strides of [
      [5, 1],
      [1, 3],
    ]) {
      const flat = strides[0] === 5 ? rows.flat() : rows[0]!.flatMap((_, j) => rows.map((row) => row[j]!))
      const a = view(device, 'float32', [3, 5], flat, { strides })
      expect(values(runReduce(device, 'max', self, [a], [1]))).toEqual([NaN, -Infinity, Infinity])
      expect(values(runReduce(device, 'min', self, [a], [1]))).toEqual([NaN, -Infinity, 2])
      expect(values(runReduce(device, 'argmax', self, [a], [1], 'int32'))).toEqual([1, 0, 0])
      expect(values(runReduce(device, 'argmin', self, [a], [1], 'int32'))).toEqual([1, 0, 1])
      expect(values(runReduce(device, 'any', self, [a], [0], 'bool'))).toEqual([1, 1, 1, 1, 1])
    }
  })

  test('no elements give the identity, no results give nothing', () => {
    const a = view(device, 'float32', [2, 0], [])
    const wanted: [ReduceOp, number][] = [
      ['sum', 0],
      ['prod', 1],
      ['any', 0],
      ['all', 1],
    ]
    for (const [op, value] of wanted) {
      expect(values(runReduce(device, op, self, [a], [1], op.startsWith('a') ? 'bool' : 'float32'))).toEqual([
        value,
        value,
      ])
    }
    expect(values(runReduce(device, 'sum', self, [a], [0]))).toEqual([])
  })

  test('a formula of several inputs and of coordinates is reduced without being stored', () => {
    const a = view(device, 'float32', [2, 3], [1, 2, 3, 4, 5, 6])
    const b = view(device, 'float32', [2, 3], [1, 0, 2, 1, 1, 1])
    expect(values(runReduce(device, 'sum', program(binary('mul', x, input(1))), [a, b], [1]))).toEqual([7, 15])
    const shape = [2, 3, 4, 2]
    const ones = view(device, 'int32', shape, [1])
    const place = [0, 1, 2, 3].reduce((sum, dim) => binary('add', sum, binary('mul', coord(dim), x)), x)
    for (const dims of [[1], [0, 2], [3], [0, 1, 2, 3]]) {
      const list = addresses(shape, [1, 1, 1, 1], 1)
      expect(values(runReduce(device, 'sum', program(place), [ones], dims))).toEqual(
        groups(shape, list, dims).map(plain.sum),
      )
    }
  })

  test('coordinates of a kept axis count on past the block that accumulators come in', () => {
    const zeros = view(device, 'int32', [2, 5000], [0])
    expect(values(runReduce(device, 'max', program(binary('add', x, coord(1))), [zeros], [0], 'int32'))).toEqual([
      ...Array(5000).keys(),
    ])
  })
})
