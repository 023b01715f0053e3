import { createCpuDevice } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  grad,
  memory,
  noGrad,
  ones,
  randn,
  setWarnings,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })
const values = (x: Tensor | null): number[] => [...x!.toTypedArraySync()]

describe('registerHook', () => {
  test('sees the whole gradient of a leaf and of a result, and may replace it', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    const seen: number[][] = []
    y.registerHook((g) => {
      seen.push(values(g))
      return g.mul(10)
    })
    x.registerHook((g) => {
      seen.push(values(g))
    })
    y.add(y.mul(y)).sum().backward()
    // d/dy (y + y²) at 3 and 6, then ten times that times 3.
    expect(seen).toEqual([
      [7, 13],
      [210, 390],
    ])
    expect(values(x.grad)).toEqual([210, 390])
  })

  test('in order of registration, each on what the one before has left; one function twice', () => {
    const x = leaf(1)
    const double = (g: Tensor): Tensor => g.mul(2)
    x.registerHook(double)
    x.registerHook((g) => g.add(1))
    x.registerHook(double)
    x.sum().backward()
    expect(values(x.grad)).toEqual([6])
  })

  test('until it is removed, or its block ends', () => {
    const x = leaf(1)
    const handle = x.registerHook((g) => g.mul(2))
    {
      using _ = x.registerHook((g) => g.mul(5))
      x.sum().backward()
    }
    handle.remove()
    handle.remove()
    x.sum().backward()
    expect(values(x.grad)).toEqual([11])
  })

  test('counts in what grad() gives, for leaves, results and what lies behind them', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    y.registerHook((g) => g.mul(10))
    expect(grad([y.sum()], [y, x], { retainGraph: true }).map(values)).toEqual([
      [10, 10],
      [30, 30],
    ])
    expect(x.grad).toBe(null)
  })

  test('that keeps a gradient can go on using it', () => {
    const w = randn([100, 100], { requiresGrad: true, device: createCpuDevice() })
    const kept: Tensor[] = []
    const y = w.exp()
    y.registerHook((g) => {
      kept.push(g)
    })
    y.sin().sum().backward()
    expect(kept[0]!.toTypedArraySync().length).toBe(10_000)
  })

  test('is recorded in a recorded pass', () => {
    const x = leaf(2)
    x.registerHook((g) => g.mul(g))
    const [g] = grad([x.pow(3).sum()], [x], { createGraph: true })
    expect(values(g!)).toEqual([144])
    // (3x²)² has the derivative 36x³ before the hook, which squares it: 6x · 2 · 3x² = 288 → its square.
    expect(values(grad([g!.sum()], [x])[0]!)).toEqual([288 ** 2])
  })

  test('stays with the values of before a change in place', () => {
    const x = leaf(1)
    const y = x.mul(2)
    const seen: number[] = []
    y.registerHook((g) => {
      seen.push(...values(g))
    })
    y.mul_(5)
    y.sum().backward()
    expect(seen).toEqual([5])
  })

  test('stays with a leaf that gets other values', () => {
    const x = leaf(1, 2)
    x.registerHook((g) => g.mul(2))
    x.sum().backward()
    x.data = ones([3], { dtype: 'float64' })
    x.sum().backward()
    expect([values(x.grad), x.grad!.dtype]).toEqual([[2, 2, 2], 'float64'])
  })

  test.each<[string, (x: Tensor) => unknown, string]>([
    [
      'an untracked tensor',
      () => zeros([1]).registerHook(() => null),
      "cannot register a hook on a tensor that doesn't",
    ],
    ['no function', (x) => x.registerHook(1 as unknown as () => null), 'a hook is a function, got 1'],
    ['another shape', (x) => x.registerHook(() => ones([3])), 'hook has changed the size of value: it returned (3,)'],
    [
      'another dtype',
      (x) => x.registerHook((g) => g.to('float64')),
      'hook has changed the type of value: it returned fl',
    ],
    [
      'a promise',
      (x) => x.registerHook((async () => {}) as unknown as () => null),
      'a hook returns a Tensor or nothing, got [object Promise]',
    ],
  ])('of %s is refused', (_, register, text) => {
    const x = leaf(1, 2)
    const run = (): void => {
      register(x)
      x.sum().backward()
    }
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(text)
  })
})

describe('retainGrad', () => {
  test('adds up the gradient of a result, after its hooks', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    y.retainGrad()
    y.registerHook((g) => g.mul(2))
    const loss = y.mul(y).sum()
    loss.backward(null, { retainGraph: true })
    expect([values(y.grad), values(x.grad), y.retainsGrad]).toEqual([[12, 24], [36, 72], true])
    loss.backward()
    expect(values(y.grad)).toEqual([24, 48])
  })

  test('leaves what comes before it right, and does not share its memory', () => {
    const x = leaf(1, 2)
    const y = x.add(0)
    y.retainGrad()
    y.sum().backward()
    y.grad!.mul_(7)
    expect(values(x.grad)).toEqual([1, 1])
  })

  test('is of the new values after a change in place', () => {
    const x = leaf(1)
    const y = x.mul(2)
    y.retainGrad()
    y.mul_(5)
    y.mul(3).sum().backward()
    expect([values(y.grad), values(x.grad)]).toEqual([[3], [30]])
  })

  test('changes nothing on a leaf; grad() writes no grad', () => {
    const x = leaf(1)
    x.retainGrad()
    const y = x.mul(2)
    y.retainGrad()
    grad([y.sum()], [x])
    expect([x.retainsGrad, x.grad, y.grad]).toEqual([false, null, null])
    expect(() => zeros([1]).retainGrad()).toThrow("can't retain_grad on Tensor that has requires_grad=False")
  })

  test('is what a warning names where the gradient of a result is asked for', () => {
    const texts: string[] = []
    const before = setWarnings((text) => texts.push(text))
    try {
      const y = leaf(1).mul(2)
      expect(y.grad).toBe(null)
      expect(texts).toEqual([expect.stringMatching(/^The \.grad attribute of a Tensor that is not a leaf Tensor/)])
      y.retainGrad()
      expect([y.grad, leaf(1).grad, texts.length]).toEqual([null, null, 1])
    } finally {
      setWarnings(before)
    }
  })
})

describe('registerPostAccumulateGradHook', () => {
  test('updates a leaf while the pass runs', () => {
    const [x, w] = [leaf(1, 2), leaf(3, 4)]
    for (const p of [x, w]) {
      p.registerPostAccumulateGradHook((leaf) => {
        noGrad(() => leaf.sub_(leaf.grad!, { alpha: 0.5 }))
        leaf.grad = null
      })
    }
    x.mul(w.detach()).sum().add(w.sum()).backward()
    expect([values(x), values(w), x.grad, w.grad]).toEqual([[-0.5, 0], [2.5, 3.5], null, null])
  })

  test('lets a pass release what it owns, and its own arrays be', () => {
    const device = createCpuDevice()
    const x = randn([100, 100], { requiresGrad: true, device })
    const made: Tensor[] = []
    x.registerPostAccumulateGradHook((leaf) => made.push(leaf.grad!.mul(2)))
    let y: Tensor = x
    for (let i = 0; i < 20; i++) y = y.sin()
    const loss = y.sum()
    const before = memory(device).arrays
    loss.backward()
    expect(memory(device).arrays - before).toBe(2)
    expect(values(made[0]!)[7]).toBeCloseTo(2 * values(x.grad)[7]!, 6)
  })

  test('runs neither in grad() nor once it is removed', () => {
    const x = leaf(1)
    let calls = 0
    const handle = x.registerPostAccumulateGradHook(() => calls++)
    grad([x.sum()], [x])
    expect(calls).toBe(0)
    x.sum().backward()
    handle.remove()
    x.sum().backward()
    expect(calls).toBe(1)
  })

  test.each<[string, () => unknown, string]>([
    [
      'a result',
      () =>
        leaf(1)
          .mul(2)
          .registerPostAccumulateGradHook(() => {}),
      'cannot be registered on non-leaf tensors',
    ],
    ['an untracked tensor', () => ones([1]).registerPostAccumulateGradHook(() => {}), "doesn't require gradient"],
  ])('of %s is refused', (_, run, text) => {
    expect(run).toThrow(text)
  })
})
