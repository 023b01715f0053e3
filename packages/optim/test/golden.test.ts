import { fromTypedArray, type Tensor } from '@rungs/autograd'
import { expectClose, loadOptim } from '@rungs/testing'
import { test } from 'vitest'
import { Adadelta, Adagrad, Adam, AdamW, RMSprop, SGD } from '../src/index.ts'
import { values } from './support.ts'

const { grads, p0, steps } = loadOptim()
const gradients = [0, 1, 2, 3, 4].map((t) => Float32Array.from(grads.data.slice(4 * t, 4 * t + 4)))

const rows: readonly (readonly [name: string, make: (params: Tensor[]) => { step(): void }])[] = [
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
function follow(make: (params: Tensor[]) => { step(): void }): number[] {
  const param = fromTypedArray(Float32Array.from(p0.data), [4], { requiresGrad: true })
  const optimizer = make([param])
  return gradients.flatMap((gradient) => {
    param.grad = fromTypedArray(gradient, [4])
    optimizer.step()
    return values(param)
  })
}

test.for(rows)("%s takes PyTorch's five steps", ([name, make]) => {
  expectClose(follow(make), steps[name]!.data, { relative: 1e-6, absolute: 1e-7 }, name)
})
