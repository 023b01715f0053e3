import { expect, test } from 'vitest'
import * as t from '../src/index.ts'

const x = t.tensor([
  [-1.5, 0.25, 2.5],
  [3, Number.NaN, -0.5],
])
const flags = t.tensor([true, false])

test.for<[name: string, method: () => t.Tensor | t.Tensor[], fn: () => t.Tensor | t.Tensor[]]>([
  ['floor', () => x.floor(), () => t.floor(x)],
  ['ceil', () => x.ceil(), () => t.ceil(x)],
  ['round', () => x.round(), () => t.round(x)],
  ['trunc', () => x.trunc(), () => t.trunc(x)],
  ['expm1', () => x.expm1(), () => t.expm1(x)],
  ['log1p', () => x.log1p(), () => t.log1p(x)],
  ['erf', () => x.erf(), () => t.erf(x)],
  ['isNaN', () => x.isNaN(), () => t.isNaN(x)],
  ['isFinite', () => x.isFinite(), () => t.isFinite(x)],
  ['logicalNot', () => flags.logicalNot(), () => t.logicalNot(flags)],
  ['outer', () => x.at(0).outer(x.at(1)), () => t.outer(x.at(0), x.at(1))],
  ['split', () => x.split(2, 1), () => t.split(x, 2, 1)],
  ['split by sizes', () => x.split([1, 1]), () => t.split(x, [1, 1])],
  ['chunk', () => x.chunk(2, 1), () => t.chunk(x, 2, 1)],
  ['unbind', () => x.unbind(1), () => t.unbind(x, 1)],
  [
    'topk',
    () => Object.values(x.topk(2, 1, { largest: false })),
    () => Object.values(t.topk(x, 2, 1, { largest: false })),
  ],
  ['double', () => x.double(), () => x.to('float64')],
  ['int', () => x.at(0).int(), () => x.at(0).to('int32')],
  ['bool', () => x.bool(), () => x.to('bool')],
])('%s, a method, is the function of that name', ([, method, fn]) => {
  const [own, expected] = [[method()].flat(), [fn()].flat()]
  expect(own.map(({ dtype, shape }) => [dtype, shape])).toEqual(expected.map(({ dtype, shape }) => [dtype, shape]))
  expect(own.map((y) => y.toArraySync())).toEqual(expected.map((y) => y.toArraySync()))
})

test('parts are recorded, as by the functions', () => {
  const w = t.tensor([1, 2, 3, 4], { requiresGrad: true })
  const [first, second] = w.chunk(2)
  first!.mul(second!).sum().backward()
  expect(w.grad!.toArraySync()).toEqual([3, 4, 1, 2])
})

test('rows come one by one, with gradients; numbers have none', () => {
  const w = t.tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  )
  const [first, second] = w
  first!.mul(second!).sum().backward()
  expect(w.grad!.toArraySync()).toEqual([
    [3, 4],
    [1, 2],
  ])
  expect([...w].map((row) => row.toArraySync())).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(() => [...t.tensor(1)]).toThrow(TypeError)
})
