import { fromTypedArray } from '@rungs/autograd'
import { expectClose, loadOptim, loadOptimizers } from '@rungs/testing'
import { describe, test } from 'vitest'
import * as optim from '../src/index.ts'
import { type Make, values } from './support.ts'

const { Adadelta, Adagrad, Adam, AdamW, RMSprop, SGD } = optim
const { grads, p0, steps } = loadOptim()
const gradients = [0, 1, 2, 3, 4].map((t) => Float32Array.from(grads.data.slice(4 * t, 4 * t + 4)))

const rows: readonly (readonly [name: string, make: Make])[] = [
  ['sgd', (params) => new SGD(params, { lr: 0.1 })],
  ['sgd_m', (params) => new SGD(params, { lr: 0.1, momentum: 0.9 })],
  ['sgd_nesterov_wd', (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
  ['adam', (params) => new Adam(params, { lr: 0.1 })],
  ['adam_amsgrad', (params) => new Adam(params, { lr: 0.1, amsgrad: true })],
  ['adamw', (params) => new AdamW(params, { lr: 0.1 })],
  ['rmsprop', (params) => new RMSprop(params, { lr: 0.1 })],
  ['adagrad', (params) => new Adagrad(params, { lr: 0.1 })],
  ['adadelta', (params) => new Adadelta(params)],
]

/** The parameter after each of the five steps. */
function follow(make: Make): number[] {
  const param = fromTypedArray(Float32Array.from(p0.data), [4], { requiresGrad: true })
  const optimizer = make([param])
  return gradients.flatMap((gradient) => {
    param.grad = fromTypedArray(gradient, [4])
    optimizer.step()
    return values(param)
  })
}

test.for(rows)("%s takes PyTorch's five steps in float32", ([name, make]) => {
  expectClose(follow(make), steps[name]!.data, { relative: 1e-6, absolute: 1e-7 }, name)
})

describe("PyTorch's steps with every option", () => {
  const golden = loadOptimizers()
  const makers = optim as unknown as Record<string, new (...args: Parameters<Make>) => ReturnType<Make>>

  // In float64 only the order of operations differs, in float32 nine steps of rounding.
  test.for(
    golden.optimizers.flatMap((row) =>
      (['float64', 'float32'] as const).map((dtype) => [row.name, row.options, dtype, row] as const),
    ),
  )('%s %o in %s', ([name, options, dtype, { params: expected }]) => {
    const make = dtype === 'float64' ? Float64Array : Float32Array
    const tensors = (data: readonly (readonly number[])[], requiresGrad: boolean) =>
      data.map((elements, i) => fromTypedArray(make.from(elements), golden.shapes[i]!, { requiresGrad }))
    const params = tensors(golden.start, true)
    const optimizer = new makers[name]!(params, options)
    const found = golden.gradients.flatMap((gradients) => {
      for (const [i, gradient] of tensors(gradients, false).entries()) params[i]!.grad = gradient
      optimizer.step()
      return params.flatMap(values)
    })
    const tolerance = dtype === 'float64' ? { relative: 1e-12, absolute: 1e-14 } : { relative: 1e-5, absolute: 1e-6 }
    expectClose(found, expected.flat(), tolerance, name)
  })
})
