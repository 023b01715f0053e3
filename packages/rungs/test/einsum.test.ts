// Equations of tensors, with their gradients, on every device; names begin with the number of a behaviour that is promised.
import { type GoldenArray, loadEinsum, loadSeeds } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import * as r from '../src/index.ts'
import { cpu, webgpu } from './devices.ts'
import { type Tensor, thrown } from './support.ts'

// Kernels are compiled on an adapter that is a processor, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 })

type Einsum = (equation: string, ...operands: readonly Tensor[]) => Tensor
const einsum = r.einsum as Einsum
const seeds = loadSeeds()
const { cases, errors } = loadEinsum()

const tensorOf = ({ shape, data }: GoldenArray, device: r.Device, requiresGrad = false): Tensor =>
  r.fromTypedArray(Float32Array.from(data), shape, { device, requiresGrad })
const read = async (x: Tensor): Promise<number[]> => Array.from(await x.toTypedArray(), (value) => value + 0)
const expectArray = async (x: Tensor, { shape, data }: GoldenArray): Promise<void> => {
  expect(x.shape).toEqual(shape)
  expect(await read(x)).toEqual(data.map((value) => value + 0))
}

describe.each([
  ['cpu', cpu],
  ['webgpu', webgpu],
])('on %s', (_, device) => {
  const counting = (...shape: number[]): Tensor =>
    r.arange(r.sizeOf(shape), undefined, undefined, { device }).reshape(shape)

  test.for<[name: string, equation: string, operands: () => Tensor[]]>([
    ['row 40: a matrix product', 'ik,kj->ij', () => [counting(2, 5), counting(5, 4)]],
    ['row 44: a transpose', 'ij->ji', () => [counting(2, 2)]],
    ['row 45: a bilinear form', 'bi,ij,bj->b', () => [0, 1, 2].map((i) => counting(2, 2).add(i))],
    ['row 46: a trace, with an implicit output', 'ii', () => [counting(2, 2)]],
    ['row 47: a diagonal', 'ii->i', () => [counting(2, 2)]],
    ['row 48: an outer product', 'i,j->ij', () => [counting(3), counting(2).add(1)]],
    ['row 49: a product for each batch', 'bij,bjk->bik', () => [counting(3, 2, 5), counting(3, 5, 4)]],
    ['row 52: a bilinear map', 'bn,anm,bm->ba', () => [counting(2, 5), counting(3, 5, 4), counting(2, 4)]],
  ])('%s', async ([, equation, operands]) => {
    await expectArray(einsum(equation, ...operands()), seeds.einsum[equation] as GoldenArray)
  })

  test('row 41: matmul is the same matrix product', async () => {
    await expectArray(r.matmul(counting(2, 5), counting(5, 4)), seeds.einsum['ik,kj->ij'] as GoldenArray)
  })

  test('row 47: the diagonal is a view, which can be written', async () => {
    const x = counting(2, 2)
    einsum('ii->i', x).fill_(7)
    expect(await read(x)).toEqual([7, 1, 2, 7])
  })

  test('row 50: sublists with an ellipsis', async () => {
    const { ELLIPSIS } = r
    const [a, b] = [counting(3, 2, 5), counting(3, 5, 4)]
    const product = r.einsum(a, [ELLIPSIS, 0, 1], b, [ELLIPSIS, 1, 2], [ELLIPSIS, 0, 2])
    await expectArray(product, seeds.einsum['bij,bjk->bik'] as GoldenArray)
  })

  test('row 51: the last two dims exchanged', () => {
    expect(einsum('...ij->...ji', counting(2, 3, 4, 5)).shape).toEqual(seeds.einsum['...ij->...ji'])
  })

  test('row 52: bilinear is the same bilinear map', async () => {
    const [left, weight, right] = [counting(2, 5), counting(3, 5, 4), counting(2, 4)]
    await expectArray(r.bilinear(left, right, weight), seeds.einsum.bilinear as GoldenArray)
  })

  for (const [i, { equation, sublists, inputs, output, grad_output, grads }] of cases.entries()) {
    if (sublists !== null) continue
    test(`case ${i}: '${equation}' and its gradients are PyTorch's`, async () => {
      const operands = inputs.map((input) => tensorOf(input, device, true))
      const out = einsum(equation, ...operands)
      await expectArray(out, output)
      const found = r.grad([out], operands, { gradOutputs: [tensorOf(grad_output, device)] })
      for (const [j, gradient] of found.entries()) await expectArray(gradient!, grads[j]!)
    })
  }
})

test('rows 42 and 53: sizes that differ are refused in PyTorch’s words', () => {
  expect(thrown(() => r.mm(r.ones([2, 3]), r.ones([2, 3])))).toBeInstanceOf(r.ShapeError)
  const error = thrown(() => einsum('ik,kj->ij', r.ones([2, 3]), r.ones([2, 4])))
  expect(error).toBeInstanceOf(r.EinsumError)
  expect(`RuntimeError: ${error.message}`.startsWith(seeds.errors.einsum_dim!)).toBe(true)
  expect(errors.length).toBeGreaterThan(30)
})

test('row 54: pairs cost no more than the order in which operands are written', () => {
  for (const equation of ['bi,ij,bj->b', 'bn,anm,bm->ba', 'ij,jk,kl,lm->im']) {
    const labels = equation.split('->')[0]!.split(',')
    const path = r.einsumPath<string>(
      equation,
      labels.map((term) => Array.from(term, (label) => 2 + (label.charCodeAt(0) % 5))),
    )
    expect(path.cost).toBeLessThanOrEqual(path.leftToRightCost)
    expect(path.cost).toBeLessThanOrEqual(path.naiveCost)
  }
})

test('what the backward pass needs is kept, whichever operand the gradient is of; without one, nothing is', () => {
  const shape = [90, 90]
  const [a, b, c] = [0, 1, 2].map((seed) => r.randn(shape, { generator: r.torchRng(seed), device: cpu })) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  const [direct, indirect] = ['direct', 'indirect'].map((way) =>
    [a, b, c].map((x, i) => {
      const operands = [a, b, c].map((y, j) => (i === j ? x.clone().requiresGrad_() : y))
      const [left, middle, right] = operands as [Tensor, Tensor, Tensor]
      const out = way === 'direct' ? left.mm(middle).mm(right).T : einsum('ij,jk,kl->li', left, middle, right)
      return r.grad([out], [operands[i]!], { gradOutputs: [r.ones(shape)] })[0]!
    }),
  )
  direct!.forEach((gradient, i) => {
    const apart = indirect![i]!.sub(gradient).abs().amax().itemSync()
    expect(apart).toBeLessThan(1e-5 * gradient.abs().amax().itemSync())
  })
  const before = r.memory(cpu).bytes
  einsum('ij,jk,kl->il', a, b, c).dispose()
  expect(r.memory(cpu).bytes).toBeLessThanOrEqual(before)
})

describe('gradients of gradients', () => {
  r.manualSeed(4)
  test.for<[equation: string, shapes: number[][]]>([
    ['iij->ji', [[2, 2, 3]]],
    [
      'ik,kj->ij',
      [
        [2, 3],
        [3, 2],
      ],
    ],
    [
      'ki,jk->ji',
      [
        [3, 2],
        [2, 3],
      ],
    ],
    [
      'bij,bjk->ikb',
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
    ],
    [
      '...ij,jk->...k',
      [
        [2, 1, 3, 2],
        [2, 3],
      ],
    ],
    [
      'ij,ij->',
      [
        [2, 3],
        [2, 3],
      ],
    ],
    ['i,j->ji', [[2], [3]]],
    [
      'ij,ij->ij',
      [
        [2, 1],
        [1, 3],
      ],
    ],
    [
      'ijx,jy->i',
      [
        [2, 2, 2],
        [2, 2],
      ],
    ],
    [
      'abc,bd,dc->a',
      [
        [2, 2, 2],
        [2, 3],
        [3, 2],
      ],
    ],
    ['i,i,i->', [[3], [3], [1]]],
  ])('%s of %j', ([equation, shapes]) => {
    const operands = shapes.map((shape) => r.randn(shape, { dtype: 'float64', requiresGrad: true }))
    const fn = (...inputs: Tensor[]): Tensor => einsum(equation, ...inputs)
    expect(r.gradcheck(fn, operands)).toBe(true)
    expect(r.gradgradcheck(fn, operands)).toBe(true)
  })

  test('one tensor in every place', () => {
    const x = r.randn([2, 2], { dtype: 'float64', requiresGrad: true })
    expect(r.gradcheck((y) => einsum('ij,jk,kl->il', y, y, y), [x])).toBe(true)
    expect(r.gradgradcheck((y) => einsum('ij,jk,kl->il', y, y, y), [x])).toBe(true)
  })
})

test('tensors and arrays do not mix', () => {
  const call = r.einsum as unknown as (...words: unknown[]) => unknown
  expect(() => call('i,i->', r.ones([2]), r.nd.ones([2]))).toThrow(/contract: expected a Tensor in place 1/)
})
