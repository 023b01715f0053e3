import { type Tensor, tensor } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { Adam, type AdamOptions, AdamW, SGD, type SGDOptions } from '../src/index.ts'
import { values } from './support.ts'

const START = [0.5, -1, 2]
const gradientAt = (t: number): number[] => [Math.sin(t + 1), Math.cos(2 * t), 0.1 * t - 0.2]

/** The parameter after four steps with given gradients. */
function follow(make: (params: Tensor[]) => { step(): void }, dtype: 'float32' | 'float64' = 'float64'): number[] {
  const param = tensor(START, { dtype, requiresGrad: true })
  const optimizer = make([param])
  for (let t = 0; t < 4; t++) {
    param.grad = tensor(gradientAt(t), { dtype })
    optimizer.step()
  }
  return values(param)
}

/** SGD of one number as PyTorch's documentation writes it. */
function sgdByHand(x: number, i: number, o: SGDOptions): number {
  let param = x
  let buffer: number | null = null
  for (let t = 0; t < 4; t++) {
    const given = gradientAt(t)[i]!
    const g: number = (o.maximize ? -given : given) + o.weightDecay * param
    buffer = buffer === null ? g : o.momentum * buffer + (1 - o.dampening) * g
    const direction: number = o.momentum === 0 ? g : o.nesterov ? g + o.momentum * buffer : buffer
    param -= o.lr * direction
  }
  return param
}

/** Adam of one number as the papers write it. */
function adamByHand(x: number, i: number, o: AdamOptions, decoupled: boolean): number {
  let [param, m, v, largest] = [x, 0, 0, 0]
  const [beta1, beta2] = o.betas
  for (let t = 1; t <= 4; t++) {
    let g = (o.maximize ? -1 : 1) * gradientAt(t - 1)[i]!
    if (decoupled) param *= 1 - o.lr * o.weightDecay
    else g += o.weightDecay * param
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    largest = Math.max(largest, v)
    const root = Math.sqrt((o.amsgrad ? largest : v) / (1 - beta2 ** t)) + o.eps
    param -= ((o.lr / (1 - beta1 ** t)) * m) / root
  }
  return param
}

describe('every option of SGD does what the formula says', () => {
  const plain: SGDOptions = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false }
  const rows: readonly Partial<SGDOptions>[] = [
    {},
    { weightDecay: 0.1 },
    { maximize: true },
    { momentum: 0.9 },
    { momentum: 0.9, dampening: 0.5 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    { momentum: 0.5, dampening: 0.1, weightDecay: 0.2, maximize: true },
  ]
  test.for(rows)('%o', (options) => {
    const all = { ...plain, ...options }
    const expected = START.map((x, i) => sgdByHand(x, i, all))
    expectClose(
      follow((params) => new SGD(params, { lr: 0.1, ...options })),
      expected,
      { relative: 1e-12 },
    )
    expectClose(
      follow((params) => new SGD(params, { lr: 0.1, ...options }), 'float32'),
      expected,
      { relative: 1e-5 },
    )
  })
})

describe('every option of Adam and AdamW does what the formula says', () => {
  const plain: AdamOptions = {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    amsgrad: false,
    maximize: false,
    decoupledWeightDecay: false,
  }
  const rows: readonly Partial<AdamOptions>[] = [
    {},
    { lr: 0.1, weightDecay: 0.1 },
    { lr: 0.1, betas: [0.5, 0.8], eps: 1e-3 },
    { betas: [0, 0] },
    { lr: 0.1, amsgrad: true, weightDecay: 0.3 },
    { maximize: true, amsgrad: true },
  ]
  test.for(rows)('%o', (options) => {
    const adam = START.map((x, i) => adamByHand(x, i, { ...plain, ...options }, false))
    const adamw = START.map((x, i) => adamByHand(x, i, { ...plain, weightDecay: 0.01, ...options }, true))
    expectClose(
      follow((params) => new Adam(params, options)),
      adam,
      { relative: 1e-12 },
    )
    expectClose(
      follow((params) => new AdamW(params, options)),
      adamw,
      { relative: 1e-12 },
    )
    expectClose(
      follow((params) => new AdamW(params, options), 'float32'),
      adamw,
      { relative: 1e-5 },
    )
  })
})

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
