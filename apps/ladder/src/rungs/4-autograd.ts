// Gradients by themselves: operations on tensors remember where results came from, and `backward` walks back.
import { manualSeed, noGrad, randn, type Tensor } from '@rungs/autograd'

export function* train(): Generator<Tensor> {
  manualSeed(0)
  const x = randn([64, 1000])
  const y = randn([64, 10])
  const w1 = randn([1000, 100], { requiresGrad: true })
  const w2 = randn([100, 10], { requiresGrad: true })

  for (let t = 0; t < 500; t++) {
    const prediction = x.mm(w1).clamp({ min: 0 }).mm(w2)
    const loss = prediction.sub(y).pow(2).sum()

    loss.backward() // the chain rule of rung 2: now w1.grad and w2.grad hold how the loss changes

    noGrad(() => {
      for (const w of [w1, w2]) {
        w.sub_(w.grad!, { alpha: 1e-6 })
        w.grad!.zero_() // backward adds to what is there
      }
    })
    yield loss
  }
}
