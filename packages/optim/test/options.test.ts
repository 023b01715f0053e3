import { inspect } from 'node:util'
import { ones, type Tensor, tensor } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { expect, test } from 'vitest'
import { Adam, LBFGS, type Optimizer, RMSprop, SGD } from '../src/index.ts'
import { leaf, values } from './support.ts'

test('the learning rate of each group can be read and changed', () => {
  const [a, b] = [tensor([0], { requiresGrad: true }), tensor([0], { requiresGrad: true })]
  const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 10 }], { lr: 1 })
  const step = (): number[] => {
    a.grad = tensor([1])
    b.grad = tensor([1])
    optimizer.step()
    return [a.itemSync(), b.itemSync()]
  }
  expect(step()).toEqual([-1, -10])
  expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([1, 10])
  optimizer.paramGroups[0]!.lr = 4
  expect(step()).toEqual([-5, -20])
  const c = tensor([0], { requiresGrad: true })
  optimizer.addParamGroup({ params: [c], lr: 100 })
  c.grad = tensor([1])
  expect([...step(), c.itemSync()]).toEqual([-9, -30, -100])
})

test('momentum that is switched on later starts from zero', () => {
  const param = tensor([0], { requiresGrad: true })
  const optimizer = new SGD([param], { lr: 1 })
  param.grad = tensor([1])
  optimizer.step()
  optimizer.paramGroups[0]!.momentum = 0.5
  for (let t = 0; t < 2; t++) optimizer.step()
  expect(param.itemSync()).toBe(-1 - 1 - 1.5)
})

test('an option that is switched on later keeps what is remembered', () => {
  const param = tensor([1], { requiresGrad: true })
  const optimizer = new Adam([param])
  param.grad = tensor([2])
  optimizer.step()
  const { step, expAvg } = optimizer.state.get(param)!
  const before = [step, expAvg].map((x) => x.itemSync())
  optimizer.paramGroups[0]!.amsgrad = true
  optimizer.zeroGrad()
  optimizer.step()
  const after = optimizer.state.get(param)!
  expect([after.step, after.expAvg].map((x) => x.itemSync())).toEqual(before)
  expect(after.maxExpAvgSq!.itemSync()).toBe(0)
})

test('betas that stop nothing: the gradient alone decides', () => {
  const param = tensor([1, -1], { dtype: 'float64', requiresGrad: true })
  const optimizer = new Adam([param], { lr: 0.5, betas: [0, 0] })
  param.grad = tensor([3, -7], { dtype: 'float64' })
  optimizer.step()
  expectClose(values(param), [0.5, -0.5], { relative: 1e-8 })
})

test('parameters of several dtypes share a group, each in its own', () => {
  const [a, b] = [tensor([5, 2], { requiresGrad: true }), tensor([3], { dtype: 'float64', requiresGrad: true })]
  const optimizer = new RMSprop([a, b], { lr: 0.1 })
  a.grad = ones([2])
  b.grad = ones([1], { dtype: 'float64' })
  optimizer.step()
  expect([a, b].map((param) => optimizer.state.get(param)!.squareAvg.dtype)).toEqual(['float32', 'float64'])
  const moved = 0.1 / (Math.sqrt(0.01) + 1e-8)
  expectClose(values(a), [5 - moved, 2 - moved], { relative: 1e-6 })
  expectClose(values(b), [3 - moved], { relative: 1e-13 })
})

test('steps are counted parameter by parameter, wherever gradients are missing', () => {
  const params = Array.from({ length: 6 }, () => leaf())
  const optimizer = new Adam(params)
  for (const given of [[0, 1, 4], [2, 3, 4, 5], [0, 5], []]) {
    optimizer.zeroGrad()
    for (const i of given) params[i]!.grad = ones([2])
    optimizer.step()
  }
  expect(params.map((param) => optimizer.state.get(param)!.step.itemSync())).toEqual([2, 1, 1, 1, 2, 2])
})

test('a closure is called with gradients on, and its loss is returned', () => {
  const param = tensor([3], { requiresGrad: true })
  const optimizer = new SGD([param], { lr: 0.5 })
  const loss = optimizer.step(() => {
    optimizer.zeroGrad()
    const value = param.square().sum()
    value.backward()
    return value
  })
  expect([loss.itemSync(), param.itemSync()]).toEqual([9, 0])
})

test('whatever optimizer there is, a loop takes it by one type', async () => {
  const train = async (optimizer: Optimizer, param: Tensor): Promise<number> => {
    await optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = param.square().sum()
      loss.backward()
      return loss
    })
    return param.square().sum().item()
  }
  for (const make of [
    (p: Tensor) => new SGD([p], { lr: 0.1 }),
    (p: Tensor) => new Adam([p]),
    (p: Tensor) => new LBFGS([p]),
  ]) {
    const param = tensor([1, -2], { requiresGrad: true })
    expect(await train(make(param), param)).toBeLessThan(5)
  }
})

test('an optimizer prints its groups as PyTorch does', () => {
  const optimizer = new SGD([{ params: [leaf()] }, { params: [leaf()], lr: 1 }], { lr: 0.1, momentum: 0.9 })
  expect(inspect(optimizer)).toBe(String(optimizer))
  expect(String(optimizer)).toBe(
    `SGD (
Parameter Group 0
    dampening: 0
    lr: 0.1
    maximize: false
    momentum: 0.9
    nesterov: false
    weightDecay: 0

Parameter Group 1
    dampening: 0
    lr: 1
    maximize: false
    momentum: 0.9
    nesterov: false
    weightDecay: 0
)`,
  )
})
