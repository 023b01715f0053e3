// An optimiser makes the update. Gradient descent is what rung 5 did by hand, so the losses are the same.
import { manualSeed, randn, type Tensor } from '@rungs/autograd'
import { Linear, MSELoss, ReLU, Sequential } from '@rungs/nn'
import { SGD } from '@rungs/optim'

export function* train(): Generator<Tensor> {
  manualSeed(0)
  const x = randn([64, 1000])
  const y = randn([64, 10])
  const model = new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 10))
  const lossFn = new MSELoss({ reduction: 'sum' })
  const optimizer = new SGD(model.parameters(), { lr: 1e-4 })

  for (let t = 0; t < 500; t++) {
    const loss = lossFn.forward(model.forward(x), y)

    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    yield loss
  }
}
