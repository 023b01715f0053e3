// A model of your own is a class: its layers are fields, its computation is `forward`.
import { manualSeed, randn, type Tensor } from '@rungs/autograd'
import { Linear, Module, MSELoss } from '@rungs/nn'
import { SGD } from '@rungs/optim'

class TwoLayerNet extends Module {
  linear1 = new Linear(1000, 100)
  linear2 = new Linear(100, 10)

  forward(x: Tensor): Tensor {
    return this.linear2.forward(this.linear1.forward(x).clamp({ min: 0 }))
  }
}

export function* train(): Generator<Tensor> {
  manualSeed(0)
  const x = randn([64, 1000])
  const y = randn([64, 10])
  const model = new TwoLayerNet()
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
