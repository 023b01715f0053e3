import { type Tensor, tensor } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { describe, test } from 'vitest'
import {
  Adam,
  type AdamOptions,
  Lion,
  type LionOptions,
  NAdam,
  type NAdamOptions,
  RAdam,
  type RAdamOptions,
} from '../src/index.ts'
import { values } from './support.ts'

// What PyTorch 1.13 does not have, number by number as the papers write it.

const START = [0.5, -1, 2]
const STEPS = 9
const gradientAt = (t: number): number[] => [Math.sin(t + 1), Math.cos(2 * t), 0.1 * t - 0.2]

/** The parameter after all steps. */
function follow(make: (params: Tensor[]) => { step(): void }): number[] {
  const param = tensor(START, { dtype: 'float64', requiresGrad: true })
  const optimizer = make([param])
  for (let t = 0; t < STEPS; t++) {
    param.grad = tensor(gradientAt(t), { dtype: 'float64' })
    optimizer.step()
  }
  return values(param)
}

/** One number: `next` gives what is subtracted, from the gradient and the step, counted from 1. */
function byHand(
  start: number,
  i: number,
  o: {
    readonly lr: number
    readonly weightDecay: number
    readonly maximize: boolean
    readonly decoupledWeightDecay: boolean
  },
  next: (g: number, t: number) => number,
): number {
  let x = start
  for (let t = 1; t <= STEPS; t++) {
    let g = (o.maximize ? -1 : 1) * gradientAt(t - 1)[i]!
    if (o.decoupledWeightDecay) x -= o.lr * o.weightDecay * x
    else g += o.weightDecay * x
    x -= next(g, t)
  }
  return x
}

function lion(o: LionOptions): (g: number) => number {
  let m = 0
  const [beta1, beta2] = o.betas
  return (g) => {
    const direction = Math.sign(beta1 * m + (1 - beta1) * g)
    m = beta2 * m + (1 - beta2) * g
    return o.lr * direction
  }
}

/** The averages of Adam, and the first one and the second one corrected. */
function moments([beta1, beta2]: readonly [number, number]): (
  g: number,
  t: number,
) => [number, number, number, number] {
  let [m, v] = [0, 0]
  return (g, t) => {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return [m, v, m / (1 - beta1 ** t), v / (1 - beta2 ** t)]
  }
}

function adam(o: AdamOptions): (g: number, t: number) => number {
  const next = moments(o.betas)
  let largest = 0
  return (g, t) => {
    const [, v, mHat] = next(g, t)
    largest = Math.max(largest, v)
    return (o.lr * mHat) / (Math.sqrt((o.amsgrad ? largest : v) / (1 - o.betas[1] ** t)) + o.eps)
  }
}

function nadam(o: NAdamOptions): (g: number, t: number) => number {
  const next = moments(o.betas)
  const mu = (t: number): number => o.betas[0] * (1 - 0.5 * 0.96 ** (t * o.momentumDecay))
  let product = 1
  return (g, t) => {
    const [m, , , vHat] = next(g, t)
    product *= mu(t)
    const mBar = ((1 - mu(t)) / (1 - product)) * g + (mu(t + 1) / (1 - product * mu(t + 1))) * m
    return (o.lr * mBar) / (Math.sqrt(vHat) + o.eps)
  }
}

function radam(o: RAdamOptions): (g: number, t: number) => number {
  const next = moments(o.betas)
  const [, beta2] = o.betas
  const longest = 2 / (1 - beta2) - 1
  return (g, t) => {
    const [, v, mHat] = next(g, t)
    const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t)
    if (length <= 5) return o.lr * mHat
    const l = Math.sqrt(1 - beta2 ** t) / (Math.sqrt(v) + o.eps)
    const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length))
    return o.lr * mHat * r * l
  }
}

/** Options that all of these have, in every combination that differs. */
const variations = [
  {},
  { lr: 0.1, weightDecay: 0.3, decoupledWeightDecay: true },
  { lr: 0.1, weightDecay: 0.3, decoupledWeightDecay: false },
  { lr: 0.1, betas: [0.5, 0.8] as const, maximize: true },
  { lr: 0.1, betas: [0.5, 0.99] as const, weightDecay: 0.1, maximize: true, decoupledWeightDecay: true },
]
const plain = {
  lr: 1e-3,
  weightDecay: 0,
  maximize: false,
  decoupledWeightDecay: false,
  eps: 1e-8,
  betas: [0.9, 0.999] as const,
}
// Only the order of operations differs.
const tolerance = { relative: 1e-12, absolute: 1e-14 }

describe.each(variations)('%o', (options) => {
  test('Lion', () => {
    const all = { ...plain, lr: 1e-4, betas: [0.9, 0.99] as const, decoupledWeightDecay: true, ...options }
    const expected = START.map((x, i) => byHand(x, i, all, lion(all)))
    expectClose(
      follow((params) => new Lion(params, options)),
      expected,
      tolerance,
    )
  })

  test.for([false, true])('Adam, amsgrad %s', (amsgrad) => {
    const all = { ...plain, amsgrad, ...options }
    const expected = START.map((x, i) => byHand(x, i, all, adam(all)))
    expectClose(
      follow((params) => new Adam(params, { ...options, amsgrad })),
      expected,
      tolerance,
    )
  })

  test('NAdam', () => {
    const all = { ...plain, lr: 2e-3, momentumDecay: 4e-3, ...options }
    const expected = START.map((x, i) => byHand(x, i, all, nadam(all)))
    expectClose(
      follow((params) => new NAdam(params, options)),
      expected,
      tolerance,
    )
  })

  test('RAdam', () => {
    const all = { ...plain, ...options }
    const expected = START.map((x, i) => byHand(x, i, all, radam(all)))
    expectClose(
      follow((params) => new RAdam(params, options)),
      expected,
      tolerance,
    )
  })
})
