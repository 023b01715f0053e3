import { createCpuDevice } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  type FunctionContext,
  gradcheck,
  gradgradcheck,
  type Tensor,
  tensor,
} from '../src/index.ts'
import { cases, sample } from './cases.ts'

describe('gradients agree with central differences, in float64, on views', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', (_, { fn, inputs }) => {
    // 1e-6 apart, differences of float64 values near 1 are good to 1e-9; functions bend by less than 1e-5 in between.
    gradcheck(fn, inputs, { atol: 1e-7, rtol: 1e-5 })
  })
})

describe('gradients of gradients agree with central differences', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', (_, { fn, inputs }) => {
    gradgradcheck(fn, inputs, { atol: 1e-6, rtol: 1e-5 })
  })
})

describe('gradcheck', () => {
  class Wrong extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x)
      return x.square()
    }
    static backward(ctx: FunctionContext, upstream: Tensor): Tensor {
      return ctx.savedTensors[0]!.mul(2.01).mul(upstream)
    }
  }

  test('names the input, the position and both values of a wrong gradient', () => {
    const x = tensor([[0, 3]], { dtype: 'float64', requiresGrad: true })
    expect(() => gradcheck((_, z) => Wrong.apply(z!).sum(), [sample([2], 1).detach(), x])).toThrow(
      /Jacobian mismatch for output with respect to input 1, at position \[0, 1\]: backward gives .*, central differences give/,
    )
  })
  test('stays on the device of what it checks', () => {
    const device = createCpuDevice()
    const on = { dtype: 'float64', device } as const
    const fn = (x: Tensor | undefined): Tensor => x!.mul(tensor([2, 3], on))
    expect(gradcheck(fn, [tensor([1, 2], { ...on, requiresGrad: true })])).toBe(true)
  })
  test('wants float64, and something to check', () => {
    expect(() => gradcheck((x) => x!.exp(), [tensor([1], { requiresGrad: true })])).toThrow(AutogradError)
    expect(() => gradcheck((x) => x!.exp(), [sample([2], 1).detach()])).toThrow('no input requires a gradient')
  })
})
