import { manualSeed, noGrad, randn } from '@rungs/autograd'
import { lines } from '@rungs/lesson'

manualSeed(0) // PyTorch's stream: the same numbers
const [x, y] = [randn([64, 1000]), randn([64, 10])]
const w1 = randn([1000, 100], { requiresGrad: true })
const w2 = randn([100, 10], { requiresGrad: true })
const losses: number[] = []
const curve = lines({ loss: losses }, { x: 'step', logY: true })
for (let t = 0; t < 500; t++) {
  const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()
  losses.push(await loss.item())
  if (t % 100 === 99) console.log(t, losses[t])
  curve.update({ loss: losses })
  loss.backward()
  noGrad(() => {
    for (const w of [w1, w2]) {
      w.sub_(w.grad!, { alpha: 1e-6 })
      w.grad!.zero_()
    }
  })
}
