// The network is a program: ordinary control flow decides at each step how deep it is, and one layer is used again.
import { manualSeed, pythonRng, randn, type Tensor } from '@rungs/autograd'
import { Linear, Module, MSELoss } from '@rungs/nn'
import { SGD } from '@rungs/optim'

class DynamicNet extends Module {
  input = new Linear(1000, 100)
  middle = new Linear(100, 100)
  output = new Linear(100, 10)
  random = pythonRng(0) // the numbers that Python draws after random.seed(0)

  forward(x: Tensor): Tensor {
    let h = this.input.forward(x).clamp({ min: 0 })
    const times = this.random.randint(0, 3)
    for (let i = 0; i < times; i++) h = this.middle.forward(h).clamp({ min: 0 })
    return this.output.forward(h)
  }
}

export function* train(): Generator<Tensor> {
  manualSeed(0)
  const x = randn([64, 1000])
  const y = randn([64, 10])
  const model = new DynamicNet()
  const lossFn = new MSELoss({ reduction: 'sum' })
  const optimizer = new SGD(model.parameters(), { lr: 1e-4, momentum: 0.9 })

  for (let t = 0; t < 500; t++) {
    const loss = lossFn.forward(model.forward(x), y)

    // Zeros, where zeroGrad() leaves nothing: a layer that rests for a step still moves on by its momentum.
    for (const p of model.parameters()) p.grad?.zero_()
    loss.backward()
    optimizer.step()
    yield loss
  }
}
