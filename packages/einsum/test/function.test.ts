import { arange, array, type DType, type NDArray, ones, zeros } from '@rungs/ndarray'
import { expect, test, vi } from 'vitest'
import {
  auto,
  EinsumError,
  ELLIPSIS,
  einsum,
  einsumFunction,
  greedy,
  leftToRight,
  optimal,
  type Planner,
} from '../src/index.ts'

test('a function plans once for each set of shapes', () => {
  const planner = vi.fn<Planner>(auto)
  const product = einsumFunction('ij,jk->ik', { planner })
  const [a, b, c] = [ones([2, 3]), ones([3, 4]), ones([3, 5])]
  for (let i = 0; i < 3; i++) for (const right of [b, c]) expect(product(a, right).shape).toEqual([2, right.shape[1]])
  expect(planner).toHaveBeenCalledTimes(2)
  expect(() => product(a, a)).toThrow(EinsumError)
  expect(product(a, b).toArraySync()).toEqual(Array(2).fill(Array(4).fill(3)))
})

test('plans of the last 64 sets of shapes are remembered', () => {
  const planner = vi.fn<Planner>(auto)
  const sum = einsumFunction('i,i->', { planner })
  const run = (size: number): unknown => sum(ones([size]), ones([size]))
  for (let size = 1; size <= 65; size++) run(size)
  run(65)
  run(2)
  expect(planner).toHaveBeenCalledTimes(65)
  run(1)
  expect(planner).toHaveBeenCalledTimes(66)
})

test('a function refuses a wrong equation when it is made', () => {
  expect(() => einsumFunction('ij->k')).toThrow('output subscript k does not appear')
})

test('letters of any alphabet are labels, upper and lower case apart', () => {
  const [x, y] = [arange(6).reshape([2, 3]), arange(6).reshape([3, 2])]
  const expected = x.mm(y).toArraySync()
  for (const equation of [
    'αβ,βγ->αγ',
    'aA,Ab->ab',
    'жé,éß->жß',
    'ae\u0301,\u00e9b->ab',
    '行列,列数->行数',
    '𝔸𝔹,𝔹ℂ->𝔸ℂ',
  ]) {
    expect(einsum<string, typeof x>(equation, x, y).toArraySync(), equation).toEqual(expected)
  }
})

test('an equation may use every letter, and an ellipsis', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const terms = letters.match(/.{13}/g)!
  const ones13 = terms.map(() => ones(Array(13).fill(1)))
  const x = einsum<string, (typeof ones13)[0]>(`...,${terms.join()}->...`, arange(6).reshape([2, 3]), ...ones13)
  expect(x.toArraySync()).toEqual(arange(6).reshape([2, 3]).toArraySync())
})

test('labels of the implicit output come in the order of their code points', () => {
  const x = zeros([1, 2, 3, 4])
  expect(einsum('bAaB', x).shape).toEqual([2, 4, 3, 1])
  expect(einsum('β...α', x).shape).toEqual([2, 3, 4, 1])
})

test('dtypes are promoted as in a product', () => {
  const [ints, floats] = [array([1, 2], { dtype: 'int32' }), array([0.5, 1])]
  expect(einsum('i,i->', ints, floats).dtype).toBe('float32')
  expect(einsum('i,i->', ints, ints).dtype).toBe('int32')
  expect(einsum('i,i->i', ints.gt(1), ints.gt(0)).toArraySync()).toEqual([false, true])
})

test.for<[equation: string, count: number, dtype: DType, values: unknown]>([
  ['i->', 1, 'int32', 202],
  ['i,i->', 2, 'int32', 40_004],
  ['i,j->', 2, 'int32', 40_804],
  ['i,i,i->', 3, 'int32', 8_000_008],
  ['i,i,j->i', 3, 'int32', [8_080_000, 808]],
  // Nothing is summed: products of bytes wrap, as in NumPy and PyTorch.
  ['i,i->i', 2, 'uint8', [64, 4]],
  ['i,i,i->i', 3, 'uint8', [0, 8]],
  ['i->i', 1, 'uint8', [200, 2]],
])('%s of bytes is summed in int32 by every plan, or not at all', ([equation, count, dtype, expected]) => {
  const bytes = array([200, 2], { dtype: 'uint8' })
  for (const planner of [auto, greedy, leftToRight, optimal]) {
    const sum = einsumFunction<string>(equation, { planner })(...Array<NDArray>(count).fill(bytes))
    expect([sum.dtype, sum.toArraySync()]).toEqual([dtype, expected])
  }
})

test('flags are counted where they are summed', () => {
  const flags = array([
    [true, true],
    [true, false],
  ])
  const product = einsum('ij,jk->ik', flags, flags)
  expect([product.dtype, product.toArraySync()]).toEqual([
    'int32',
    [
      [2, 1],
      [1, 1],
    ],
  ])
  expect(einsum('ij->', flags).itemSync()).toBe(3)
  expect(einsum('ij,i->ij', flags, array([0.5, 1])).dtype).toBe('float32')
  expect(einsum('ij,i->j', flags, array([0.5, 1])).toArraySync()).toEqual([1.5, 0.5])
})

test('many operands are planned in a moment', () => {
  const chain = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x4e00 + i, 0x4e01 + i))
  const equation = `${chain.join()}->${String.fromCodePoint(0x4e00, 0x4e00 + 40)}`
  const matrices = chain.map(() =>
    array([
      [1, 1],
      [0, 1],
    ]),
  )
  expect(einsum<string, (typeof matrices)[0]>(equation, ...matrices).toArraySync()).toEqual([
    [1, 40],
    [0, 1],
  ])
})

test('the sublist form names ELLIPSIS and numbers', () => {
  const x = arange(24).reshape([2, 3, 4])
  expect(einsum(x, [ELLIPSIS, 0, 1], [ELLIPSIS, 1, 0]).shape).toEqual([2, 4, 3])
  expect(einsum(x, [2, 0, 1]).shape).toEqual([3, 4, 2])
})
