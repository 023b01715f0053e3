import { createCpuDevice } from '@rungs/ndarray'
import { expectClose } from '@rungs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  bernoulli,
  checkpoint,
  type Device,
  dropout,
  type FunctionContext,
  grad,
  gradcheck,
  gradgradcheck,
  graphToDot,
  inferenceMode,
  linear,
  manualSeed,
  memory,
  noGrad,
  ones,
  onesLike,
  philoxRng,
  pythonRng,
  rand,
  randn,
  setDefaultDevice,
  type Tensor,
  tidy,
  torchRng,
  zeros,
} from '../src/index.ts'
import { arrayCases } from './arrayCases.ts'
import { type Case, cases, sample } from './cases.ts'
import { imageCases } from './imageCases.ts'

type Fn = (...inputs: Tensor[]) => Tensor
const numbers = (x: Tensor): number[] => [...x.toTypedArraySync()]

const x = sample([3, 4], 1)
const z = sample([3, 4], 2)
const w = sample([4, 4], 3)

/** Counts calls. */
function counted<A extends readonly unknown[], R>(fn: (...args: A) => R): ((...args: A) => R) & { calls: number } {
  const run = (...args: A): R => {
    run.calls++
    return fn(...args)
  }
  run.calls = 0
  return run
}

describe('a checkpoint has the gradients of a plain call', () => {
  const block: Fn = (a, b) => a!.mm(w).tanh().mul(b!).softmax(1)
  const rows: [string, Fn][] = [
    ['of one function', (a, b) => checkpoint(block, a!, b!)],
    ['one after another', (a, b) => checkpoint(block, checkpoint(block, a!, b!), b!)],
    [
      'one inside another',
      (a, b) => checkpoint((c: Tensor, d: Tensor) => checkpoint(block, block(c, d), d).exp(), a!, b!),
    ],
    [
      'three deep, in the middle of others',
      (a, b) =>
        checkpoint((c: Tensor) => {
          const inner = checkpoint((d: Tensor) => checkpoint(block, d.sin(), b!).mul(d.exp()), c.cos())
          return checkpoint(block, inner.add(c), inner).mul(inner)
        }, a!.exp()),
    ],
    ['inside tidy', (a, b) => tidy(() => checkpoint(block, a!.sin(), b!.cos()))],
    ['with tidy inside', (a, b) => checkpoint((c: Tensor) => tidy(() => block(c, b!).log()), a!)],
    [
      'of a view, and of a result that is its input',
      (a, b) => checkpoint((c: Tensor) => c.t(), a!).mm(checkpoint((c: Tensor) => c, b!)),
    ],
    ['with a change in place', (a, b) => checkpoint((c: Tensor) => c.sin().mul_(b!).add_(c).exp(), a!)],
    [
      'with indices that it works out itself',
      (a) =>
        checkpoint((c: Tensor) => {
          const y = c.mul(2)
          y.set([c.argmax(1).remainder(3)], c.sin().slice(0, 0, 1))
          return y.mul(c.sort(1).values)
        }, a!),
    ],
  ]
  test.each(rows)('%s', (_, fn) => {
    gradcheck(fn, [x, z], { atol: 1e-7, rtol: 1e-5 })
    gradgradcheck(fn, [x, z], { atol: 1e-6, rtol: 1e-5 })
  })

  test('with respect to what it takes from around it, in backward() and in grad()', () => {
    const loss = (fn: (f: Fn) => Fn): Tensor =>
      fn((a) => a!.mm(w).tanh().mm(w))(x)
        .square()
        .sum()
    const [plain, saved] = [loss((f) => f), loss((f) => (a) => checkpoint(f, a!))]
    const [expected] = grad([plain], [w], { retainGraph: true })
    expect(numbers(grad([saved], [w], { retainGraph: true })[0]!)).toEqual(numbers(expected!))
    w.grad = null
    saved.backward()
    expect(numbers(w.grad!)).toEqual(numbers(expected!))
    w.grad = null
  })

  test('with structures, numbers and tensors without gradients', () => {
    const f = ({ a }: { a: Tensor }, scale: number, b: Tensor) => ({
      y: a.exp().mul(b).mul(scale),
      parts: [a.sin()] as const,
    })
    const constant = z.detach()
    const { y, parts } = checkpoint(f, { a: x }, 3, constant)
    const [g] = grad([y.sum().add(parts[0].square().sum())], [x])
    const plain = f({ a: x }, 3, constant)
    expect(numbers(g!)).toEqual(numbers(grad([plain.y.sum().add(plain.parts[0].square().sum())], [x])[0]!))
  })

  test('of a function of one’s own, whatever it keeps', () => {
    class Own extends AutogradFunction {
      static forward(ctx: FunctionContext & { half?: Tensor }, a: Tensor): Tensor {
        ctx.half = a.mul(0.5)
        const e = a.exp()
        ctx.saveForBackward(e)
        return e.mul(ctx.half)
      }
      static backward(ctx: FunctionContext & { half?: Tensor }, g: Tensor): Tensor {
        return ctx.savedTensors[0]!.mul(ctx.half!.add(0.5)).mul(g)
      }
    }
    gradcheck((a) => checkpoint((b: Tensor) => Own.apply(b.sin()), a!), [x])
  })
})

describe('every operation has the gradients, and their gradients, of a plain call', () => {
  /** Gradients of gradients, so that what a recorded pass saves of recomputed values is read too. */
  function second(fn: Case['fn'], inputs: readonly Tensor[]): (number[] | null)[] {
    const outputs = [fn(...inputs)].flat().filter((y) => y.requiresGrad)
    const gradOutputs = outputs.map((y) => onesLike(y).div(3).requiresGrad_())
    const options = { createGraph: true, allowUnused: true } as const
    const first = grad(outputs, inputs, { ...options, gradOutputs })
    const tracked = first.filter((g) => g?.requiresGrad) as Tensor[]
    const all = [...inputs, ...gradOutputs]
    const ones = tracked.map((g) => onesLike(g))
    const found = tracked.length === 0 ? [] : grad(tracked, all, { allowUnused: true, gradOutputs: ones })
    return [...first, ...found].map((g) => g && numbers(g))
  }
  const all = [...cases, ...arrayCases, ...imageCases].map((each) => [each.name, each] as const)
  test.each(all)('%s', (_, { fn, inputs }) => {
    const tracked = inputs.filter((input) => input.requiresGrad)
    const plain = (...given: Tensor[]) => fn(...inputs.map((input) => given[tracked.indexOf(input)] ?? input))
    const expected = second(plain, tracked)
    second((...given) => checkpoint(plain, ...given), tracked).forEach((found, i) => {
      // What comes by saved values comes by another way, so sums are in another order.
      if (found === null) expect(expected[i]).toBe(null)
      else expectClose(found, expected[i]!, { relative: 1e-12, absolute: 1e-14 })
    })
  })
})

describe('the function is called again', () => {
  test('once for a pass, when the pass gets there, and only where something is missing', () => {
    const f = counted((a: Tensor) => a.exp().sin())
    const y = checkpoint(f, x).sum()
    expect(f.calls).toBe(1)
    grad([y], [x], { retainGraph: true })
    expect(f.calls).toBe(2)
    grad([y], [x])
    expect(f.calls).toBe(3)
    const views = counted((a: Tensor) => a.t().reshape([2, 6]).mul(2))
    grad([checkpoint(views, x).sum()], [x])
    expect(views.calls).toBe(1)
    const unused = counted((a: Tensor) => a.exp().exp())
    grad([checkpoint(unused, x).sum().add(z.sum())], [z])
    expect(unused.calls).toBe(1)
    noGrad(() => checkpoint(f, x))
    expect(f.calls).toBe(4)
  })

  test('never in noGrad and inferenceMode, where it lets go of what it makes all the same', () => {
    const f = counted((a: Tensor) => a.exp().sin())
    const [y, z] = [noGrad(() => checkpoint(f, x)), inferenceMode(() => checkpoint(f, ones([3, 4])))]
    expect([f.calls, y.requiresGrad, z.isInference]).toEqual([2, false, true])
  })

  test('not after the graph is freed', () => {
    const y = checkpoint((a: Tensor) => a.exp().sin(), x).sum()
    grad([y], [x])
    expect(() => grad([y], [x])).toThrow('Trying to backward through the graph a second time')
  })

  test('where an input, or what it read, was changed in place, backward says so', () => {
    for (const changed of [0, 1]) {
      const parts = [x.mul(1), w.mul(1)] as const
      const y = checkpoint((a: Tensor) => a.exp().mm(parts[1]).sin(), parts[0]).sum()
      noGrad(() => parts[changed]!.add_(1))
      expect(() => y.backward()).toThrow('modified by an inplace operation')
    }
  })

  test('and does something else: backward says what', () => {
    let call = 0
    const text =
      'checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass: '
    const other = checkpoint((a: Tensor) => (call++ === 0 ? a.exp().sin() : a.exp().exp()), x).sum()
    expect(() => other.backward()).toThrow(
      `${text}operation 1 was SinBackward0 of (3, 4), and is ExpBackward0 of (3, 4)`,
    )
    call = 0
    const more = checkpoint((a: Tensor) => (call++ === 0 ? a.exp() : a.exp().exp().exp()).sum(), x)
    expect(() => more.backward()).toThrow('operation 1 was SumBackward0 of (), and is ExpBackward0 of (3, 4)')
    expect(() => checkpoint(async (a: Tensor) => a, x)).toThrow(AutogradError)
  })
})

describe('random numbers are the same the second time, and the streams go on as if there had been one', () => {
  const shape = [3, 4]
  /** Each makes a function that draws, with a stream of its own that starts at its beginning. */
  const streams: [string, () => (a: Tensor) => Tensor][] = [
    ['the default stream', () => (a) => a.mul(rand(shape))],
    ['the default stream of a device, in dropout', () => (a) => dropout(a, { p: 0.4 })],
    [
      'torchRng',
      () =>
        (
          (generator) => (a: Tensor) =>
            a.mul(randn(shape, { generator }))
        )(torchRng(3)),
    ],
    [
      'philoxRng',
      () =>
        (
          (generator) => (a: Tensor) =>
            a.mul(bernoulli(shape, 0.5, { generator }))
        )(philoxRng(4)),
    ],
    [
      'philoxRng, inside tidy',
      () =>
        (
          (generator) => (a: Tensor) =>
            tidy(() => a.mul(rand(shape, { generator })))
        )(philoxRng(4)),
    ],
  ]
  test.each(streams)('%s', (_, make) => {
    const run = (wrap: (f: (a: Tensor) => Tensor) => (a: Tensor) => Tensor): number[] => {
      manualSeed(5)
      const noisy = make()
      const twice = (a: Tensor): Tensor => noisy(noisy(a.sin()).exp())
      const y = wrap((a) => wrap(twice)(twice(a)))(x)
      const [g] = grad([y.square().sum()], [x])
      return [...numbers(g!), ...numbers(noisy(x))]
    }
    expect(run((f) => (a) => checkpoint(f, a))).toEqual(run((f) => f))
  })

  test('but not what a program draws itself', () => {
    const python = pythonRng(1)
    const layers = checkpoint((a: Tensor) => {
      let y = a
      for (let i = python.randint(1, 9); i > 0; i--) y = y.sin()
      return y
    }, x)
    expect(() => layers.sum().backward()).toThrow('numbers drawn one by one have to come in as inputs')
  })
})

describe('memory', () => {
  let device: Device
  beforeEach(() => {
    device = createCpuDevice()
    setDefaultDevice(device)
  })
  const LAYERS = 100
  const [BATCH, WIDTH] = [256, 32]
  const BYTES = BATCH * WIDTH * 4
  const network = () => {
    const weights = Array.from({ length: LAYERS }, (_, i) =>
      randn([WIDTH, WIDTH], { generator: torchRng(i) })
        .mul(1 / 6)
        .detach()
        .requiresGrad_(),
    )
    const layer = (h: Tensor, i: number): Tensor => linear(h, weights[i]!).tanh()
    return { weights, layer, input: randn([BATCH, WIDTH], { generator: torchRng(LAYERS) }) }
  }

  /** The peak of a training step, in arrays of one layer's output beyond what was there before. */
  function peakOf(forward: (net: ReturnType<typeof network>) => Tensor): { peak: number; gradients: Tensor[] } {
    device = createCpuDevice()
    setDefaultDevice(device)
    const net = network()
    const { bytes } = memory(device)
    tidy(() => forward(net).square().mean().backward())
    return { peak: (memory(device).peakBytes - bytes) / BYTES, gradients: net.weights.map((p) => p.grad!) }
  }

  test('of a network of a hundred layers, ten to a checkpoint, is less than a third of the plain one', () => {
    const plain = peakOf(({ layer, input }) => {
      let h = input
      for (let i = 0; i < LAYERS; i++) h = layer(h, i)
      return h
    })
    const saved = peakOf(({ layer, input }) => {
      let h = input
      for (let from = 0; from < LAYERS; from += 10) {
        h = checkpoint((start: Tensor) => {
          let y = start
          for (let i = from; i < from + 10; i++) y = layer(y, i)
          return y
        }, h)
      }
      return h
    })
    saved.gradients.forEach((g, i) => {
      expect(numbers(g)).toEqual(numbers(plain.gradients[i]!))
    })
    expect(plain.peak).toBeGreaterThan(2 * LAYERS)
    expect(saved.peak).toBeLessThan(plain.peak / 3)
    // Ten results, ten layers of two arrays and their weights' gradients (an eighth each), and what is on its way.
    expect(saved.peak).toBeLessThan(10 + 20 + LAYERS / 8 + 6)
  })

  test('what is left after the pass is the gradients', () => {
    const { weights, layer, input } = network()
    const step = (): void => {
      const h = checkpoint(
        (a: Tensor) =>
          layer(
            checkpoint((b: Tensor) => layer(layer(b, 0), 1), a),
            2,
          ),
        input,
      )
      const loss = h.square().sum()
      loss.backward()
      for (const x of [h, loss]) x.dispose()
    }
    step()
    for (const weight of weights.slice(0, 3)) weight.grad = null
    const before = memory(device).arrays
    step()
    // The square, which nobody has let go of; small arrays lie in slabs.
    expect(memory(device).arrays - before).toBeLessThanOrEqual(1)
  })

  test('what the function makes and does not give back is gone when it returns', () => {
    const { layer, input } = network()
    const made: Tensor[] = []
    const y = checkpoint((a: Tensor) => {
      const h = layer(a, 0)
      made.push(h)
      return layer(h, 1)
    }, input)
    expect(() => made[0]!.toTypedArraySync()).toThrow('disposed')
    y.sum().backward()
    expect(() => y.toTypedArraySync()).not.toThrow()
  })
})

test('the graph shows what was recorded', () => {
  const dot = graphToDot(checkpoint((a: Tensor) => a.exp().sin(), zeros([2], { requiresGrad: true })))
  for (const name of ['SinBackward0', 'ExpBackward0']) expect(dot).toContain(name)
})
