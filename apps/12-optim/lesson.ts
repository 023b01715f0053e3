// Lesson 12. All of them go downhill. Who arrives?
import { linspace, manualSeed, mseLoss, randn, type Tensor, tensor, uniform } from '@rungs/autograd'
import { bars, lines, plot, progress } from '@rungs/lesson'
import { Adam, RMSprop, SGD } from '@rungs/optim'

// An optimiser gets parameters and their gradients, and decides how far each of them moves. With g
// for the gradient:
//   SGD        w ← w − lr · g
//   momentum   v ← 0.9 v + g, w ← w − lr · v                  a ball that rolls on
//   RMSprop    s ← mean of g², w ← w − lr · g / √s            a step size for every parameter
//   Adam       both, each corrected for its start from 0
type Make = (parameters: Tensor[]) => SGD | RMSprop | Adam
const onSurface: Record<string, Make> = {
  SGD: (parameters) => new SGD(parameters, { lr: 0.014 }),
  momentum: (parameters) => new SGD(parameters, { lr: 0.005, momentum: 0.9 }),
  RMSprop: (parameters) => new RMSprop(parameters, { lr: 0.05 }),
  Adam: (parameters) => new Adam(parameters, { lr: 0.3 }),
}
// Each at about the best of its learning rates. Try: 0.02 for SGD. What else has to be small where
// walls are steep?

// A valley that bends (Rosenbrock, 1960): steep walls, and a floor that hardly falls. The lowest
// point is (1, 1).
const height = (x: Tensor, y: Tensor) => x.sub(1).square().add(y.sub(x.square()).square().mul(20))
const [left, right, low, high] = [-1.8, 1.6, -0.6, 2.2]
const surface = height(linspace(left, right, 60), linspace(low, high, 50).unsqueeze(1))
const start = [-1.4, 1.1] as const
const steps = 200

export const distances: Record<string, number> = {}
const ways: Record<string, [number, number][]> = {}
for (const [name, make] of Object.entries(onSurface)) {
  const position = tensor([...start], { requiresGrad: true })
  const optimizer = make([position])
  const seen: Tensor[] = []
  for (let step = 0; step < steps; step++) {
    seen.push(position.detach().clone())
    optimizer.zeroGrad()
    height(position.at(0), position.at(1)).backward()
    optimizer.step()
  }
  const places: [number, number][] = []
  for (const place of seen) places.push((await place.toArray()) as [number, number])
  const [x, y] = places.at(-1)!
  distances[name] = Math.hypot(x - 1, y - 1)
  // A step that is too large leaves the valley, and soon all numbers.
  ways[name] = places.filter(([x, y]) => Math.hypot(x, y) < 4)
}
plot(
  {
    lines: ways,
    dots: { start: [start], lowest: [[1, 1]] },
    // In powers of ten: the walls are a thousand times as high as the floor.
    surface: {
      x: [left, right],
      y: [low, high],
      values: await surface.add(0.01).log().div(Math.LN10).toArray(),
    },
  },
  { title: `${steps} steps in a valley that bends`, x: 'x', y: 'y' },
)
const near = Object.entries(distances).filter(([, distance]) => distance < 4)
bars(Object.fromEntries(near), {
  title: 'How far from the lowest point they are then, if still here',
})

// The same on a network: two layers, from the same weights, a hundred and one thousand numbers in
// place of two.
const onNetwork: Record<string, Make> = {
  SGD: (parameters) => new SGD(parameters, { lr: 1e-4 }),
  momentum: (parameters) => new SGD(parameters, { lr: 1e-5, momentum: 0.9 }),
  RMSprop: (parameters) => new RMSprop(parameters, { lr: 1e-4 }),
  Adam: (parameters) => new Adam(parameters, { lr: 1e-4 }),
}
export const losses: Record<string, number[]> = {}
const curves = lines(losses, { title: 'Sum of squared errors', x: 'step', logY: true })
async function train(name: string, make: Make, reduction: 'sum' | 'mean'): Promise<number[]> {
  manualSeed(0)
  const [x, y] = [randn([64, 1000]), randn([64, 10])]
  const [w1, b1] = linear(1000, 100)
  const [w2, b2] = linear(100, 10)
  const optimizer = make([w1, b1, w2, b2])
  const values: number[] = []
  for (const _ of progress(150, name)) {
    const hidden = x.mm(w1.t()).add(b1).clamp({ min: 0 })
    const loss = mseLoss(hidden.mm(w2.t()).add(b2), y, { reduction })
    values.push(await loss.item())
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  return values
}
for (const [name, make] of Object.entries(onNetwork)) losses[name] = await train(name, make, 'sum')
curves.update(losses)
for (const [name, values] of Object.entries(losses))
  console.log(`${name}: ${values.at(-1)!.toPrecision(4)}`)
// Try: scale the loss, with .mul(0.01) behind mseLoss. Two of the four do not care. Which, and why?

// The mean of 640 squared errors has a gradient 640 times smaller than their sum. At the same
// learning rate:
export const meanLosses = await train('SGD, mean', onNetwork.SGD, 'mean')
const [first, last] = [meanLosses[0], meanLosses[149]].map((loss) => loss.toPrecision(3))
console.log(`SGD on the mean: from ${first} to ${last}. It hardly learns, and nothing is broken.`)

/** Weight and bias as layers of `nn` begin, drawn in the same order. */
function linear(inputs: number, outputs: number): [weight: Tensor, bias: Tensor] {
  const bound = 1 / Math.sqrt(inputs)
  const draw = (shape: number[]) => uniform(shape, -bound, bound).requiresGrad_()
  return [draw([outputs, inputs]), draw([outputs])]
}
