import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  type FunctionContext,
  gradcheck,
  gradgradcheck,
  isGradEnabled,
  noGrad,
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
