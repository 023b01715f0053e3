import { memory as arrayMemory, createCpuDevice } from '@rungs/ndarray'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  AutogradFunction,
  cat,
  crossEntropy,
  type Device,
  type FunctionContext,
  grad,
  memory,
  noGrad,
  ones,
  randint,
  randn,
  setDefaultDevice,
  type Tensor,
  tidy,
  torchRng,
} from '../src/index.ts'

/** Large enough to be counted singly. */
const SIZE = 100
let device: Device
const arrays = (): number => memory(device).arrays
const large = (requiresGrad = false, seed = 1): Tensor =>
  randn([SIZE, SIZE], { requiresGrad, generator: torchRng(seed) })

/** `run`, and by how many large arrays the device holds more after it than before. */
function growth(run: () => unknown): number {
  const before = arrays()
  run()
  return arrays() - before
}

beforeEach(() => {
  device = createCpuDevice()
  setDefaultDevice(device)
  // The slab of small arrays, which is counted as one.
  randn([20])
  expect(arrayMemory(device).arrays).toBe(1)
})

describe('a backward pass leaves nothing behind but the gradients of leaves', () => {
  const build: Record<string, (w: Tensor, x: Tensor) => Tensor> = {
    'a sum': (w) => w.sum(),
    'elementwise functions': (w) => w.mul(2).exp().add(1).log().tanh().sum(),
    'a value used twice': (w) => w.mul(w).add(w).sum(),
    'matrix products': (w, x) => x.mm(w).relu().mm(w).pow(2).sum(),
    'views and copies': (w) =>
      w
        .t()
        .reshape([SIZE * SIZE])
        .flip(0)
        .reshape([SIZE, SIZE])
        .at('10:')
        .clone()
        .sum(),
    reductions: (w) => w.softmax(1).var(0).add(w.logsumexp(1)).add(w.amax(0)).sum(),
    'a product': (w) => w.prod(1).sum(),
    broadcasting: (w, x) => w.select(0, 1).mul(x).add(w).sum(),
    'a loss of classes': (w) => crossEntropy(w, randint(0, SIZE, [SIZE], { generator: torchRng(4) })),
    'an unfolded view': (w) => w.unfold(1, 3).mul(2).sum(),
  }
  test.each(Object.entries(build))('%s', (_, fn) => {
    const [w, x] = [large(true), large(false, 2)]
    const loss = fn(w, x)
    expect(growth(() => loss.backward())).toBe(1)
    const values = w.grad!.toTypedArraySync()
    w.grad!.mul_(0)
    const again = fn(w, x)
    expect(growth(() => again.backward())).toBe(0)
    expect(w.grad!.toTypedArraySync()).toEqual(values)
  })

  test('the peak of a long chain is a few arrays above its forward values', () => {
    const w = large(true)
    let y: Tensor = w
    for (let i = 0; i < 50; i++) y = y.sin()
    const loss = y.sum()
    const before = memory(device).bytes
    loss.backward()
    expect((memory(device).peakBytes - before) / (SIZE * SIZE * 4)).toBeLessThanOrEqual(3)
  })

  test('grad releases everything but what it returns', () => {
    const [w, x] = [large(true), large(false, 2)]
    const y = x.mm(w)
    const loss = y.relu().sum()
    expect(growth(() => grad([loss], [w, y], { retainGraph: true }))).toBe(2)
    const [ofW, ofY] = grad([loss], [w, y])
    expect([ofW!.toTypedArraySync().length, ofY!.toTypedArraySync().length]).toEqual([SIZE * SIZE, SIZE * SIZE])
  })
})

describe('what users can reach stays', () => {
  test('the upstream gradient, forward values and a retained graph', () => {
    const [w, upstream] = [large(true), large(false, 3)]
    const y = w.exp()
    const z = y.mul(2)
    z.backward(upstream, { retainGraph: true })
    const first = w.grad!.clone()
    w.grad = null
    z.backward(upstream)
    expect(w.grad!.toArraySync()).toEqual(first.toArraySync())
    for (const x of [w, upstream, y, z]) expect(() => x.toTypedArraySync()).not.toThrow()
  })

  test('an upstream gradient that becomes the gradient itself is copied', () => {
    const [w, upstream] = [large(true), large(false, 3)]
    w.reshape([SIZE * SIZE])
      .reshape([SIZE, SIZE])
      .backward(upstream)
    upstream.zero_()
    expect(w.grad!.toTypedArraySync().some((value) => value !== 0)).toBe(true)
  })

  test('every gradient of a pass that is recorded', () => {
    const w = large(true)
    const [first] = grad([w.pow(3).sum()], [w], { createGraph: true })
    first!.sum().backward()
    expect(w.grad!.toTypedArraySync()[0]).toBeCloseTo(6 * w.toTypedArraySync()[0]!, 4)
    expect(() => first!.toTypedArraySync()).not.toThrow()
  })

  test('what a function of one’s own has kept', () => {
    const kept: Tensor[] = []
    class Spy extends AutogradFunction {
      static forward(_: FunctionContext, x: Tensor): Tensor {
        return x.mul(1)
      }
      static backward(_: FunctionContext, upstream: Tensor): Tensor {
        const made = upstream.mul(2)
        kept.push(upstream, made)
        return made
      }
    }
    const w = large(true)
    Spy.apply(w.exp()).mul(3).sum().backward()
    for (const x of kept) expect(() => x.toTypedArraySync()).not.toThrow()
    w.grad!.zero_()
    expect(kept[1]!.toTypedArraySync()[0]).toBe(6)
  })
})

test('a released array says so', () => {
  const w = large(true)
  const inside = tidy(() => {
    const y = w.exp()
    return { size: y.size, leaked: () => y }
  })
  expect(() => inside.leaked().toTypedArraySync()).toThrow('disposed')
})

test('using lets go of a tensor at the end of its block, and of nothing else', () => {
  const w = large(true)
  let seen: Tensor | undefined
  const left = growth(() => {
    using y = w.exp()
    using view = y.t()
    seen = y
    expect(view.toTypedArraySync().length).toBe(SIZE * SIZE)
  })
  expect([left, w.toTypedArraySync().length]).toEqual([0, SIZE * SIZE])
  expect(() => seen!.toTypedArraySync()).toThrow('disposed')
})

describe('tidy', () => {
  test('keeps gradients of leaves, results, and what their graphs have saved', () => {
    const w = large(true)
    const before = arrays()
    const { loss, extra } = tidy(() => {
      const y = w.exp().sin()
      noGrad(() => y.mul(2).add(1))
      w.mul(3).sum().backward()
      return { loss: y.sum(), extra: [w.mul(2)] }
    })
    // The gradient, w · 2, and exp(w), which sin has saved (exp saved it too).
    expect(arrays() - before).toBe(3)
    expect(extra[0]!.toTypedArraySync().length).toBe(SIZE * SIZE)
    w.grad!.zero_()
    loss.backward()
    const [x, g] = [w.toTypedArraySync()[5]!, w.grad!.toTypedArraySync()[5]!]
    expect(g).toBeCloseTo(Math.cos(Math.exp(x)) * Math.exp(x), 4)
  })

  test('may be nested, and a training step in one leaves the gradient only', () => {
    const [w, x] = [large(true), large(false, 2)]
    const step = (): number =>
      tidy(() => {
        const h = tidy(() => x.mm(w).relu())
        const loss = h.mm(w).pow(2).mean()
        loss.backward()
        return loss.itemSync()
      })
    expect(growth(step)).toBe(1)
    expect(growth(step)).toBe(0)
  })

  test('keeps a recorded gradient with its history', () => {
    const w = large(true)
    tidy(() => w.pow(3).sum().backward(null, { createGraph: true }))
    const first = w.grad!
    w.grad = null
    first.sum().backward()
    expect(w.grad!.toTypedArraySync()[3]).toBeCloseTo(6 * w.toTypedArraySync()[3]!, 4)
  })

  test('refuses a promise', () => {
    expect(() => tidy(async () => 1)).toThrow('tidy: the function must be synchronous')
  })
})

test('tidy keeps what a call of very many tensors has saved', () => {
  const x = ones([1], { requiresGrad: true })
  const inputs = new Array<Tensor>(200_000).fill(x)
  expect(tidy(() => cat(inputs)).shape).toEqual([200_000])
})
