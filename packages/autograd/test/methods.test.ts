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

test("norms are PyTorch's, and zeros have gradients of zero", () => {
  // torch.linalg.vector_norm(x, p, dim=1), float32
  const rows: [p: number, value: number, gradient: number[]][] = [
    [1, 7, [1, -1, 0]],
    [2, 5, [0.6, -0.8, 0]],
    [3, 4.497941, [0.444854, -0.790852, 0]],
    [Number.POSITIVE_INFINITY, 4, [0, -1, 0]],
  ]
  for (const [p, value, gradient] of rows) {
    const w = t.tensor(
      [
        [3, -4, 0],
        [0, 0, 0],
      ],
      { requiresGrad: true },
    )
    const y = w.norm(p, 1)
    y.sum().backward()
    const expected = t.tensor([[...gradient], [0, 0, 0]])
    expect(t.allclose(y, t.tensor([value, 0])).itemSync()).toBe(1)
    expect(t.allclose(w.grad!, expected).itemSync()).toBe(1)
  }
  expect(
    t
      .norm(
        t.tensor([
          [3, -4],
          [0, 12],
        ]),
      )
      .itemSync(),
  ).toBe(13)
  expect(t.tensor([3, -4]).norm(Number.NEGATIVE_INFINITY).itemSync()).toBe(3)
  expect(() => t.norm(t.ones([2]), 0)).toThrow('norm: p must be a positive number or -Infinity, got 0')
})

test('oneHot has a 1 at the place of each class, and knows what is none', () => {
  const labels = t.tensor([[2, 0]], { dtype: 'int32' })
  const hot = t.oneHot(labels, 3)
  expect([hot.dtype, hot.toArraySync()]).toEqual([
    'int32',
    [
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
    ],
  ])
  expect(t.oneHot(t.tensor(1, { dtype: 'int32' }), 2).toArraySync()).toEqual([0, 1])
  const bad: [call: () => unknown, name: string, text: string][] = [
    [() => t.oneHot(labels, 2), 'IndexError', 'index 2 is out of bounds for dimension with size 2: oneHot'],
    [() => t.oneHot(labels.sub(1), 3), 'IndexError', 'oneHot'],
    [() => t.oneHot(t.ones([2]), 3), 'DTypeError', 'one_hot is only applicable to index tensor: oneHot got float32'],
    [() => t.oneHot(labels, 0), 'RungsError', 'oneHot: numClasses must be a positive integer, got 0'],
  ]
  for (const [call, name, text] of bad) {
    expect(call).toThrow(text)
    expect(call).toThrow(expect.objectContaining({ name }))
  }
})
