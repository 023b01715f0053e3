// Each name begins with the number of a behaviour that the project promises: gradients, their errors and their traps.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import { byAutograd, byHand, losses, normalData } from './runs.ts'
import { type Tensor, thrown, values } from './support.ts'

const { tensor } = r
const leaf = (...list: number[]): Tensor => tensor(list, { requiresGrad: true })

describe('the gradient at -1, 0 and 1', () => {
  const rows: readonly (readonly [name: string, fn: (x: Tensor) => Tensor, gradient: readonly number[]])[] = [
    ['rows 24 and M8: relu is 0 at 0', (x) => x.relu(), [0, 0, 1]],
    ['rows 24 and M8: clampMin is 1 at 0', (x) => x.clampMin(0), [0, 1, 1]],
    ['rows 24 and M8: clamp({ min: 0 }) is 1 at 0', (x) => x.clamp({ min: 0 }), [0, 1, 1]],
    ['row M8: maximum with 0 is 0.5 at 0', (x) => x.maximum(0), [0, 0.5, 1]],
  ]
  test.for(rows)('%s', ([, fn, gradient]) => {
    const x = leaf(-1, 0, 1)
    fn(x).sum().backward()
    expect(values(x.grad!)).toEqual(gradient)
  })
})

describe('a target of another shape', () => {
  const warnings: string[] = []
  beforeEach(() => void r.setWarnings((message) => warnings.push(message)))
  afterEach(() => {
    r.setWarnings('default')
    warnings.length = 0
  })

  test('row 67: (4, 1) - (4) is (4, 4), whose mean square is 2.5 in place of 0, and a warning says so', () => {
    const [output, target] = [tensor([[1], [2], [3], [4]]), tensor([1, 2, 3, 4])]
    expect(output.sub(target).shape).toEqual([4, 4])
    expect(r.nn.functional.mseLoss(output.squeeze(-1), target).itemSync()).toBe(0)
    expect(warnings).toEqual([])
    expect(r.nn.functional.mseLoss(output, target).itemSync()).toBe(2.5)
    expect(warnings[0]).toMatch(/^Using a target size \(4,\) that is different to the input size \(4, 1\)/)
  })
})

describe('a function of one’s own', () => {
  class MyReLU extends r.AutogradFunction {
    static forward(ctx: r.FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x)
      return x.clamp({ min: 0 })
    }
    static backward(ctx: r.FunctionContext, upstream: Tensor): Tensor {
      const [x] = ctx.savedTensors
      return upstream.maskedFill(x!.lt(0), 0)
    }
  }

  test('row 72: static forward and backward pass gradcheck', () => {
    const x = r.randn([3, 4], { dtype: 'float64', generator: r.numpyRng(0), requiresGrad: true })
    expect(r.gradcheck((z) => MyReLU.apply(z!), [x])).toBe(true)
  })

  test('row 72: in place of clamp it trains the network alike', async () => {
    const data = normalData()
    const weights = [data.w1.requiresGrad_(), data.w2.requiresGrad_()]
    const step = (): Tensor => {
      const loss = MyReLU.apply(data.x.mm(data.w1)).mm(data.w2).sub(data.y).pow(2).sum()
      loss.backward()
      r.noGrad(() => {
        for (const w of weights) w.sub_(w.grad!, { alpha: 1e-6 })
      })
      for (const w of weights) w.grad!.zero_()
      return loss
    }
    const found = await losses(step, 20)
    expect(found).toEqual(await losses(byAutograd(normalData()), 20))
    expect(found[0]! / 29428666).toBeCloseTo(1, 5)
  })
})

describe('graphs', () => {
  test("row 76: c = sum(x * y + z) of NumPy's seed 0 is 6.717008537800067", () => {
    const generator = r.numpyRng(0)
    const draw = (): Tensor => r.randn([3, 4], { dtype: 'float64', generator, requiresGrad: true })
    const [x, y, z] = [draw(), draw(), draw()]
    const loss = x.mul(y).add(z).sum()
    loss.backward()
    expect(loss.itemSync()).toBeCloseTo(6.717008537800067, 14)
    expect([x, y, z].map(({ grad }) => values(grad!))).toEqual([values(y), values(x), new Array(12).fill(1)])
  })

  test('row 77: a second backward() adds: [2, 4, 6], then [4, 8, 12]; row 79: zero_() in place', () => {
    const x = tensor([1, 2, 3]).requiresGrad_()
    const square = (): void => x.pow(2).sum().backward()
    square()
    const { grad } = x
    expect(values(grad!)).toEqual([2, 4, 6])
    square()
    expect(values(x.grad!)).toEqual([4, 8, 12])
    x.grad!.zero_()
    expect([x.grad === grad, values(grad!)]).toEqual([true, [0, 0, 0]])
  })

  test('row 78: noGrad records nothing, lets leaves change in place, and refuses promises', () => {
    const x = leaf(1, 2)
    expect([r.noGrad(() => x.mul(2)).requiresGrad, x.mul(2).requiresGrad]).toEqual([false, true])
    r.noGrad(() => x.sub_(1))
    expect([values(x), x.isLeaf, x.requiresGrad]).toEqual([[0, 1], true, true])
    expect(thrown(() => r.noGrad(async () => x)).message).toMatch(/^noGrad: the function must be synchronous/)
  })

  test('row 80: data and detach() share memory and have no history', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    for (const bare of [y.data, y.detach()]) {
      expect([bare.storage === y.storage, bare.requiresGrad, bare.gradFn]).toEqual([true, false, null])
    }
    y.sum().backward()
    x.data.sub_(x.grad!.data)
    expect([values(x), x.requiresGrad]).toEqual([[-1, 0], true])
  })

  test('row 82: a loss prints its gradFn', () => {
    const loss = r.mseLoss(leaf(1, 2), tensor([0, 1]))
    expect([String(loss), loss.gradFn!.name]).toEqual(['tensor(1., grad_fn=<MseLossBackward0>)', 'MseLossBackward0'])
    expect(leaf(2).mul(3).gradFn!.name).toBe('MulBackward0')
  })

  test('row M4: a mistyped backward is an error of the compiler, and of the language', () => {
    const loss = leaf(1, 2).sum()
    // @ts-expect-error: there is no such method
    expect(() => loss.loss_backward()).toThrow('loss.loss_backward is not a function')
  })

  test('row 83: the graph of five operations, drawn', () => {
    const [x, w1, w2] = [r.ones([4, 3]), r.ones([3, 2]).requiresGrad_(), r.ones([2, 1]).requiresGrad_()]
    const dot = r.graphToDot(x.mm(w1).clamp({ min: 0 }).mm(w2).pow(2).sum(), { names: { w1, w2 } })
    const labels = [...dot.matchAll(/label="(\w+)/g)].map(([, label]) => label)
    expect([dot.startsWith('digraph {'), dot.match(/->/g)!.length]).toEqual([true, 6])
    expect(labels).toEqual([
      ...['SumBackward0', 'PowBackward0', 'MmBackward0', 'ClampBackward0'],
      ...['w2', 'MmBackward0', 'w1'],
    ])
  })

  test('row 86: the curve of autograd is the curve of the gradients by hand', async () => {
    expect(await losses(byAutograd(normalData()), 20)).toEqual(await losses(byHand(normalData()), 20))
  })
})

describe('row 81: errors', () => {
  const squares = (): Tensor => leaf(1, 1).pow(2).sum()
  const rows: readonly (readonly [text: string, call: () => unknown])[] = [
    ['grad can be implicitly created only for scalar outputs', () => leaf(1, 1).mul(2).backward()],
    ['Trying to backward through the graph a second time', () => [squares()].map((x) => [x.backward(), x.backward()])],
    ['a leaf Variable that requires grad is being used in an in-place operation.', () => leaf(1, 1).add_(1)],
    ['element 0 of tensors does not require grad and does not have a grad_fn', () => r.ones([2]).sum().backward()],
    [
      'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
        '[torch.FloatTensor [2]], which is output 0 of ExpBackward0, is at version 1; expected version 0 instead',
      () => [leaf(1, 1).exp()].map((x) => x.add_(1).sum().backward()),
    ],
  ]
  test.for(rows)('row 81: %s', ([text, call]) => {
    const error = thrown(call)
    expect(error).toBeInstanceOf(r.AutogradError)
    expect(error.message.slice(0, text.length)).toBe(text)
  })

  test('row 81: the way out of a second pass is retainGraph: true', () => {
    const loss = squares()
    loss.backward()
    expect(thrown(() => loss.backward()).message).toMatch(/retainGraph: true/)
  })
})
