// Layers instead of weights: a model holds its parameters, and a loss is an object as well.
import { manualSeed, noGrad, randn, type Tensor } from '@rungs/autograd'
import { Linear, MSELoss, ReLU, Sequential } from '@rungs/nn'

export function* train(): Generator<Tensor> {
  manualSeed(0)
  const x = randn([64, 1000])
  const y = randn([64, 10])
  const model = new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 10))
  const lossFn = new MSELoss({ reduction: 'sum' })

  for (let t = 0; t < 500; t++) {
    const loss = lossFn.forward(model.forward(x), y)

    model.zeroGrad()
    loss.backward()

    noGrad(() => {
      for (const p of model.parameters()) p.sub_(p.grad!, { alpha: 1e-4 })
    })
    yield loss
  }
}
