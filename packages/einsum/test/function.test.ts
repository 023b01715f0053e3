import { arange, array, ones, zeros } from '@rungs/ndarray'
import { expect, test, vi } from 'vitest'
import { auto, EinsumError, ELLIPSIS, einsum, einsumFunction, type Planner } from '../src/index.ts'

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
  for (const equation of ['αβ,βγ->αγ', 'aA,Ab->ab', 'жé,éß->жß', '行列,列数->行数', '𝔸𝔹,𝔹ℂ->𝔸ℂ']) {
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
  expect(einsum('i->', ints.gt(1)).dtype).toBe('int32')
  expect(einsum('i,i->i', ints.gt(1), ints.gt(0)).toArraySync()).toEqual([false, true])
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
