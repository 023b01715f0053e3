import { ones, type Tensor } from '@rungs/autograd'
import { expect, test } from 'vitest'
import { BatchNorm1d, deepCopy, Linear, LSTM, Module, ModuleDict, ModuleList, Sequential } from '../src/index.ts'
import { values } from './support.ts'

class Net extends Module {
  static override typeName = 'Net'
  first = new Linear(2, 2)
  shared = this.first
  parts = new Map([['norm', new BatchNorm1d(2)]])
  options = { widths: [2, 2] }
  step = (x: Tensor): Tensor => x.relu()
  forward(x: Tensor): Tensor {
    return this.parts.get('norm')!.forward(this.step(this.shared.forward(this.first.forward(x))))
  }
}

test('a copy has the same values in memory of its own, and shares what the original shares', () => {
  const net = new Net()
  net.first.bias!.requiresGrad = false
  net.parts.get('norm')!.runningMean!.fill_(3)
  const copy = deepCopy(net)
  expect(copy).toBeInstanceOf(Net)
  expect(String(copy)).toBe(String(net))
  expect(Object.entries(copy.stateDict()).map(([name, x]) => [name, values(x)])).toEqual(
    Object.entries(net.stateDict()).map(([name, x]) => [name, values(x)]),
  )
  expect(copy.shared).toBe(copy.first)
  expect(copy.first.bias!.requiresGrad).toBe(false)
  expect(copy.options).toEqual(net.options)
  expect(copy.options.widths).not.toBe(net.options.widths)
  copy
    .forward(ones([2, 2]))
    .sum()
    .backward()
  expect(net.first.weight.grad).toBeNull()
  expect(copy.first.weight.grad).not.toBeNull()
  expect(values(net.parts.get('norm')!.runningMean!)).toEqual([3, 3])
  expect(values(copy.parts.get('norm')!.runningMean!)).not.toEqual([3, 3])
})

test('hooks stay with the original', () => {
  const layer = new Linear(2, 2)
  let calls = 0
  layer.registerForwardHook(() => {
    calls++
  })
  deepCopy(layer).forward(ones([1, 2]))
  expect(calls).toBe(0)
  layer.forward(ones([1, 2]))
  expect(calls).toBe(1)
})

test('containers and recurrent layers are copied too', () => {
  const model = Object.assign(new ModuleList(), {
    dict: new ModuleDict({ left: new Linear(1, 1), right: new Sequential(new Linear(1, 1)) }),
    lstm: new LSTM(2, 2),
  })
  const copy = deepCopy(model)
  expect(Object.keys(copy.stateDict())).toEqual(Object.keys(model.stateDict()))
  expect(copy.dict.get('left')).not.toBe(model.dict.get('left'))
  expect(copy.lstm.forward(ones([3, 1, 2]))[0].shape).toEqual([3, 1, 2])
  copy.dict.delete('left')
  expect([copy.dict.size, model.dict.size]).toEqual([1, 2])
})
