// Lesson 13. Can a network decide for itself how deep it is?
import { bars, graph, lines, progress, table } from '@rungs/lesson'
import {
  graphToDot,
  manualSeed,
  nn,
  noGrad,
  optim,
  pythonRng,
  randn,
  type Tensor,
  tensor,
} from 'rungs'

// forward is a program like any other. This one throws a die: its middle layer comes none, one, two
// or three times.
class DynamicNet extends nn.Module {
  static override typeName = 'DynamicNet'
  input = new nn.Linear(1000, 100)
  middle = new nn.Linear(100, 100) // one layer, however often it is used
  output = new nn.Linear(100, 10)
  random = pythonRng(0) // the numbers that Python draws after random.seed(0)
  times = 0

  forward(x: Tensor): Tensor {
    let hidden = this.input.forward(x).clamp({ min: 0 })
    this.times = this.random.randint(0, 3) // Python's randint: 3 is one of them
    for (let i = 0; i < this.times; i++) hidden = this.middle.forward(hidden).clamp({ min: 0 })
    return this.output.forward(hidden)
  }
}

manualSeed(0)
const x = randn([64, 1000])
const y = randn([64, 10])
const model = new DynamicNet()
const lossFn = new nn.MSELoss({ reduction: 'sum' })
const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4, momentum: 0.9 })

// The graph is made anew in every step, so it is always that of what has just happened. The first
// of each depth:
const names = Object.fromEntries(model.namedParameters())
const drawn = new Set<number>()
export const losses: number[] = []
export const depths = [0, 0, 0, 0]
const curve = lines({ loss: losses }, { title: 'Sum of squared errors', x: 'step', logY: true })
const bar = progress(300)
for (const _ of bar) {
  const loss = lossFn.forward(model.forward(x), y)
  losses.push(await loss.item())
  depths[model.times]++
  if (!drawn.has(model.times)) {
    drawn.add(model.times)
    if (model.times !== 1)
      graph(graphToDot(loss, { names }), { title: `A step with ${model.times} middle layers` })
  }
  // Zeros in place of nothing: a layer that rests for a step still rolls on by its momentum, as in
  // PyTorch 1.
  optimizer.zeroGrad({ setToNull: false })
  loss.backward()
  optimizer.step()
  bar.note(`loss ${losses.at(-1)!.toPrecision(3)}`)
}
curve.update({ loss: losses })
bars(Object.fromEntries(depths.map((count, times) => [`${times} middle layers`, count])), {
  title: 'Of how many steps each?',
})
// Try: setToNull: true. The middle layer then rests where it is not used. Does it learn faster, or
// slower?

// What is the gradient of a weight that is used three times? It got three messages, and gradients
// add up (lesson 9). Three layers with the same numbers, each used once, get one message each:
class Unrolled extends nn.Module {
  layers = [new nn.Linear(6, 6), new nn.Linear(6, 6), new nn.Linear(6, 6)]
  forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value).tanh(), x)
  }
}
const unrolled = new Unrolled()
const [shared, ...copies] = unrolled.layers
for (const copy of copies) copy.loadStateDict(shared.stateDict())
const example = randn([4, 6])
unrolled.forward(example).square().sum().backward()
const parts = unrolled.layers.map(({ weight }) => weight.grad!.clone())

unrolled.zeroGrad()
let value = example
for (let i = 0; i < 3; i++) value = shared.forward(value).tanh()
value.square().sum().backward()
const sum = parts[0].add(parts[1]).add(parts[2])
export const difference = await sum.sub(shared.weight.grad!).abs().amax().item()
const size = async (gradient: Tensor) =>
  Number((await gradient.square().sum().sqrt().item()).toPrecision(4))
table(
  [
    ...(await Promise.all(
      parts.map(async (part, i) => ({
        gradient: `copy ${i + 1}, used once`,
        norm: await size(part),
      })),
    )),
    { gradient: 'their sum', norm: await size(sum) },
    { gradient: 'one layer, used three times', norm: await size(shared.weight.grad!) },
  ],
  { title: 'Gradients of shared weights' },
)
console.log(`The last two differ by ${difference.toExponential(0)} at most, as sums do in float32.`)

// A loop may also go on until something is reached. Newton's root of 2, with a derivative through
// all of its steps:
const a = tensor(2, { requiresGrad: true })
let root = a.div(2)
export let rounds = 0
for (;;) {
  const next = root.add(a.div(root)).div(2)
  rounds++
  const moved = await noGrad(() => next.sub(root).abs()).item()
  root = next
  if (moved < 1e-5) break // Try: 1. Fewer steps, and how wrong is the derivative?
}
root.backward()
export const newton = { root: await root.item(), slope: await a.grad!.item() }
const exact = 1 / (2 * Math.SQRT2)
console.log(`√2 after ${rounds} rounds: ${newton.root.toFixed(6)}.`)
console.log(
  `Its derivative: ${newton.slope.toFixed(6)}; by algebra 1 / (2 √2), ${exact.toFixed(6)}.`,
)
