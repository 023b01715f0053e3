import { createCpuDevice, currentScope } from '@rungs/ndarray'
import { loadSeeds } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  backward,
  enableGrad,
  exp,
  type FunctionContext,
  fromArray,
  grad,
  isGradEnabled,
  linear,
  mseLoss,
  mul,
  noGrad,
  ones,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })
const values = (x: Tensor | null): number[] => [...x!.toTypedArraySync()]

describe('what a tensor says about itself', () => {
  test.each<[string, Tensor]>([
    ['tensor([1., 2.], requires_grad=True)', leaf(1, 2)],
    ['tensor([2., 4.], grad_fn=<MulBackward0>)', leaf(1, 2).mul(2)],
    ['tensor(1., grad_fn=<MseLossBackward0>)', mseLoss(leaf(1, 2), zeros([2]).add(tensor([0, 1])))],
    ['tensor([1., 2.])', leaf(1, 2).detach()],
    [
      'tensor([[1., 2.],\n        [3., 4.]], requires_grad=True)',
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { requiresGrad: true },
      ),
    ],
  ])('%s', (text, x) => {
    expect(String(x)).toBe(text)
  })

  test('a leaf has no gradFn; a result has one that leads back', async () => {
    const x = leaf(1, 2)
    const y = x.mul(x).sum()
    expect([x.isLeaf, x.gradFn, x.requiresGrad]).toEqual([true, null, true])
    expect([y.isLeaf, y.requiresGrad, y.gradFn!.name]).toEqual([false, true, 'SumBackward0'])
    expect(y.gradFn!.nextFunctions.map((fn) => fn!.name)).toEqual(['MulBackward0'])
    expect(y.gradFn!.nextFunctions[0]!.nextFunctions.map((fn) => fn!.name)).toEqual([
      'AccumulateGrad',
      'AccumulateGrad',
    ])
    expect(await y.item()).toBe(5)
    expect(await y.format()).toBe('tensor(5., grad_fn=<SumBackward0>)')
  })

  test('results of comparisons, integers and untracked tensors are not tracked', () => {
    const x = leaf(1, 2)
    const untracked = [x.gt(1), x.argmax(), x.to('int32'), x.detach(), x.data, ones([2]).mul(2), x.max(0).indices]
    expect(untracked.map((y) => y.requiresGrad)).toEqual(untracked.map(() => false))
    expect(x.detach().storage).toBe(x.storage)
  })

  test.each<[string, () => unknown]>([
    [
      'only Tensors of floating point dtype can require gradients',
      () => tensor([1], { dtype: 'int32', requiresGrad: true }),
    ],
    ['you can only change requires_grad flags of leaf variables', () => leaf(1).mul(2).requiresGrad_(false)],
    ['assigned grad has data of a different size', () => (leaf(1, 2).grad = ones([3]))],
    ['assigned grad has data of a different type', () => (leaf(1, 2).grad = ones([2], { dtype: 'float64' }))],
  ])('%s', (text, run) => {
    expect(run).toThrow(text)
    expect(run).toThrow(AutogradError)
  })
})

describe('backward', () => {
  test('adds to .grad, which stays the same object', () => {
    const x = leaf(1, 2, 3)
    x.pow(2).sum().backward()
    const first = x.grad
    expect(values(first)).toEqual([2, 4, 6])
    x.pow(2).sum().backward()
    expect(x.grad).toBe(first)
    expect(values(x.grad)).toEqual([4, 8, 12])
    x.grad!.zero_()
    expect(values(x.grad)).toEqual([0, 0, 0])
  })

  test('of a leaf itself is one', () => {
    const x = tensor(3, { requiresGrad: true })
    x.backward()
    expect(values(x.grad)).toEqual([1])
  })

  test('takes an upstream gradient, which it neither keeps nor changes', () => {
    const [x, z] = [leaf(1, 2), leaf(3, 4)]
    const upstream = tensor([1, 10])
    x.add(z).backward(upstream)
    x.grad!.mul_(2)
    expect([values(x.grad), values(z.grad), values(upstream)]).toEqual([
      [2, 20],
      [1, 10],
      [1, 10],
    ])
  })

  test.each<[string, (x: Tensor, z: Tensor) => Tensor]>([
    ['add gives one gradient to both', (x, z) => x.add(z).sum()],
    ['sum gives a gradient of stride 0', (x, z) => x.sum().add(z.sum())],
    [
      'views give views',
      (x, z) =>
        x
          .reshape([2, 1])
          .t()
          .add(z.reshape([1, 2]))
          .sum(),
    ],
    ['clone and reshape hand it on', (x, z) => x.clone().reshape([2]).add(z.clone()).flip(0).sum()],
  ])('%s, and leaves do not share it', (_, fn) => {
    const [x, z] = [leaf(1, 2), leaf(3, 4)]
    fn(x, z).backward()
    x.grad!.add_(5)
    expect([values(x.grad), values(z.grad)]).toEqual([
      [6, 6],
      [1, 1],
    ])
    expect([x.grad!.isContiguous, x.grad!.storage.size]).toEqual([true, 2])
  })

  test('several outputs go back in one pass', () => {
    const x = leaf(1, 2)
    backward([x.mul(2).sum(), x.mul(x)], [tensor(1), tensor([1, 1])])
    expect(values(x.grad)).toEqual([4, 6])
  })

  test('gradients take the dtype and shape of their tensor', () => {
    const x = tensor([1, 2], { dtype: 'float32', requiresGrad: true })
    const scale = tensor([[1], [2]], { dtype: 'float64', requiresGrad: true })
    x.mul(scale).sum().backward()
    expect([x.grad!.dtype, values(x.grad), scale.grad!.dtype, scale.grad!.shape]).toEqual([
      'float32',
      [3, 3],
      'float64',
      [2, 1],
    ])
  })

  test.each<[keyof ReturnType<typeof loadSeeds>['errors'] & string, () => unknown]>([
    ['backward_nonscalar', () => leaf(1, 1).mul(2).backward()],
    ['no_grad', () => ones([2]).sum().backward()],
    ['leaf_inplace', () => leaf(1, 1).add_(1)],
    [
      'backward_twice',
      () => {
        const loss = leaf(1, 1).pow(2).sum()
        loss.backward()
        loss.backward()
      },
    ],
    [
      'saved_modified',
      () => {
        const e = leaf(1, 1).exp()
        e.add_(1)
        e.sum().backward()
      },
    ],
  ])("%s begins with PyTorch's text", (name, run) => {
    const text = loadSeeds().errors[name]!.replace(/^\w+: /, '')
    // Where PyTorch's text goes on with the names of its own interface, ours has its own.
    const common = text.split(/ when you call| Hint: /)[0]!
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(common)
  })

  test('of another shape than the upstream gradient is refused', () => {
    expect(() =>
      leaf(1, 2)
        .mul(2)
        .backward(ones([3])),
    ).toThrow('Mismatch in shape: grad_output[0] has a shape of (3,)')
  })

  test('twice works with retainGraph, and where nothing was saved', () => {
    const x = leaf(1, 2)
    const squares = x.pow(2).sum()
    squares.backward(null, { retainGraph: true })
    squares.backward()
    const total = x.sum()
    total.backward()
    total.backward()
    expect(values(x.grad)).toEqual([6, 10])
  })

  test('a failed pass leaves no gradient behind', () => {
    const x = leaf(1, 1)
    const early = x.exp()
    const y = early.mul(2)
    const late = x.mul(3)
    const loss = y.add(late.mul(late)).sum()
    early.add_(1)
    expect(() => loss.backward()).toThrow('modified by an inplace operation')
    x.grad = null
    late.sum().backward()
    expect(values(x.grad)).toEqual([3, 3])
  })

  test('a chain of 100,000 operations takes linear time and no stack', () => {
    const x = leaf(1)
    const run = (count: number): number => {
      let y: Tensor = x
      for (let i = 0; i < count; i++) y = y.add(1)
      const start = performance.now()
      y.backward()
      return performance.now() - start
    }
    run(10_000)
    const short = Math.max(run(10_000), 1)
    const long = run(100_000)
    expect(values(x.grad)).toEqual([3])
    // Quadratic work would take a hundred times as long; collection of the long chain may cost a few times.
    expect(long / short).toBeLessThan(60)
  })

  test('a diamond of 200 levels visits each node once', () => {
    const x = tensor(1, { dtype: 'float64', requiresGrad: true })
    let y: Tensor = x
    for (let i = 0; i < 200; i++) y = y.add(y)
    y.backward()
    expect(x.grad!.itemSync()).toBe(2 ** 200)
  })
})

describe('grad', () => {
  test('gives gradients of leaves and of results, and leaves .grad alone', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    const [ofX, ofY] = grad([y.mul(y).sum()], [x, y])
    expect([values(ofX!), values(ofY!), x.grad]).toEqual([[18, 36], [6, 12], null])
  })

  test('computes nothing that no input needs', () => {
    const [x, z] = [leaf(1, 2), leaf(3, 4)]
    const changed = z.exp()
    const y = x.mul(changed.exp())
    noGrad(() => changed.add_(1))
    expect(grad([y.sum()], [x])).toHaveLength(1)
  })

  test('finds no way where there is none', () => {
    const [x, z] = [leaf(1), leaf(2)]
    expect(() => grad([x.mul(2)], [z])).toThrow(
      'One of the differentiated Tensors appears to not have been used in the graph',
    )
    expect(grad([x.mul(2)], [z, x], { allowUnused: true }).map((g) => g?.itemSync())).toEqual([undefined, 2])
    expect(() => grad([x.mul(2)], [ones([1])])).toThrow('One of the differentiated Tensors does not require grad')
  })

  test('of gradients: d³/dx³ x⁴ = 24 x', () => {
    const x = tensor(2, { requiresGrad: true })
    const [first] = grad([x.pow(4)], [x], { createGraph: true })
    const [second] = grad([first!], [x], { createGraph: true })
    const [third] = grad([second!], [x])
    expect([first, second, third].map((g) => g!.itemSync())).toEqual([32, 48, 48])
  })

  test('a power that differentiating makes constant has a derivative of 0, at 0 too', () => {
    const x = leaf(0, 2)
    const [first] = grad([x.pow(ones([2])).sum()], [x], { createGraph: true })
    const [second] = grad([first!.sum()], [x])
    expect([values(first!), values(second!)]).toEqual([
      [1, 1],
      [0, 0],
    ])
  })

  test('what is recorded in a pass keeps what inputs that this pass did not ask about will need', () => {
    const [x, w] = [tensor([[1, 2]], { requiresGrad: true }), tensor([[3, 4]], { requiresGrad: true })]
    // d/dw (w · x)² = 2 (w · x) x, whose sum has the gradient 2 (w · x) + 2 w (1 + 2) by x.
    const [byWeight] = grad([linear(x, w).square().sum()], [w], { createGraph: true })
    const [byInput] = grad([byWeight!.sum()], [x])
    expect(byInput!.toArraySync()).toEqual([[40, 46]])
  })
  test('backward with createGraph gives .grad a history', () => {
    const x = tensor(3, { requiresGrad: true })
    x.pow(2).backward(null, { createGraph: true })
    const first = x.grad!
    expect([first.itemSync(), first.requiresGrad]).toEqual([6, true])
    x.grad = null
    first.mul(first).backward()
    expect(x.grad!.itemSync()).toBe(24)
  })
})

describe('modes', () => {
  test('noGrad records nothing, enableGrad records inside it', () => {
    const x = leaf(1)
    const [off, on] = noGrad(() => [x.mul(2), enableGrad(() => x.mul(2))] as const)
    expect([off.requiresGrad, on.requiresGrad, isGradEnabled()]).toEqual([false, true, true])
  })

  test('are restored after an exception', () => {
    expect(() => noGrad(() => mul(zeros([2]), zeros([3])))).toThrow('must match the size of tensor b (3)')
    expect(isGradEnabled()).toBe(true)
  })

  test.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
  ])('%s refuses a promise', (name, mode) => {
    expect(() => mode(async () => exp(leaf(1)))).toThrow(`${name}: the function must be synchronous`)
    expect(isGradEnabled()).toBe(true)
  })

  test('backward inside noGrad works', () => {
    const x = leaf(3)
    const y = x.mul(x)
    noGrad(() => y.backward())
    expect(values(x.grad)).toEqual([6])
  })
})

test('fromArray shares memory with its array', () => {
  const { array } = randn([3])
  const x = fromArray(array, { requiresGrad: true })
  array.fill_(2)
  expect(values(x)).toEqual([2, 2, 2])
})

describe('a pass inside a pass', () => {
  const inside: [string, (x: Tensor) => Tensor][] = [
    ['the gradient of prod', (x) => x.prod()],
    ['a function that computes gradients', (x) => ProductByHand.apply(x)],
  ]

  test.each(inside)('leaves the gradients on their way alone: %s', (_, product) => {
    const x = leaf(2, 3)
    const y = x.mul(2)
    const early = product(y)
    // Made later, so gone through earlier: its gradient waits at x while the other pass goes by.
    const total = x.mul(3).sum().add(early)
    const [gradient] = grad([total], [x], { createGraph: true })
    expect(values(gradient!)).toEqual([15, 11])
  })
})

class ProductByHand extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x)
    return x.prod()
  }
  static backward(ctx: FunctionContext, upstream: Tensor): Tensor {
    const [x] = ctx.savedTensors
    return enableGrad(() => grad([x!.select(0, 0).mul(x!.select(0, 1))], [x!], { createGraph: true })[0]!.mul(upstream))
  }
}

test('a leaf that is gone leaves nothing behind when backward refuses it', () => {
  const w = leaf(1, 2)
  w.sum().backward()
  const loss = w.sum()
  w.dispose()
  expect(() => loss.backward()).toThrow('has been disposed')
  expect(currentScope()).toBe(null)
})

test('a transfer is recorded where it is called, not where it ends', async () => {
  const x = leaf(1)
  const device = createCpuDevice()
  const pending: Promise<Tensor>[] = []
  noGrad(() => pending.push(x.transfer(device)))
  const [inside, outside] = await Promise.all([pending[0]!, x.transfer(device)])
  expect([inside.requiresGrad, outside.requiresGrad]).toEqual([false, true])
})
