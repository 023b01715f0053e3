import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, values } from './support.ts'

const { binary, input, scalar } = nd.expr

describe('in-place methods change the array and its views, and count', () => {
  test.each<[name: string, change: (x: nd.NDArray) => nd.NDArray, expected: number[]]>([
    ['add_', (x) => x.add_(10), [10, 11, 12, 13]],
    ['add_ with alpha', (x) => x.add_(nd.array([1, 2, 3, 4]), { alpha: 2 }), [2, 5, 8, 11]],
    ['add_ of a number with alpha', (x) => x.add_(3, { alpha: 2 }), [6, 7, 8, 9]],
    ['sub_', (x) => x.sub_(nd.array(1)), [-1, 0, 1, 2]],
    ['sub_ with alpha', (x) => x.sub_(nd.ones([4]), { alpha: 0.5 }), [-0.5, 0.5, 1.5, 2.5]],
    ['mul_', (x) => x.mul_(2), [0, 2, 4, 6]],
    ['div_', (x) => x.div_(2), [0, 0.5, 1, 1.5]],
    ['pow_', (x) => x.pow_(2), [0, 1, 4, 9]],
    ['copy_', (x) => x.copy_(nd.array(7)), [7, 7, 7, 7]],
    ['fill_', (x) => x.fill_(-1), [-1, -1, -1, -1]],
    ['zero_', (x) => x.zero_(), [0, 0, 0, 0]],
    ['clamp_', (x) => x.clamp_({ min: 1, max: 2 }), [1, 1, 2, 2]],
    ['maskedFill_', (x) => x.maskedFill_(x.gt(1), 9), [0, 1, 9, 9]],
  ])('%s', (_, change, expected) => {
    const x = nd.arange(4)
    const view = x.reshape([2, 2]).T
    expect(change(x)).toBe(x)
    expect(values(x)).toEqual(expected)
    expect(values(view.T)).toEqual(expected)
    expect([x.version, view.version]).toEqual([1, 1])
  })

  test("sub_ with alpha is one rounding behind PyTorch's order: x - (alpha · g)", () => {
    const x = nd.array([1])
    x.sub_(nd.array([0.1]), { alpha: 0.1 })
    expect(x.itemSync()).toBe(Math.fround(1 - Math.fround(Math.fround(0.1) * Math.fround(0.1))))
  })
})

describe('an input that overlaps the output is read before it is written', () => {
  test.each<[what: string, change: (x: nd.NDArray) => unknown, expected: number[]]>([
    ['x += x', (x) => x.add_(x), [0, 2, 4, 6, 8, 10, 12, 14, 16]],
    ['x += xᵀ', (x) => x.add_(x.T), [0, 4, 8, 4, 8, 12, 8, 12, 16]],
    ['x = x reversed', (x) => x.copy_(x.flip([0, 1])), [8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['x += its first row', (x) => x.add_(x.at(0)), [0, 2, 4, 3, 5, 7, 6, 8, 10]],
    ['x += its first element', (x) => x.at(1).add_(x.at(1, 2)), [0, 1, 2, 8, 9, 10, 6, 7, 8]],
    ['rows shifted down by one', (x) => x.at('1:').copy_(x.at(':-1')), [0, 1, 2, 0, 1, 2, 3, 4, 5]],
    ['rows shifted up by one', (x) => x.at(':-1').copy_(x.at('1:')), [3, 4, 5, 6, 7, 8, 6, 7, 8]],
    ['flat, shifted by one', (x) => x.flatten().at('1:').add_(x.flatten().at(':-1')), [0, 1, 3, 5, 7, 9, 11, 13, 15]],
    ['the diagonal from the last column', (x) => x.diagonal().copy_(x.at(':', 2)), [2, 1, 2, 3, 5, 5, 6, 7, 8]],
    [
      'every second from the others',
      (x) => x.flatten().at('::2').sub_(x.flatten().flip(0).at('::2')),
      [-8, 1, -4, 3, 0, 5, 4, 7, 8],
    ],
  ])('%s', (_, change, expected) => {
    const x = counting(nd, [3, 3])
    change(x)
    expect(values(x)).toEqual(expected)
  })
})

describe('several outputs at once', () => {
  const swap = nd.program(input(1), input(0))
  const scale = nd.program(binary('mul', input(0), input(1)))
  const step = nd.program(
    binary('add', binary('mul', input(0), scalar(0)), input(2)),
    binary('sub', input(1), binary('mul', input(0), scalar(1))),
  )

  test('outputs that are inputs are read before any is written', () => {
    const [a, b] = [nd.array([1, 2]), nd.array([3, 4])]
    nd.updateInPlace('swap', swap, [a, b], [a, b])
    expect([values(a), values(b)]).toEqual([
      [3, 4],
      [1, 2],
    ])
    expect([a.version, b.version]).toEqual([1, 1])
  })

  test('outputs may be parts of one memory', () => {
    const x = counting(nd, [2, 3])
    nd.updateInPlace('swap', swap, [x.at(0), x.at(1)], [x.at(0), x.at(1)])
    expect(values(x)).toEqual([3, 4, 5, 0, 1, 2])
    const y = nd.arange(4)
    nd.updateInPlace('swap', swap, [y.at('::2'), y.at('1::2')], [y.at('::2'), y.at('1::2')])
    expect(values(y)).toEqual([1, 0, 3, 2])
  })

  test('an input that is one output and overlaps the other is copied', () => {
    const x = nd.arange(4)
    nd.updateInPlace('swap', swap, [x.at(':2'), x.at('2:')], [x.at('1:3'), x.at('2:')])
    expect(values(x)).toEqual([2, 3, 1, 2])
  })

  test('scalars are arguments of the call', () => {
    const [m, w, g] = [nd.array([1]), nd.array([10]), nd.array([2])]
    nd.updateInPlace('step', step, [m, w], [m, w, g], [0.5, 3])
    expect([m.itemSync(), w.itemSync()]).toEqual([2.5, 7])
  })

  test.for<readonly number[]>([[], [1], [3], [2, 3], [0, 3]])(
    'an input without dims is one number for all of %o',
    (shape) => {
      const [x, by] = [nd.ones(shape), nd.array(3)]
      nd.updateInPlace('scale', scale, [x], [x, by])
      expect(values(x)).toEqual(Array(x.size).fill(3))
      expect([x.version, by.version]).toEqual([1, 0])
    },
  )

  test('an input without dims that is part of the output is read before it changes', () => {
    const x = nd.array([2, 3, 4])
    nd.updateInPlace('scale', scale, [x], [x, x.at(0)])
    expect(values(x)).toEqual([4, 6, 8])
  })

  test('a formula of flags writes 0 and 1', () => {
    const x = nd.array([2, -3])
    nd.updateInPlace('test', nd.program(nd.formulas.gt(nd.formulas.x0, 0)), [x], [x])
    expect(values(x)).toEqual([1, 0])
  })

  test('a formula may name positions', () => {
    const x = nd.ones([2, 3])
    const { formulas: f, expr } = nd
    nd.updateInPlace('test', nd.program(f.mul(f.x0, expr.cast(expr.coord(1), 'float32'))), [x], [x])
    expect(values(x)).toEqual([0, 1, 2, 0, 1, 2])
  })
})

describe('contract into an array that exists', () => {
  const matrix = { batch: 0, m: 1, n: 1, k: 1 }
  const a = nd.arange(0, 4).reshape([2, 2])

  test('writes where its strides say, finishes sums there, and counts a change', () => {
    const out = nd.zeros([2, 2])
    expect(nd.contract('test', a, a, matrix, undefined, out.t())).toBeInstanceOf(nd.NDArray)
    expect(values(out)).toEqual([2, 6, 3, 11])
    expect(out.version).toBe(1)
    const halved = { program: nd.program(nd.formulas.div(nd.formulas.x0, 2)), inputs: [] }
    nd.contract('test', a, a, matrix, halved, out)
    expect(values(out)).toEqual([1, 1.5, 3, 5.5])
  })
  test('may be an operand, whose old values count', () => {
    const x = a.clone()
    nd.contract('test', x, x.t(), matrix, undefined, x)
    expect(values(x)).toEqual([1, 3, 3, 13])
  })
  test('over more dims than a device takes', () => {
    const many = nd.ones([4, 4, 4, 4, 4]).at('::2', '::2', '::2', '::2', '::2').unsqueeze(-1)
    const out = nd.zeros([3, 2, 2, 2, 2, 2])
    nd.contract(
      'test',
      many,
      nd.ones([1, 3]),
      { batch: 0, m: 5, n: 1, k: 1 },
      undefined,
      out.permute([1, 2, 3, 4, 5, 0]),
    )
    expect(values(out)).toEqual(new Array(96).fill(1))
  })
  test('of another shape or dtype is refused', () => {
    const into = (out: nd.NDArray) => () => nd.contract('test', a, a, matrix, undefined, out)
    expect(into(nd.zeros([2]))).toThrow('test: results of (2, 2) do not go into (2,)')
    expect(into(nd.zeros([2, 2], { dtype: 'int32' }))).toThrow(nd.DTypeError)
  })
})

describe('empty and 0-d arrays', () => {
  test('every kind of operation takes arrays without elements', () => {
    const x = nd.zeros([0, 3])
    expect(values(x.add(1))).toEqual([])
    expect(x.add(nd.zeros([3])).shape).toEqual([0, 3])
    expect(values(x.add_(1))).toEqual([])
    expect(values(x.sum(0))).toEqual([0, 0, 0])
    expect(values(x.prod(0))).toEqual([1, 1, 1])
    expect([x.any().itemSync(), x.all().itemSync()]).toEqual([0, 1])
    expect(x.amax(1).shape).toEqual([0])
    expect(values(nd.mm(nd.zeros([2, 0]), nd.zeros([0, 2])))).toEqual([0, 0, 0, 0])
    expect(nd.mm(x, nd.zeros([3, 2])).shape).toEqual([0, 2])
    expect(Number.isNaN(x.mean().itemSync())).toBe(true)
    expect(values(nd.linear(nd.zeros([2, 0]), nd.zeros([3, 0]), nd.array([1, 2, 3])))).toEqual([1, 2, 3, 1, 2, 3])
  })

  test('a contraction over many dims of no elements is zero', () => {
    const strided = nd.zeros([1, 3, 2, 2, 2, 0]).permute([0, 4, 2, 3, 1, 5])
    const other = nd.zeros([2, 2, 2, 3, 0, 1])
    expect(values(nd.contract('test', strided, other, { batch: 0, m: 1, n: 1, k: 5 }))).toEqual([0])
  })

  test('0-d arrays are numbers', () => {
    const x = nd.array(3)
    expect(x.add_(1).itemSync()).toBe(4)
    expect([x.sum().shape, x.sum(0).shape, x.amax(-1, { keepdim: true }).shape]).toEqual([[], [], []])
    expect(x.mul(nd.array([1, 2])).shape).toEqual([2])
  })
})
