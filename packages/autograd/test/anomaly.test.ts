import { createCpuDevice } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  AutogradFunction,
  DeviceError,
  detectAnomaly,
  type FunctionContext,
  isAnomalyEnabled,
  noGrad,
  ones,
  type Tensor,
  tensor,
} from '../src/index.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })

/** Takes the root of a negative number, which is the mistake to find. */
function rootOfNegative(x: Tensor): Tensor {
  return x.neg().log()
}

const failing = (run: () => unknown): Error => {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('detectAnomaly', () => {
  test('names the operation whose gradient is NaN, and the line of the forward pass', () => {
    const error = failing(() =>
      detectAnomaly(() => {
        const y = rootOfNegative(leaf(0, -1))
        y.mul(0).sum().backward()
      }),
    )
    expect(error).toBeInstanceOf(AutogradError)
    expect(error.message).toMatch(/^Function 'LogBackward0' returned nan values in its 0th output\.\n/)
    const [, second, third] = error.message.split('\n')
    expect(second).toBe('Error detected in LogBackward0. Traceback of forward call that caused the error:')
    expect(third).toMatch(/rootOfNegative.*anomaly\.test\.ts:\d+:\d+/)
    expect(error.message).not.toContain('autograd/src')
  })

  test('names the line of whatever else goes wrong', () => {
    const error = failing(() => {
      using _ = detectAnomaly({ checkNan: false })
      const e = leaf(1, 2).exp()
      noGrad(() => e.add_(1))
      e.sum().backward()
    })
    expect(error.message).toMatch(
      /^one of the variables needed for gradient computation has been modified by an inplace/,
    )
    expect(error.message).toMatch(/Error detected in ExpBackward0\. Traceback.*\n.*anomaly\.test\.ts/)
    expect((error.cause as Error).message).not.toContain('Error detected')
  })

  test('says so where the forward pass was not watched', () => {
    const y = rootOfNegative(leaf(0)).mul(0)
    expect(failing(() => detectAnomaly(() => y.backward())).message).toContain('No forward pass information available.')
  })

  test('counts the outputs of a function with several arguments', () => {
    class Bad extends AutogradFunction {
      static forward(_: FunctionContext, a: Tensor, b: Tensor): Tensor {
        return a.add(b)
      }
      static backward(_: FunctionContext, g: Tensor): Tensor[] {
        return [g, g.mul(NaN)]
      }
    }
    const run = (): void => Bad.apply(leaf(1), leaf(2)).sum().backward()
    expect(() => detectAnomaly(run)).toThrow("Function 'BadBackward' returned nan values in its 1th output.")
    expect(run).not.toThrow()
  })

  test('lets a healthy pass through, nested and in any order of closing', () => {
    const x = leaf(1, 2)
    const [outer, inner] = [detectAnomaly(), detectAnomaly({ checkNan: false })]
    outer[Symbol.dispose]()
    expect(isAnomalyEnabled()).toBe(true)
    x.log().sum().backward()
    inner[Symbol.dispose]()
    expect([isAnomalyEnabled(), x.grad!.toArraySync()]).toEqual([false, [1, 0.5]])
  })

  test('tells that a device cannot be read while a pass runs', () => {
    const { readSync: _, ...rest } = createCpuDevice()
    const device = Object.assign(Object.create(Object.getPrototypeOf(rest)), rest)
    const run = (): void => ones([2], { device, requiresGrad: true }).log().sum().backward()
    expect(() => detectAnomaly(run)).toThrow(DeviceError)
    expect(() => detectAnomaly(run)).toThrow('pass { checkNan: false }')
    expect(() => detectAnomaly(run, { checkNan: false })).not.toThrow()
  })

  test('refuses options that are not there', () => {
    expect(() => detectAnomaly({ check_nan: true } as object)).toThrow('write checkNan')
  })
})
