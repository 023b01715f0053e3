import { ones, type Tensor, tensor, tidy, zeros } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { Adam, type OptimizerStateDict, SGD } from '../src/index.ts'
import { leaf, thrown, values } from './support.ts'

test('what is remembered exists before the first step and can be listed', () => {
  const params = [leaf([2, 3]), leaf([])]
  const adam = new Adam(params, { amsgrad: true })
  expect([...adam.state.keys()].map((param) => params.indexOf(param))).toEqual([0, 1])
  const names = ['step', 'expAvg', 'expAvgSq', 'maxExpAvgSq']
  for (const param of params) {
    const state = adam.state.get(param)!
    expect(Object.keys(state)).toEqual(names)
    expect(Object.values(state).map(({ shape }: Tensor) => shape)).toEqual([[], param.shape, param.shape, param.shape])
  }
  const before = adam.state.get(params[0]!)!.expAvg
  params[0]!.grad = ones([2, 3])
  adam.step()
  expect(adam.state.get(params[0]!)!.expAvg).toBe(before)
  expect(Object.keys(new SGD(params, { lr: 1 }).state.get(params[0]!)!)).toEqual([])
})

test('a parameter without a gradient is left alone, and its steps are not counted', () => {
  const [a, b] = [leaf(), leaf()]
  const [before, adam] = [values(b), new Adam([a, b])]
  a.grad = ones([2])
  adam.step()
  expect(values(b)).toEqual(before)
  expect([a, b].map((p) => adam.state.get(p)!.step.itemSync())).toEqual([1, 0])
})

test('zeroGrad drops gradients, or makes zeros of them', () => {
  const param = leaf()
  const optimizer = new SGD([param], { lr: 1 })
  param.grad = ones([2])
  optimizer.zeroGrad({ setToNull: false })
  expect(values(param.grad)).toEqual([0, 0])
  optimizer.zeroGrad()
  expect(param.grad).toBeNull()
  expect(() => optimizer.zeroGrad({ setToNull: false })).not.toThrow()
})

/** Two optimisers over parameters of equal values, the second one fresh. */
function pair() {
  const a = leaf()
  const b = a.clone().detach().requiresGrad_()
  const make = (param: Tensor) => new Adam([param], { lr: 0.1, amsgrad: true })
  const [first, second] = [make(a), make(b)]
  const step = (param: Tensor, optimizer: Adam, t: number): void => {
    param.grad = tensor([t, -t])
    optimizer.step()
  }
  return { a, b, first, second, step }
}

test('a run continues from a saved state', () => {
  const { a, b, first, second, step } = pair()
  for (let t = 1; t < 4; t++) step(a, first, t)
  b.data = a.detach().clone()
  first.paramGroups[0]!.lr = 0.02
  second.loadStateDict(first.stateDict())
  expect(second.paramGroups[0]!.lr).toBe(0.02)
  const { params } = second.paramGroups[0]!
  expect([params.length, params[0] === b]).toEqual([1, true])
  for (let t = 4; t < 6; t++) {
    step(a, first, t)
    step(b, second, t)
    expect(values(b)).toEqual(values(a))
  }
})

test('what is remembered outlives the tidy in which it is made', () => {
  const { param, adam } = tidy(() => {
    const param = leaf()
    return { param, adam: [new Adam([param])] }
  })
  for (let t = 0; t < 2; t++) {
    tidy(() => {
      param
        .mul(t + 1)
        .sum()
        .backward()
      adam[0]!.step()
      adam[0]!.zeroGrad()
    })
  }
  expect(adam[0]!.state.get(param)!.step.itemSync()).toBe(2)
})

test('a saved state numbers parameters through all groups', () => {
  const [a, b, c] = [leaf(), leaf(), leaf()]
  const sgd = new SGD([{ params: [a, b] }, { params: [c], momentum: 0.5 }], { lr: 1 })
  const { state, paramGroups } = sgd.stateDict()
  expect(paramGroups.map(({ params, lr, momentum }) => [params, lr, momentum])).toEqual([
    [[0, 1], 1, 0],
    [[2], 1, 0.5],
  ])
  expect(Object.keys(state[2]!)).toEqual(['momentumBuffer'])
})

test('parameters that change dtype take their state along', () => {
  const param = leaf()
  const adam = new Adam([param], { lr: 0.1 })
  param.grad = ones([2])
  adam.step()
  const grad = param.grad
  param.data = param.detach().to('float64')
  param.grad = grad.to('float64')
  adam.step()
  const { expAvg, step } = adam.state.get(param)!
  expect([expAvg.dtype, step.itemSync()]).toEqual(['float64', 2])
})

describe('a state that does not fit is refused', () => {
  const good = (): OptimizerStateDict => pair().first.stateDict()
  const rows: readonly (readonly [name: string, dict: () => OptimizerStateDict, message: RegExp])[] = [
    [
      'too few groups',
      () => ({ ...good(), paramGroups: [] }),
      /^loaded state dict has a different number of parameter groups: 0, Adam has 1/,
    ],
    [
      'another number of parameters',
      () => ({ ...good(), paramGroups: [{ ...good().paramGroups[0]!, params: [0, 1] }] }),
      /^loaded state dict contains a parameter group that doesn't match the size of optimizer's group: group 0 has 2/,
    ],
    ['nothing remembered', () => ({ ...good(), state: {} }), /^Adam: the loaded state of parameter 0 lacks step/],
    [
      'another shape',
      () => ({ ...good(), state: { 0: { ...good().state[0]!, expAvg: zeros([3]) } } }),
      /^Adam: expAvg of parameter 0 has shape \(3,\), expected \(2,\)/,
    ],
    [
      'a rate below zero',
      () => ({ ...good(), paramGroups: [{ ...good().paramGroups[0]!, lr: -1 }] }),
      /^Invalid learning rate: -1/,
    ],
  ]
  test.for(rows)('%s', ([, dict, message]) => {
    const { a, first, step } = pair()
    step(a, first, 1)
    const before = Object.values(first.state.get(a)!).map(values)
    const error = thrown(() => first.loadStateDict(dict()))
    expect(error.name).toBe('RungsError')
    expect(error.message).toMatch(message)
    expect(Object.values(first.state.get(a)!).map(values)).toEqual(before)
  })
})
