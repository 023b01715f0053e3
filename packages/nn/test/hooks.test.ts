import { grad, ones, RungsError, type Tensor, tensor } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { type CallGradients, Linear, Module, Sequential, Tanh } from '../src/index.ts'
import { values } from './support.ts'

class Scale extends Module {
  static override typeName = 'Scale'
  factor: number
  constructor(factor: number) {
    super()
    this.factor = factor
  }
  forward(x: Tensor): Tensor {
    return x.mul(this.factor)
  }
}

/** Two inputs, two outputs. */
class Pair extends Module {
  forward(x: Tensor, y: Tensor): [Tensor, Tensor] {
    return [x.mul(y), x.add(y)]
  }
}

const numbers = (gradients: CallGradients): (number[] | null)[] => gradients.map((g) => g && values(g))

describe('forward hooks', () => {
  test('see inputs and outputs, and may replace both', () => {
    const module = new Scale(3)
    const seen: unknown[] = []
    module.registerForwardPreHook((self, inputs) => {
      seen.push([self === module, values(inputs[0])])
      return inputs[0].add(1)
    })
    module.registerForwardPreHook((_, [x]) => [x.add(1)])
    module.registerForwardHook((_, inputs, output) => {
      seen.push([values(inputs[0]), values(output)])
      return output.neg()
    })
    module.registerForwardHook((_, __, output) => {
      seen.push(values(output))
    })
    expect(values(module.forward(tensor([1])))).toEqual([-9])
    expect(seen).toEqual([[true, [1]], [[3], [9]], [-9]])
  })

  test('run where a module stands inside another, and stay out of names and text', () => {
    const model = new Sequential(new Linear(2, 2), new Tanh())
    const text = String(model)
    let calls = 0
    model.getSubmodule('0').registerForwardHook(() => {
      calls++
    })
    model.forward(ones([1, 2]))
    expect(calls).toBe(1)
    expect(String(model)).toBe(text)
    expect(Object.keys(model[0]!)).not.toContain('forward')
  })

  test('the first makes forward an own property, and removing the last deletes it', () => {
    const module = new Scale(2)
    const first = module.registerForwardHook(() => undefined)
    const second = module.registerForwardPreHook(() => undefined)
    expect(Object.hasOwn(module, 'forward')).toBe(true)
    first.remove()
    expect(Object.hasOwn(module, 'forward')).toBe(true)
    second.remove()
    second.remove()
    expect(Object.hasOwn(module, 'forward')).toBe(false)
    {
      using _ = module.registerForwardHook(() => tensor([7]))
      expect(values(module.forward(tensor([1])))).toEqual([7])
    }
    expect(values(module.forward(tensor([1])))).toEqual([2])
  })

  test('a forward in a field of its own comes back', () => {
    const forward = (x: Tensor): Tensor => x.add(1)
    const module = Object.assign(new Scale(2), { forward })
    module.registerForwardHook((_, __, y) => y.neg()).remove()
    expect(module.forward).toBe(forward)
  })

  test('one function registered twice is removed once', () => {
    const module = new Scale(1)
    const hook = (_: Module, __: unknown, y: Tensor): Tensor => y.add(1)
    const [first] = [module.registerForwardHook(hook), module.registerForwardHook(hook)]
    first.remove()
    expect(values(module.forward(tensor([1])))).toEqual([2])
  })

  test('what is no function is refused', () => {
    expect(() => new Scale(1).registerForwardHook('print' as never)).toThrow(RungsError)
  })
})

describe('full backward hooks', () => {
  test('see the gradients of inputs and outputs, and may replace those of inputs', () => {
    const module = new Scale(3)
    const seen: unknown[] = []
    const handle = module.registerFullBackwardHook((self, gradInput, gradOutput) => {
      seen.push([self === module, numbers(gradInput), numbers(gradOutput)])
      return [gradInput[0]!.mul(10)]
    })
    const x = tensor([1, 2], { requiresGrad: true })
    module.forward(x).backward(tensor([1, -1]))
    expect(seen).toEqual([[true, [[3, -3]], [[1, -1]]]])
    expect(values(x.grad!)).toEqual([30, -30])
    handle.remove()
    expect(Object.hasOwn(module, 'forward')).toBe(false)
  })

  test('get all gradients of several inputs and outputs at once, null for what the loss does not use', () => {
    const module = new Pair()
    const seen: unknown[] = []
    module.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push([numbers(gradInput), numbers(gradOutput)])
      return [gradInput[1]!, gradInput[0]!]
    })
    const [x, y] = [tensor([2], { requiresGrad: true }), tensor([5], { requiresGrad: true })]
    const [product, total] = module.forward(x, y)
    product.mul(2).sub(total).sum().backward(null, { retainGraph: true })
    expect(seen).toEqual([
      [
        [[9], [3]],
        [[2], [-1]],
      ],
    ])
    expect([values(x.grad!), values(y.grad!)]).toEqual([[3], [9]])
    total.sum().backward()
    expect(seen[1]).toEqual([
      [[1], [1]],
      [null, [1]],
    ])
  })

  test('run without a gradient of inputs too, with [null] for them', () => {
    const layer = new Linear(2, 1)
    const seen: unknown[] = []
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push([numbers(gradInput), numbers(gradOutput)])
      return undefined
    })
    layer
      .forward(ones([3, 2]))
      .sum()
      .backward()
    expect(seen).toEqual([[[null], [[1, 1, 1]]]])
    expect(values(layer.bias!.grad!)).toEqual([3])
  })

  test('gradients through them have gradients', () => {
    const [plain, hooked] = [new Tanh(), new Tanh()]
    hooked.registerFullBackwardHook(() => undefined)
    const second = (module: Module & { forward(x: Tensor): Tensor }): number => {
      const x = tensor([0.5], { requiresGrad: true, dtype: 'float64' })
      const [first] = grad([module.forward(x).sum()], [x], { createGraph: true })
      return grad([first!.sum()], [x])[0]!.itemSync()
    }
    expect(second(hooked)).toBe(second(plain))
    expect(second(plain)).not.toBe(0)
  })
})

test('parts are reached by name', () => {
  const model = new Sequential(new Linear(2, 3), new Sequential(new Linear(3, 1)))
  expect(model.getSubmodule('1.0')).toBe((model[1] as Sequential)[0])
  expect(model.getSubmodule('')).toBe(model)
  expect(model.getParameter('1.0.weight')).toBe(model.parameters()[2])
  expect(() => model.getParameter('1.weight')).toThrow(
    'Sequential has no parameter 1.weight; it has 0.weight, 0.bias, 1.0.weight, 1.0.bias',
  )
  expect(() => model.getBuffer('mean')).toThrow('Sequential has no buffer mean; it has none')
})
