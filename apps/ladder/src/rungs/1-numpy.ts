// A network of two layers by hand, as one writes it with NumPy: the forward pass, the backward pass, the update.
import { maximum, type NDArray, numpyRng, randn, square } from '@rungs/ndarray'

export function* train(): Generator<NDArray> {
  // NumPy's own stream after np.random.seed(0), in float64: the losses are NumPy's to nine digits and more.
  const numbers = { generator: numpyRng(0), dtype: 'float64' } as const
  const x = randn([64, 1000], numbers) // 64 examples of 1000 numbers each
  const y = randn([64, 10], numbers) // the 10 numbers that each of them should become
  const w1 = randn([1000, 100], numbers)
  const w2 = randn([100, 10], numbers)

  for (let t = 0; t < 500; t++) {
    // Forward: what does the network say, and how wrong is it?
    const h = x.dot(w1)
    const hRelu = maximum(h, 0)
    const prediction = hRelu.dot(w2)
    const loss = square(prediction.sub(y)).sum()

    // Backward: how does the loss change with each weight? The chain rule, from the loss back.
    const gradPrediction = prediction.sub(y).mul(2)
    const gradW2 = hRelu.T.dot(gradPrediction)
    const gradHRelu = gradPrediction.dot(w2.T)
    const gradH = gradHRelu.maskedFill(h.lt(0), 0)
    const gradW1 = x.T.dot(gradH)

    // Update: every weight goes a small step downhill.
    w1.sub_(gradW1, { alpha: 1e-6 })
    w2.sub_(gradW2, { alpha: 1e-6 })
    yield loss
  }
}
