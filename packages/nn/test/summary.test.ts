import { inspect } from 'node:util'
import { isGradEnabled, ones, RungsError, type Tensor } from '@rungs/autograd'
import { expect, test } from 'vitest'
import {
  BatchNorm1d,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  Linear,
  LSTM,
  Module,
  ReLU,
  Sequential,
  summary,
} from '../src/index.ts'

test('the two-layer network reads as torchinfo prints it, with 101,110 parameters', () => {
  const model = new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 10))
  expect(String(summary(model, [64, 1000]))).toBe(`${'='.repeat(90)}
Layer (type:depth-idx)                   Output Shape              Param #
${'='.repeat(90)}
Sequential                               [64, 10]                  --
├─Linear: 1-1                            [64, 100]                 100,100
├─ReLU: 1-2                              [64, 100]                 --
├─Linear: 1-3                            [64, 10]                  1,010
${'='.repeat(90)}
Total params: 101,110
Trainable params: 101,110
Non-trainable params: 0
Total mult-adds (M): 6.47
${'='.repeat(90)}
Input size (MB): 0.26
Forward/backward pass size (MB): 0.06
Params size (MB): 0.40
Estimated Total Size (MB): 0.72
${'='.repeat(90)}`)
})

test('a convolution multiplies at every position of its result', () => {
  const model = new Sequential(
    new Conv2d(1, 4, 3, { stride: 2 }),
    new ReLU(),
    new ConvTranspose2d(4, 2, 2, { stride: 2 }),
  )
  const shown = summary(model, [3, 1, 9, 7])
  expect(shown.rows.map(({ outputShape }) => outputShape)).toEqual([
    [3, 2, 8, 6],
    [3, 4, 4, 3],
    [3, 4, 4, 3],
    [3, 2, 8, 6],
  ])
  expect(shown.multiplyAdds).toBe(40 * 3 * 4 * 3 + 34 * 3 * 8 * 6)
})

class Shared extends Module {
  static override typeName = 'Shared'
  inner = new Sequential(new Linear(4, 4))
  own = new Linear(4, 2).requiresGrad_(false)
  forward(x: Tensor): Tensor {
    return this.own.forward(this.inner.forward(this.inner.forward(x)))
  }
}

test('modules inside modules stand under them, and a layer used twice counts its parameters once', () => {
  const shown = summary(new Shared(), [3, 4])
  expect(String(shown).split('\n').slice(3, 9)).toEqual([
    'Shared                                   [3, 2]                    --',
    '├─Sequential: 1-1                        [3, 4]                    --',
    '│    └─Linear: 2-1                       [3, 4]                    20',
    '├─Sequential: 1-2                        [3, 4]                    --',
    '│    └─Linear: 2-2                       [3, 4]                    (recursive)',
    '├─Linear: 1-3                            [3, 2]                    10',
  ])
  expect([shown.parameters, shown.trainable, shown.multiplyAdds]).toEqual([30, 20, 3 * (20 + 20 + 10)])
})

test('the model is as it was afterwards, even when a forward fails', () => {
  const model = new Shared()
  expect(() => summary(model, [3, 5])).toThrow('mat1 and mat2 shapes cannot be multiplied (3x5 and 4x4)')
  for (const module of model.modules()) expect(Object.hasOwn(module, 'forward')).toBe(false)
  expect(isGradEnabled()).toBe(true)
  expect(model.forward(ones([3, 4])).shape).toEqual([3, 2])
})

test('convolutions count every place, recurrences every step, and the first of several outputs is shown', () => {
  const conv = summary(new Conv2d(3, 8, 3, { padding: 1 }), [2, 3, 5, 5])
  expect([conv.parameters, conv.multiplyAdds]).toEqual([224, 224 * 2 * 25])
  const lstm = summary(new LSTM(4, 3), [5, 2, 4])
  expect([lstm.parameters, lstm.multiplyAdds, lstm.rows[0]!.outputShape]).toEqual([108, 84 * 10, [5, 2, 3]])
})

test('a summary leaves modes and running statistics as they were', () => {
  const model = new Sequential(new Dropout(), new BatchNorm1d(2).eval())
  summary(model, [3, 2])
  expect(model.modules().map(({ training }) => training)).toEqual([true, true, false])
  const norm = new BatchNorm1d(2)
  summary(norm, [3, 2])
  expect([norm.training, norm.numBatchesTracked!.itemSync()]).toEqual([true, 0])
})

test('a forward that gives no tensor is named', () => {
  class Nothing extends Module {
    forward(_: Tensor): number[] {
      return [1, 2]
    }
  }
  expect(() => summary(new Nothing(), [1])).toThrow(RungsError)
  expect(() => summary(new Nothing(), [1])).toThrow('summary: forward of Nothing must give a tensor')
  expect(() => summary(new ReLU(), ones([1]) as unknown as number[])).toThrow('is the shape of the input')
})

test("Node's console shows modules and summaries as they print", () => {
  const model = new Sequential(new ReLU())
  expect(inspect(model)).toBe('Sequential(\n  (0): ReLU()\n)')
  expect(inspect(summary(model, [2]))).toBe(String(summary(model, [2])))
})
