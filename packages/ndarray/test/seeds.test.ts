import { expectClose, type GoldenArray, loadSeeds } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const golden = loadSeeds()
const vector = (): nd.NDArray => nd.array([10, 6, -4])
const other = (): nd.NDArray => nd.array([2, 8, 7])
const matrix = (): nd.NDArray =>
  nd.array([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ])
const c = (): nd.NDArray => nd.array([10, 20, 30])
const n = (): nd.NDArray =>
  nd.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

describe('the numbers of the source documents', () => {
  test.each<[what: string, result: nd.NDArray, expected: GoldenArray]>([
    ['a + b', vector().add(other()), golden.add],
    ['a < b', vector().lt(other()), golden.lt],
    ['(a < b).all()', vector().lt(other()).all(), golden.all_lt],
    ['(a == b).all()', vector().eq(other()).all(), golden.all_eq],
    ['m * m', matrix().mul(matrix()), golden.mm],
    ['a > 0', vector().gt(0), golden.gt0],
    ['(m - 5) / 2.73', matrix().sub(5).div(2.73), golden.norm],
    ['m + c', matrix().add(c()), golden.row],
    ['c + m', c().add(matrix()), golden.row],
    ['c.expand_as(m)', c().expandAs(matrix()), golden.expand],
    ['n + c', n().add(c()), golden.n_plus_c],
    ['c.unsqueeze(1) + m', c().unsqueeze(1).add(matrix()), golden.col],
  ])('%s', (_, result, expected) => {
    expect([result.shape, result.dtype]).toEqual([expected.shape, expected.dtype])
    expectClose(values(result), expected.data, { signedZero: true })
  })

  test('(a + b).mean().item() to the last bit', async () => {
    expect(await vector().add(other()).mean().item()).toBe(golden.mean_item)
  })

  test('an expanded vector keeps three numbers in memory', () => {
    const row = c().expandAs(matrix())
    expect([row.strides, row.storage.size]).toEqual([golden.expand_stride, golden.expand_storage])
    expect(c().unsqueeze(1).expand([3, 3]).strides).toEqual(golden.col_stride)
  })

  test('a column times -1 and sizes in front', () => {
    const x = nd.array([[1], [2], [3]])
    expect(x.expand([-1, 4])).toMatchObject({ shape: [3, 4], strides: [1, 0] })
    expect(x.expand([3, 4]).storage).toBe(x.storage)
    expect(nd.array([1, 2]).expand([3, -1]).shape).toEqual([3, 2])
  })

  test('None indexing', () => {
    const x = c()
    expect([x.at(null, ':'), x.at(':', null), x.at(null), x.at('...', null)].map((view) => view.shape)).toEqual(
      golden.none,
    )
  })

  test('clone is independent, and a mask assigns', () => {
    const h = nd.array([-1, 2, -3])
    const grad = h.clone().maskedFill_(h.lt(0), 0)
    expect([values(grad), values(h)]).toEqual([
      [0, 2, 0],
      [-1, 2, -3],
    ])
    const x = nd.array([-2, 0, 3])
    expect(values(nd.onesLike(x).maskedFill_(x.lt(0), 0))).toEqual([0, 1, 1])
  })

  test('rows and columns are read and written through views', () => {
    const a = nd.zeros([2, 3])
    const row = a.at(1)
    a.set([1, 2], 5)
    row.set([0], 4)
    a.set([':', 1], nd.array([7, 8]))
    expect(a.toArraySync()).toEqual([
      [0, 7, 0],
      [4, 8, 5],
    ])
    expect(values(row)).toEqual([4, 8, 5])
  })

  test('a loss without squeeze broadcasts to every pair', () => {
    const [out, target] = [nd.array([[1], [2], [3], [4]]), nd.array([1, 2, 3, 4])]
    const mse = (x: nd.NDArray): number => x.sub(target).pow(2).mean().itemSync()
    expect([mse(out), mse(out.squeeze(-1))]).toEqual([golden.silent_mse_broadcast, golden.mse_squeezed])
  })

  test("numpy's words", () => {
    const x = n()
    expect(nd.dot(x, x.T).toArraySync()).toEqual([
      [14, 32],
      [32, 77],
    ])
    expect(values(nd.maximum(x, 3))).toEqual([3, 3, 3, 4, 5, 6])
    expect(nd.square(x).sum().itemSync()).toBe(91)
    expect(values(x.sum(1))).toEqual([6, 15])
  })

  test('shapes print as Python prints them', () => {
    expect([[], [3], [64, 1000]].map(nd.formatShape)).toEqual(['()', '(3,)', '(64, 1000)'])
  })
})

describe("errors begin with PyTorch's text", () => {
  const x = (): nd.NDArray => nd.zeros([2, 3])
  test.each<[key: string, call: () => unknown, type: typeof nd.RungsError]>([
    ['mul', () => matrix().mul(x()).add(matrix().at(':2', ':2').mul(x())), nd.ShapeError],
    ['add', () => nd.array([10, 20]).add(n()), nd.ShapeError],
    ['mm', () => nd.mm(n(), n()), nd.ShapeError],
    ['expand_minus1', () => c().expand([-1, 3]), nd.ShapeError],
    ['linear', () => nd.linear(nd.zeros([2, 4]), nd.zeros([2, 3])), nd.ShapeError],
    ['item', () => c().itemSync(), nd.ShapeError],
    ['expand_write', () => c().expand([2, 3]).add_(1), nd.ShapeError],
  ])('%s', (key, call, type) => {
    const error = thrown(call)
    expect(error).toBeInstanceOf(type)
    const text = golden.errors[key]!.replace(/^\w+: /, '')
    expect(error.message.slice(0, text.length)).toBe(text)
  })
})
