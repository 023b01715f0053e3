import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { grad, ones, type Tensor, tensor } from '../src/index.ts'

const { relu, relu6, sigmoid, logSigmoid, silu, mish, selu, hardsigmoid, hardswish, softsign, tanhshrink, gelu } = t
const { leakyRelu, elu, celu, softplus, hardtanh, softshrink, hardshrink } = t
const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...{ relu, relu6, sigmoid, logSigmoid, silu, mish, selu, hardsigmoid, hardswish, softsign, tanhshrink, gelu },
  ...{ leakyRelu, elu, celu, softplus, hardtanh, softshrink, hardshrink },
}

describe.for(Object.entries(unary))('%s', ([, fn]) => {
  test('passes NaN on', () => {
    expect(fn(tensor([Number.NaN])).itemSync()).toBeNaN()
  })

  test('has a finite value, gradient and second gradient where exponentials overflow', () => {
    const x = tensor([-1000, -100, 100, 1000], { requiresGrad: true })
    const y = fn(x)
    const [first] = grad([y.sum()], [x], { createGraph: true })
    const second = first!.requiresGrad ? grad([first!.sum()], [x], { allowUnused: true })[0] : null
    for (const found of [y, first!, ...(second ? [second] : [])]) {
      expect(Array.from(found.toTypedArraySync()).every(Number.isFinite)).toBe(true)
    }
  })
})

describe('bad input is named', () => {
  const x = ones([2, 3])
  const rows: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    [
      'an approximation',
      () => t.gelu(x, { approximate: 'erf' as 'tanh' }),
      /^approximate argument must be either none or/,
    ],
    ['a slope in Python', () => t.leakyRelu(x, { negative_slope: 1 } as object), /write negativeSlope/],
    ['an alpha of 0', () => t.celu(x, { alpha: 0 }), /alpha cannot be 0 for CELU/],
    ['a negative lambda', () => t.softshrink(x, -1), /^lambda must be greater or equal to 0, but found to be -1/],
    ['an odd half', () => t.glu(x), /^Halving dimension must be even, but dimension 1 is size 3/],
    ['a dim of glu', () => t.glu(x, 2), /Dimension out of range/],
    [
      'slopes for other channels',
      () => t.prelu(x, ones([2])),
      /^Mismatch of parameter numbers and input channel size\. Found parameter numbers = 2 and channel size = 3/,
    ],
    ['no tensor', () => t.prelu(x, 0.1 as unknown as Tensor), /^prelu: expected a Tensor in place 1/],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    expect(call).toThrow(message)
  })
})
