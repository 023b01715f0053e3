// This project's training step of a deep, narrow network.
import { fromTypedArray as constant, type Tensor } from '@rungs/autograd'
import type { Device } from '@rungs/ndarray'
import { Linear, MSELoss, ReLU, Sequential } from '@rungs/nn'
import { SGD } from '@rungs/optim'
import type { Program } from '../lib/contestant.ts'
import { BATCH, initialNetwork, LEARNING_RATE, WIDTH } from '../suites/deepStep.ts'
import { repeat } from './rungsTwoLayerStep.ts'

export function deepStep(device: Device): Program {
  const initial = initialNetwork()
  const x = constant(initial.x, [BATCH, WIDTH], { device })
  const y = constant(initial.y, [BATCH, WIDTH], { device })
  const linears = initial.weights.map(() => new Linear(WIDTH, WIDTH, { device }))
  linears.forEach((linear, i) => {
    linear.loadStateDict({
      weight: constant(initial.weights[i]!, [WIDTH, WIDTH], { device }),
      bias: constant(initial.biases[i]!, [WIDTH], { device }),
    })
  })
  const model = new Sequential(...linears.flatMap((linear, i) => (i === 0 ? [linear] : [new ReLU(), linear])))
  const lossFn = new MSELoss()
  const optimizer = new SGD(model.parameters(), { lr: LEARNING_RATE })

  function step(): Tensor {
    const loss = lossFn.forward(model.forward(x), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
  return repeat(step, device, () => [linears[0]!.weight.detach(), linears.at(-1)!.weight.detach()])
}
