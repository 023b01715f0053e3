// Each name begins with the number of a behaviour that the project promises: modules and losses. The losses of whole runs are
// in the tests named training….
import { describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import { losses, sequential } from './runs.ts'
import { type Tensor, thrown } from './support.ts'

const { nn } = r

test('row 100: zeroGrad before backward or after step gives one curve', async () => {
  const curve = (before: boolean): Promise<number[]> => {
    r.manualSeed(0)
    const [x, y, model] = [r.randn([64, 1000]), r.randn([64, 10]), sequential()]
    const optimizer = new r.optim.SGD(model.parameters(), { lr: 1e-4 })
    const step = (): Tensor => {
      const loss = new nn.MSELoss({ reduction: 'sum' }).forward(model.forward(x), y)
      if (before) optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      if (!before) optimizer.zeroGrad()
      return loss
    }
    return losses(step, 20)
  }
  const found = await curve(true)
  expect(found).toEqual(await curve(false))
  expect(found[19]).toBeLessThan(found[0]! / 2)
})

describe('the two-layer module', () => {
  test('row 87: four parameters, 101 110 numbers, and its text', () => {
    const model = sequential()
    const sizes = model.parameters().map(({ numel }) => numel)
    expect([sizes.length, sizes.reduce((sum, size) => sum + size)]).toEqual([4, 101_110])
    expect(String(model)).toBe(
      'Sequential(\n  (0): Linear(in_features=1000, out_features=100, bias=True)\n  (1): ReLU()\n' +
        '  (2): Linear(in_features=100, out_features=10, bias=True)\n)',
    )
    model
      .forward(r.ones([2, 1000]))
      .sum()
      .backward()
    expect(model.parameters().every(({ grad }) => grad !== null)).toBe(true)
    model.zeroGrad()
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true)
  })

  test('row 88: the sum of squares is 628.283935546875, the mean 0.9816936', () => {
    r.manualSeed(0)
    const [x, y, model] = [r.randn([64, 1000]), r.randn([64, 10]), sequential()]
    const output = model.forward(x)
    const sum = new nn.MSELoss({ reduction: 'sum' }).forward(output, y).itemSync()
    expect(Math.abs(sum / 628.283935546875 - 1)).toBeLessThan(1e-6)
    expect(nn.functional.mseLoss(output, y).itemSync()).toBeCloseTo(0.9816936, 6)
  })
})

describe('modules of one’s own', () => {
  class LinearLayer extends nn.Module {
    weight: r.nn.Parameter
    bias: r.nn.Parameter
    constructor(inputs: number, outputs: number) {
      super()
      this.weight = nn.parameter(r.randn([outputs, inputs]))
      this.bias = nn.parameter(r.zeros([outputs]))
    }
    forward(x: Tensor): Tensor {
      return x.mm(this.weight.t()).add(this.bias)
    }
  }

  test('row 96: LinearLayer(10, 2) has parameters of shapes (2, 10) and (2)', () => {
    expect(new LinearLayer(10, 2).parameters().map(({ shape }) => shape)).toEqual([[2, 10], [2]])
  })

  test('row 97: a constructor that forgets super() hears it from the language', () => {
    class Forgetful extends nn.Module {
      declare layer: LinearLayer
      // @ts-expect-error: only JavaScript lets one write this
      // biome-ignore lint/correctness/noUnreachableSuper: what the row is about
      constructor() {
        // @ts-expect-error: as above
        this.layer = new LinearLayer(2, 2)
      }
      forward(): void {}
    }
    const error = thrown(() => new Forgetful())
    expect(error).toBeInstanceOf(ReferenceError)
    expect(error.message).toMatch(/^Must call super constructor in derived class before accessing 'this'/)
  })

  test('rows 98 and 99: fields without a constructor, in their order, and a forward that returns the loss', () => {
    class Model extends nn.Module {
      second = new nn.Linear(3, 4)
      first = new nn.Linear(4, 1)
      forward(x: Tensor, target: Tensor): Tensor {
        return nn.functional.mseLoss(this.first.forward(this.second.forward(x).relu()).squeeze(-1), target)
      }
    }
    const model = new Model()
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      ...['second.weight', 'second.bias', 'first.weight', 'first.bias'],
    ])
    const loss = model.forward(r.ones([5, 3]), r.zeros([5]))
    loss.backward()
    expect([loss.shape, model.second.weight.grad!.shape]).toEqual([[], [4, 3]])
  })

  test('rows 99 and M13: squeeze() of a batch of 1 is 0-d, squeeze(-1) keeps the batch; row M14: so is a loss', () => {
    const output = new nn.Linear(3, 1).forward(r.ones([1, 3]))
    expect([output.squeeze().shape, output.squeeze(-1).shape]).toEqual([[], [1]])
    expect(nn.functional.mseLoss(output, r.zeros([1, 1])).shape).toEqual([])
  })
})
