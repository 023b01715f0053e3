import { cpu, createCpuDevice, type DType, setDefaultDevice } from '@rungs/ndarray'
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
import { arrayCases } from './arrayCases.ts'
import { cases, sample } from './cases.ts'
import { imageCases } from './imageCases.ts'

const all = [...cases, ...imageCases, ...arrayCases].map((each) => [each.name, each] as const)

describe('gradients agree with central differences, in float64, on views', () => {
  test.each(all)('%s', (_, { fn, inputs }) => {
    // 1e-6 apart, differences of float64 values near 1 are good to 1e-9; functions bend by less than 1e-5 in between.
    gradcheck(fn, inputs, { atol: 1e-7, rtol: 1e-5 })
  })
})

describe('gradients of gradients agree with central differences', () => {
  test.each(all)('%s', (_, { fn, inputs }) => {
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

  test('shows both Jacobians, and where they differ first', () => {
    const x = tensor([[0, 3]], { dtype: 'float64', requiresGrad: true })
    const other = sample([2], 1).detach()
    const text = [
      'Jacobian mismatch for output 1 with respect to input 1,',
      'numerical:tensor([[0.0000, 0.0000],',
      '        [0.0000, 6.0000]], dtype=float64)',
      'analytical:tensor([[0.0000, 0.0000],',
      '        [0.0000, 6.0300]], dtype=float64)',
      '(a row for each element of the output, a column for each of the input.) First at output [0, 1] and input [0, 1]: ' +
        'backward gives 6.0',
    ].join('\n')
    const fn = (_: Tensor | undefined, z: Tensor | undefined): Tensor[] => [z!.exp(), Wrong.apply(z!)]
    expect(() => gradcheck(fn, [other, x])).toThrow(text)
    expect(gradcheck(fn, [other, x], { raiseException: false })).toBe(false)
    expect(gradcheck(fn, [other, x], { atol: 0.1 })).toBe(true)
    expect(() => gradcheck(fn, [other, x], { raise_exception: false } as object)).toThrow('write raiseException')
  })
  test('finds an output that changes and is not tracked, and a NaN', () => {
    const x = sample([2], 1)
    expect(gradcheck((z) => z!.detach().mul(2), [x], { raiseException: false })).toBe(false)
    expect(gradcheck((z) => z!.sub(5).log(), [x], { raiseException: false })).toBe(false)
    expect(gradcheck((z) => [z!.exp(), z!.gt(0)], [x])).toBe(true)
  })
  test('of gradients takes the upstream gradient of one’s choice', () => {
    const x = sample([2], 1)
    const gradOutputs = [tensor([2, -3], { dtype: 'float64' })]
    expect(gradgradcheck((z) => z!.pow(3), [x], { gradOutputs })).toBe(true)
    class Once extends AutogradFunction {
      static forward(ctx: FunctionContext, z: Tensor): Tensor {
        ctx.saveForBackward(z)
        return z.square()
      }
      static backward(ctx: FunctionContext, upstream: Tensor): Tensor {
        return ctx.savedTensors[0]!.detach().mul(2).mul(upstream)
      }
    }
    expect(gradcheck((z) => Once.apply(z!), [x])).toBe(true)
    expect(() => gradgradcheck((z) => Once.apply(z!), [x])).toThrow(
      'Jacobian mismatch for output 0 with respect to input 0',
    )
  })
  test('stays on the device of what it checks', () => {
    const device = createCpuDevice()
    const on = { dtype: 'float64', device } as const
    const fn = (x: Tensor | undefined): Tensor => x!.mul(tensor([2, 3], on))
    expect(gradcheck(fn, [tensor([1, 2], { ...on, requiresGrad: true })])).toBe(true)
  })
  test('shows a mismatch where the default device has no float64', () => {
    const before = setDefaultDevice({ ...createCpuDevice(), dtypes: new Set<DType>(['float32', 'int32', 'bool']) })
    try {
      const x = tensor([1, 2], { dtype: 'float64', device: cpu, requiresGrad: true })
      expect(() => gradcheck((z) => z!.square().add(z!.detach()), [x])).toThrow('Jacobian mismatch')
    } finally {
      setDefaultDevice(before)
    }
  })
  test('wants float64, and something to check', () => {
    expect(() => gradcheck((x) => x!.exp(), [tensor([1], { requiresGrad: true })])).toThrow(AutogradError)
    expect(() => gradcheck((x) => x!.exp(), [sample([2], 1).detach()])).toThrow('no input requires a gradient')
  })
})
