import { type Tensor, tensor } from '@rungs/autograd'
import { expectClose, loadOptimizers } from '@rungs/testing'
import { expect, test } from 'vitest'
import { LBFGS } from '../src/index.ts'
import { values } from './support.ts'

/** Rosenbrock's function in any number of dims; its lowest point is at ones. */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice(0, 0, -1), x.slice(0, 1)]
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum()
}

const closureOf = (x: Tensor, optimizer: LBFGS) => (): Tensor => {
  optimizer.zeroGrad()
  const loss = rosenbrock(x)
  loss.backward()
  return loss
}

test.for(loadOptimizers().lbfgs)(
  "LBFGS takes PyTorch's steps with $options",
  async ({ options, start, ...expected }) => {
    const x = tensor([...start], { dtype: 'float64', requiresGrad: true })
    const optimizer = new LBFGS([x], options)
    for (const [i, loss] of expected.losses.entries()) {
      const found = await optimizer.step(closureOf(x, optimizer))
      // Roundings grow a thousandfold along the valley.
      expectClose([await found.item(), ...values(x)], [loss, ...expected.params[i]!], {
        relative: 1e-9,
        absolute: 1e-12,
      })
      expect(optimizer.state.get(x)!.funcEvals.itemSync()).toBe(expected.evaluations[i])
    }
  },
)
