import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  type FunctionContext,
  grad,
  gradcheck,
  gradgradcheck,
  isGradEnabled,
  noGrad,
  onceDifferentiable,
  ones,
  type Tensor,
  tensor,
} from '../src/index.ts'
import { sample } from './cases.ts'

class MyReLU extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x)
    return x.clamp({ min: 0 })
  }
  static backward(ctx: FunctionContext, upstream: Tensor): Tensor {
    const [x] = ctx.savedTensors
    return upstream.maskedFill(x!.lt(0), 0)
  }
}

class Exp extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    const y = x.exp()
    ctx.saveForBackward(y)
    return y
  }
  static backward(ctx: FunctionContext, upstream: Tensor): Tensor {
    return upstream.mul(ctx.savedTensors[0]!)
  }
}

class Scale extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor, factor: number, bias: Tensor): Tensor {
    ctx.saveForBackward(tensor(factor, { dtype: x.dtype }))
    return x.mul(factor).add(bias)
  }
  static backward(ctx: FunctionContext, upstream: Tensor): (Tensor | null)[] {
    const [forX, , forBias] = ctx.needsInputGrad
    return [forX ? upstream.mul(ctx.savedTensors[0]!) : null, null, forBias ? upstream : null]
  }
}

describe('a function of one’s own', () => {
  const x = sample([3, 4], 1)

  test.each<[string, (x: Tensor) => Tensor]>([
    ['MyReLU', (z) => MyReLU.apply(z)],
    ['Exp, which saves its result', (z) => Exp.apply(z)],
    ['Scale, which takes a number', (z) => Scale.apply(z, 3, z.select(0, 1))],
  ])('%s has the gradients, and their gradients, that its backward says', (_, fn) => {
    gradcheck(fn as (...inputs: Tensor[]) => Tensor, [x])
    gradgradcheck(fn as (...inputs: Tensor[]) => Tensor, [x])
  })

  test('is recorded under its own name, and not inside', () => {
    const seen: boolean[] = []
    class Spy extends AutogradFunction {
      static forward(_: FunctionContext, z: Tensor): Tensor {
        seen.push(isGradEnabled())
        return z.mul(2)
      }
      static backward(_: FunctionContext, upstream: Tensor): Tensor {
        seen.push(isGradEnabled())
        return upstream
      }
    }
    const y = Spy.apply(x)
    expect([y.gradFn!.name, y.gradFn!.nextFunctions.length]).toEqual(['SpyBackward', 1])
    y.sum().backward()
    expect(seen).toEqual([false, false])
    expect([noGrad(() => Spy.apply(x)).requiresGrad, Spy.apply(ones([2])).requiresGrad]).toEqual([false, false])
  })

  test('notices a change in place of what it saved, and a second pass', () => {
    const y = x.mul(1)
    const out = MyReLU.apply(y).sum()
    noGrad(() => y.add_(1))
    expect(() => out.backward()).toThrow('modified by an inplace operation')
    const e = Exp.apply(x).sum()
    e.backward()
    expect(() => e.backward()).toThrow('Trying to backward through the graph a second time')
  })

  test('that returns its argument gives a view of it', () => {
    class Same extends AutogradFunction {
      static forward(_: FunctionContext, z: Tensor): Tensor {
        return z
      }
      static backward(_: FunctionContext, upstream: Tensor): Tensor {
        return upstream.mul(-1)
      }
    }
    const z = tensor([1, 2], { requiresGrad: true })
    const y = Same.apply(z)
    expect(y).not.toBe(z)
    y.sum().backward()
    expect(z.grad!.toArraySync()).toEqual([-1, -1])
    expect(() => y.add_(1)).toThrow(AutogradError)
  })

  test.each<[string, (upstream: Tensor) => Tensor | (Tensor | null)[] | null, string]>([
    ['too many gradients', (g) => [g, g], 'returned an incorrect number of gradients (expected 1, got 2)'],
    ['too few gradients', () => [], 'returned an incorrect number of gradients (expected 1, got 0)'],
    [
      'a wrong shape',
      () => ones([7]),
      'Function WrongBackward returned an invalid gradient at index 0 - got (7,) but expected',
    ],
    ['nothing', () => undefined as unknown as null, 'Wrong.backward: expected a Tensor or null for each argument'],
    ['numbers', () => [5] as unknown as null[], 'to be returned, got 5'],
  ])('with %s is told so', (_, backward, text) => {
    class Wrong extends AutogradFunction {
      static forward(_ctx: FunctionContext, z: Tensor): Tensor {
        return z.mul(2)
      }
      static backward(_ctx: FunctionContext, upstream: Tensor): Tensor | (Tensor | null)[] | null {
        return backward(upstream)
      }
    }
    expect(() =>
      Wrong.apply(tensor([1, 2], { requiresGrad: true }))
        .sum()
        .backward(),
    ).toThrow(text)
  })

  test('of two tensors gives a gradient for each', () => {
    const product = (gradients: (g: Tensor) => Tensor | (Tensor | null)[]) =>
      class Product extends AutogradFunction {
        static forward(_: FunctionContext, p: Tensor, q: Tensor): Tensor {
          return p.mul(q)
        }
        static backward(_: FunctionContext, g: Tensor): Tensor | (Tensor | null)[] {
          return gradients(g)
        }
      }
    const [p, q] = [tensor([1, 2], { requiresGrad: true }), tensor([3, 4], { requiresGrad: true })]
    const alone = product((g) => g)
      .apply(p, q)
      .sum()
    expect(() => alone.backward()).toThrow(
      'function Product returned an incorrect number of gradients (expected 2, got 1)',
    )
    product((g) => [g, g.mul(2), null])
      .apply(p, q)
      .sum()
      .backward()
    expect([p.grad!.toArraySync(), q.grad!.toArraySync()]).toEqual([
      [1, 1],
      [2, 2],
    ])
  })

  test('without a backward, or a forward, is refused when it is called', () => {
    class NoBackward extends AutogradFunction {
      static forward(_: FunctionContext, z: Tensor): Tensor {
        return z
      }
    }
    expect(() => NoBackward.apply.call(NoBackward as never, x)).toThrow(
      'You must implement the backward for custom autograd.Function: NoBackward has no static backward(ctx, …)',
    )
    expect(() => AutogradFunction.apply.call(class Empty extends AutogradFunction {} as never, x)).toThrow(
      'You must implement the forward for custom autograd.Function: Empty has no static forward(ctx, …)',
    )
  })

  test('with no gradient at all leaves .grad null', () => {
    class Stop extends AutogradFunction {
      static forward(_: FunctionContext, z: Tensor): Tensor {
        return z.mul(2)
      }
      static backward(): null {
        return null
      }
    }
    const z = tensor([1, 2], { requiresGrad: true })
    Stop.apply(z).sum().backward()
    expect(z.grad).toBe(null)
  })
})

/** The mean, the deviations from it, and the place of the largest element. */
class Moments extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): [Tensor, Tensor, Tensor] {
    const mean = x.mean()
    const results: [Tensor, Tensor, Tensor] = [mean, x.sub(mean), x.argmax()]
    ctx.saveForBackward(x)
    return results
  }
  static backward(ctx: FunctionContext, ofMean: Tensor, ofDeviations: Tensor): Tensor {
    const [x] = ctx.savedTensors
    return ofDeviations.sub(ofDeviations.mean()).add(ofMean.div(x!.size).expandAs(x!))
  }
}

/** What a function gets for results that nothing depends on, by `setMaterializeGrads`. */
const received: (number[] | null)[] = []
class Parts extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor, materialize: boolean): Tensor[] {
    ctx.setMaterializeGrads(materialize)
    const constant = x.sign()
    ctx.markNonDifferentiable(constant)
    return [x.mul(2), x.mul(3), constant]
  }
  static backward(_: FunctionContext, ...upstream: (Tensor | null)[]): (Tensor | null)[] {
    received.push(...upstream.map((g) => g && [...g.toTypedArraySync()]))
    const [two, three] = upstream
    const parts = [two?.mul(2), three?.mul(3)].filter((part) => part !== undefined)
    return [parts.reduce((a, b) => a.add(b)), null]
  }
}

describe('a function of several results', () => {
  const x = sample([3, 4], 1)
  test('has gradients, and their gradients, through all of them, one, and none', () => {
    const fns: ((z: Tensor) => Tensor | Tensor[])[] = [
      (z) => Moments.apply(z).slice(0, 2),
      (z) => Moments.apply(z)[1].pow(3),
      (z) => Moments.apply(z)[0].exp(),
      (z) => Moments.apply(z)[2].to('float64').mul(z),
    ]
    for (const fn of fns) {
      gradcheck(fn as (...inputs: Tensor[]) => Tensor, [x])
      gradgradcheck(fn as (...inputs: Tensor[]) => Tensor, [x])
    }
  })

  test('gives integers untracked, and the rest under its name', () => {
    const [mean, deviations, place] = Moments.apply(x)
    expect([mean.requiresGrad, deviations.requiresGrad, place.requiresGrad]).toEqual([true, true, false])
    expect(mean.gradFn!.name).toBe('MomentsBackward')
    expect(noGrad(() => Moments.apply(x)).map((y) => y.requiresGrad)).toEqual([false, false, false])
  })

  test.each<[boolean, (number[] | null)[]]>([
    [
      true,
      [
        [0, 0],
        [1, 1],
        [0, 0],
      ],
    ],
    [false, [null, [1, 1], null]],
  ])('with setMaterializeGrads(%s) gets what nothing depends on as it asked', (materialize, expected) => {
    const z = tensor([1, 2], { requiresGrad: true })
    const [two, three, constant] = Parts.apply(z, materialize)
    expect(constant!.requiresGrad).toBe(false)
    received.length = 0
    grad([three!.sum()], [z], { retainGraph: true })
    expect(received).toEqual(expected)
    const [g] = grad([two!.sum().add(three!.sum())], [z])
    expect(g!.toArraySync()).toEqual([5, 5])
  })

  test('a failed pass leaves nothing behind, and one pass inside another has its own gradients', () => {
    const z = tensor([1, 2], { requiresGrad: true })
    const [two, three] = Parts.apply(z, true)
    const fail = two!.mul(1)
    fail.registerHook(() => {
      throw new RangeError('stop')
    })
    expect(() => grad([three!.sum().add(fail.sum())], [z], { retainGraph: true })).toThrow('stop')
    expect(grad([three!.sum()], [z], { retainGraph: true })[0]!.toArraySync()).toEqual([3, 3])
    const total = three!.sum()
    two!.registerHook(() => {
      expect(grad([total], [z], { retainGraph: true })[0]!.toArraySync()).toEqual([3, 3])
    })
    expect(grad([three!.sum().add(two!.sum())], [z])[0]!.toArraySync()).toEqual([5, 5])
  })

  test('gives back nothing, or no tensors: it is told so', () => {
    class Empty extends AutogradFunction {
      static forward(_: FunctionContext, results: unknown): Tensor[] {
        return results as Tensor[]
      }
      static backward(): null {
        return null
      }
    }
    for (const results of [[], [1], undefined]) {
      expect(() => Empty.apply(results)).toThrow('Empty.forward: expected a Tensor to be returned, or a list of them')
    }
  })
})

describe('onceDifferentiable', () => {
  class Sine extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x)
      return x.sin()
    }
    static backward = onceDifferentiable((ctx: FunctionContext, upstream: Tensor) => {
      expect(isGradEnabled()).toBe(false)
      return upstream.mul(ctx.savedTensors[0]!.cos())
    })
  }
  const x = sample([3], 1)

  test('gives gradients', () => {
    gradcheck((z) => Sine.apply(z!), [x])
  })

  test('and an error where they are differentiated, by whatever they come from', () => {
    const [g] = grad([Sine.apply(x).sum()], [x], { createGraph: true })
    expect(() => grad([g!.sum()], [x])).toThrow(
      'trying to differentiate twice a function that was marked with @once_differentiable',
    )
    const upstream = sample([3], 2)
    const [h] = grad([Sine.apply(x)], [x], { gradOutputs: [upstream], createGraph: true })
    expect(() => grad([h!.sum()], [upstream])).toThrow(AutogradError)
  })
})

describe('markDirty', () => {
  class Double extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor, returns: boolean): Tensor {
      ctx.markDirty(x)
      x.mul_(2)
      return returns ? x : x.clone()
    }
    static backward(_: FunctionContext, upstream: Tensor): (Tensor | null)[] {
      return [upstream.mul(2), null]
    }
  }

  test('gives the argument itself the history of the call', () => {
    const x = sample([3], 1)
    gradcheck(
      (z) => {
        const y = z!.sin()
        const same = Double.apply(y, true)
        expect(same).toBe(y)
        return y.mul(same)
      },
      [x],
    )
    const y = x.mul(1)
    expect([Double.apply(y, true).gradFn!.name, noGrad(() => Double.apply(y, true)) === y]).toEqual([
      'DoubleBackward',
      true,
    ])
  })

  test.each<[string, () => unknown, string]>([
    [
      'a leaf',
      () => Double.apply(tensor([1], { requiresGrad: true }), true),
      'a leaf Variable that requires grad is being',
    ],
    [
      'a view',
      () => Double.apply(tensor([1], { requiresGrad: true }).mul(1).slice(0, 0, 1), true),
      'clone() the view of sha',
    ],
    [
      'what is not returned',
      () => Double.apply(sample([2], 1).mul(1), false),
      'Some elements marked as dirty during the f',
    ],
  ])('of %s is refused', (_, run, text) => {
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(text)
  })
})
