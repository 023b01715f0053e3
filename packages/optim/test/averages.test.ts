import { tensor } from '@rungs/autograd'
import { expectClose, loadOptimizers } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { ExponentialMovingAverage, SGD } from '../src/index.ts'
import { leaf, thrown, values } from './support.ts'

test.for(loadOptimizers().averages)("PyTorch's averages with decay $decay", ({ decay, params, averages }) => {
  const param = tensor([...params[0]!], { dtype: 'float64', requiresGrad: true })
  const average = new ExponentialMovingAverage([param], { decay })
  for (const [i, elements] of params.entries()) {
    param.data = tensor([...elements], { dtype: 'float64' })
    average.update()
    expectClose(values(average.averages[0]!), averages[i]!, { relative: 1e-14 }, `update ${i}`)
  }
})

describe('averaged runs its body with the averages', () => {
  const setUp = () => {
    const param = leaf()
    const average = new ExponentialMovingAverage([param], { decay: 0.5 })
    average.update()
    const [first] = average.averages
    const before = values(first!)
    param.data = tensor([10, 20])
    return { param, average, before }
  }

  test('and puts the parameters back', () => {
    const { param, average, before } = setUp()
    expect(average.averaged(() => values(param))).toEqual(before)
    expect(values(param)).toEqual([10, 20])
    expect(values(average.averages[0]!)).toEqual(before)
  })

  test('until a promise settles, either way', async () => {
    const { param, average, before } = setUp()
    const found = await average.averaged(async () => {
      await null
      return values(param)
    })
    expect(found).toEqual(before)
    expect(values(param)).toEqual([10, 20])
    await expect(average.averaged(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no')
    expect(values(param)).toEqual([10, 20])
  })

  test('after an error too', () => {
    const { param, average } = setUp()
    const fails = (): never => {
      throw new RangeError('no')
    }
    expect(() => average.averaged(fails)).toThrow('no')
    expect(values(param)).toEqual([10, 20])
  })

  test('and a graph recorded before it stays right', () => {
    const { param, average } = setUp()
    const loss = param.square().sum()
    average.averaged(() => undefined)
    loss.backward()
    expect(values(param.grad!)).toEqual([20, 40])
  })
})

test('averages follow parameters to another dtype', () => {
  const param = tensor([1, 2], { requiresGrad: true })
  const average = new ExponentialMovingAverage([param])
  average.update()
  param.data = param.detach().to('float64')
  average.update()
  expect(average.averages[0]!.dtype).toBe('float64')
  expect(values(average.averages[0]!)).toEqual([1, 2])
})

test('averages continue from a saved state, bit for bit', () => {
  const [a, b] = [leaf(), leaf()]
  const [first, second] = [a, b].map((param) => new ExponentialMovingAverage([param], { decay: 0.9 }))
  const train = (param: typeof a, average: ExponentialMovingAverage, t: number): void => {
    param.data = tensor([Math.sin(t), Math.cos(t)])
    average.update()
  }
  for (let t = 0; t < 3; t++) train(a, first!, t)
  second!.loadStateDict(first!.stateDict())
  for (let t = 3; t < 6; t++) {
    train(a, first!, t)
    train(b, second!, t)
    expect(values(second!.averages[0]!)).toEqual(values(first!.averages[0]!))
  }
})

describe('bad input', () => {
  const make = () => new ExponentialMovingAverage([leaf()])
  const inside = (method: (average: ExponentialMovingAverage) => unknown) => () => {
    const average = make()
    return average.averaged(() => method(average))
  }
  const rows: readonly (readonly [call: () => unknown, message: RegExp])[] = [
    [() => new ExponentialMovingAverage([]), /^optimizer got an empty parameter list/],
    [
      () => new ExponentialMovingAverage([leaf()], { decay: 2 }),
      /^Invalid decay value 2 provided\. Please provide a value in \[0,1\] range\./,
    ],
    [
      () => new ExponentialMovingAverage([leaf()], { lr: 1 } as object),
      /^ExponentialMovingAverage\(\) got an unexpected keyword argument 'lr'/,
    ],
    [inside((average) => average.update()), /^ExponentialMovingAverage\.update: the averages are in use/],
    [inside((average) => average.averaged(() => 0)), /^ExponentialMovingAverage\.averaged: the averages are in use/],
    [
      () => make().loadStateDict(new ExponentialMovingAverage([leaf([3])]).stateDict()),
      /^ExponentialMovingAverage: the loaded averages are of other parameters/,
    ],
  ]
  test.for(rows)('%s', ([call, message]) => {
    const error = thrown(call)
    expect(error.name).toBe('RungsError')
    expect(error.message).toMatch(message)
  })
})

test('averages stand apart from what an optimizer does to the parameters', () => {
  const param = tensor([1], { requiresGrad: true })
  const average = new ExponentialMovingAverage([param], { decay: 0.75 })
  const optimizer = new SGD([param], { lr: 1 })
  average.update()
  param.grad = tensor([4])
  optimizer.step()
  average.update()
  expect([values(param), values(average.averages[0]!)]).toEqual([[-3], [0]])
})
