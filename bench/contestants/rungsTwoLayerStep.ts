// This project's training step, rung by rung: the lessons of apps/ladder from given weights.
import { fromTypedArray as constant, noGrad, type Tensor } from '@rungs/autograd'
import { type Device, fromTypedArray, type NDArray } from '@rungs/ndarray'
import { Linear, MSELoss, ReLU, Sequential } from '@rungs/nn'
import { SGD } from '@rungs/optim'
import { Absent, type Program } from '../lib/contestant.ts'
import {
  BATCH,
  HIDDEN,
  INPUTS,
  initialNetwork,
  LEARNING_RATE,
  lossAndWeights,
  OUTPUTS,
  type TwoLayerStep,
  transpose,
} from '../suites/twoLayerStep.ts'

export function trainingStep({ form }: TwoLayerStep, device: Device): Program {
  switch (form) {
    case 'byHand':
      return byHand(device)
    case 'autograd':
      return autograd(device)
    case 'nn':
    case 'optim':
      return withModules(form, device)
    case 'jit':
      throw new Absent('Rungs compiles no training step: it runs eagerly')
  }
}

function byHand(device: Device): Program {
  const initial = initialNetwork()
  const x = fromTypedArray(initial.x, [BATCH, INPUTS], { device })
  const y = fromTypedArray(initial.y, [BATCH, OUTPUTS], { device })
  const w1 = fromTypedArray(initial.w1, [INPUTS, HIDDEN], { device })
  const w2 = fromTypedArray(initial.w2, [HIDDEN, OUTPUTS], { device })

  function step(): NDArray {
    const h = x.mm(w1)
    const hRelu = h.clamp({ min: 0 })
    const error = hRelu.mm(w2).sub(y)
    const loss = error.pow(2).sum()

    const gradPrediction = error.mul(2)
    const gradW2 = hRelu.t().mm(gradPrediction)
    const gradH = gradPrediction.mm(w2.t()).maskedFill(h.lt(0), 0)
    const gradW1 = x.t().mm(gradH)

    w1.sub_(gradW1, { alpha: LEARNING_RATE })
    w2.sub_(gradW2, { alpha: LEARNING_RATE })
    return loss
  }
  return repeat(step, device, () => [w1, w2])
}

function autograd(device: Device): Program {
  const initial = initialNetwork()
  const x = constant(initial.x, [BATCH, INPUTS], { device })
  const y = constant(initial.y, [BATCH, OUTPUTS], { device })
  const w1 = constant(initial.w1, [INPUTS, HIDDEN], { device, requiresGrad: true })
  const w2 = constant(initial.w2, [HIDDEN, OUTPUTS], { device, requiresGrad: true })

  function step(): Tensor {
    const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()
    loss.backward()
    noGrad(() => {
      for (const w of [w1, w2]) {
        w.sub_(w.grad!, { alpha: LEARNING_RATE })
        w.grad!.zero_()
      }
    })
    return loss
  }
  return repeat(step, device, () => [w1.detach(), w2.detach()])
}

function withModules(form: 'nn' | 'optim', device: Device): Program {
  const initial = initialNetwork()
  const x = constant(initial.x, [BATCH, INPUTS], { device })
  const y = constant(initial.y, [BATCH, OUTPUTS], { device })
  const first = new Linear(INPUTS, HIDDEN, { device })
  const second = new Linear(HIDDEN, OUTPUTS, { device })
  const model = new Sequential(first, new ReLU(), second)
  const lossFn = new MSELoss({ reduction: 'sum' })
  // A Linear keeps its weight as (outputs, inputs).
  model.loadStateDict({
    '0.weight': constant(transpose(initial.w1, INPUTS, HIDDEN), [HIDDEN, INPUTS], { device }),
    '0.bias': constant(initial.b1, [HIDDEN], { device }),
    '2.weight': constant(transpose(initial.w2, HIDDEN, OUTPUTS), [OUTPUTS, HIDDEN], { device }),
    '2.bias': constant(initial.b2, [OUTPUTS], { device }),
  })
  const optimizer = new SGD(model.parameters(), { lr: LEARNING_RATE })

  function withNn(): Tensor {
    const loss = lossFn.forward(model.forward(x), y)
    model.zeroGrad()
    loss.backward()
    noGrad(() => {
      for (const p of model.parameters()) p.sub_(p.grad!, { alpha: LEARNING_RATE })
    })
    return loss
  }

  function withOptim(): Tensor {
    const loss = lossFn.forward(model.forward(x), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }

  const weights = () => [first.weight.detach().t(), second.weight.detach().t()] as const
  return repeat(form === 'nn' ? withNn : withOptim, device, weights)
}

interface Readable {
  item(): Promise<number>
  toTypedArray(): Promise<ArrayLike<number>>
}

export function repeat(step: () => Readable, device: Device, weights: () => readonly [Readable, Readable]): Program {
  let loss: Readable | undefined
  return {
    step() {
      loss = step()
    },
    finish: () => device.turn(),
    async result() {
      const [w1, w2] = weights()
      return lossAndWeights(await loss!.item(), await w1.toTypedArray(), await w2.toTypedArray())
    },
  }
}
