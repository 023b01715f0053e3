// The same network by hand, as one writes it with PyTorch's tensors: float32, and an argument that says where arrays live.
import { cpu, type Device, manualSeed, type NDArray, randn } from '@rungs/ndarray'

export function* train(device: Device = cpu): Generator<NDArray> {
  manualSeed(0) // PyTorch's stream from here on: the same numbers, bit for bit
  const x = randn([64, 1000], { device })
  const y = randn([64, 10], { device })
  const w1 = randn([1000, 100], { device })
  const w2 = randn([100, 10], { device })

  for (let t = 0; t < 500; t++) {
    const h = x.mm(w1)
    const hRelu = h.clamp({ min: 0 })
    const prediction = hRelu.mm(w2)
    const loss = prediction.sub(y).pow(2).sum()

    const gradPrediction = prediction.sub(y).mul(2)
    const gradW2 = hRelu.t().mm(gradPrediction)
    const gradHRelu = gradPrediction.mm(w2.t())
    const gradH = gradHRelu.clone().maskedFill_(h.lt(0), 0)
    const gradW1 = x.t().mm(gradH)

    w1.sub_(gradW1, { alpha: 1e-6 })
    w2.sub_(gradW2, { alpha: 1e-6 })
    yield loss
  }
}
