// Lesson 9. Who remembers how a number came about?
import {
  AutogradError,
  cpu,
  graphToDot,
  manualSeed,
  noGrad,
  numpyRng,
  randn,
  setWarnings,
  type Tensor,
  tensor,
} from '@rungs/autograd'
import { graph, lines, progress, table } from '@rungs/lesson'

// A tensor is an array that may know where it came from. Asked for gradients, it notes every
// operation that follows.
const x = tensor([1, 2, 3], { requiresGrad: true })
const y = tensor([4, 5, 6], { requiresGrad: true })
const z = tensor([7, 8, 9], { requiresGrad: true })
const a = x.mul(y)
const drawing = graph(graphToDot(a, { names: { x, y } }), {
  title: 'What c remembers, as it grows',
})
const b = a.add(z)
drawing.update(graphToDot(b, { names: { x, y, z } }))
const c = b.sum()
drawing.update(graphToDot(c, { names: { x, y, z } }))
console.log(`c is ${await c.format()}`)

// backward() walks that graph from the end to the leaves, and each operation passes a message back,
// as in lesson 8.
c.backward()
console.log(`x.grad is ${await x.grad!.format()}: y, because c = sum(x * y + z).`)
console.log(`z.grad is ${await z.grad!.format()}.`)
// Try: a.add(z.relu()) for b, and a negative number in z. Which gradients change?

// The same with the numbers that NumPy draws after np.random.seed(0). What NumPy makes of them is
// known.
const generator = numpyRng(0)
const draw = () => randn([3, 4], { dtype: 'float64', device: cpu, generator, requiresGrad: true })
const [p, q, r] = [draw(), draw(), draw()]
const known = p.mul(q).add(r).sum()
known.backward()
export const sum = await known.item()
export const gradientIsFactor = (await p.grad!.eq(q).all().item()) === 1
console.log(`NumPy's c is 6.717008537800067, ours ${sum}.`)

// A second backward() through the same graph: what was remembered has been let go.
export let complaint = ''
try {
  c.backward()
} catch (error) {
  if (!(error instanceof AutogradError)) throw error
  complaint = error.message
  console.log(`Again: ${complaint.slice(0, complaint.indexOf('('))}…`)
}

// Gradients add up until somebody clears them. That is useful for large batches, and the classic
// trap.
const w = tensor([1, 2, 3], { requiresGrad: true })
export const accumulated: number[][] = []
for (let pass = 0; pass < 2; pass++) {
  w.pow(2).sum().backward()
  accumulated.push((await w.grad!.toArray()) as number[])
}
const [once, twice] = accumulated.map((values) => `[${values.join(', ')}]`)
console.log(`The gradient of w²: ${once} after one backward(), ${twice} after two.`)

// Now a network, trained five times from the same numbers. Once it is right; each of the others
// makes one mistake.
interface Mistake {
  readonly what: string
  readonly update: (weights: Tensor[], backward: () => void) => void
}
const rate = 1e-6
const mistakes: Record<string, Mistake> = {
  right: {
    what: 'backward, change in place, clear',
    update(weights, backward) {
      backward()
      for (const w of weights) w.sub_(w.grad!, { alpha: rate })
      for (const w of weights) w.grad!.zero_()
    },
  },
  'not cleared': {
    what: 'the gradients of all steps add up',
    update(weights, backward) {
      backward()
      for (const w of weights) w.sub_(w.grad!, { alpha: rate })
    },
  },
  'not updated': { what: 'gradients that nobody uses', update: (_, backward) => backward() },
  rebound: {
    what: 'only the loop variable got the new weight',
    update(weights, backward) {
      backward()
      for (let w of weights) w = w.sub(w.grad!, { alpha: rate })
      for (const w of weights) w.grad!.zero_()
    },
  },
  'no backward': {
    what: 'one gradient, used for ever',
    update(weights, backward) {
      if (weights[0].grad === null) backward()
      for (const w of weights) w.sub_(w.grad!, { alpha: rate })
    },
  },
}
setWarnings('ignore')
// Try: leave out the line above. Of which mistake does the library warn?

const steps = 60
export const losses: Record<string, number[]> = {}
const curves = lines(losses, { title: 'Sum of squared errors', x: 'step', logY: true })
for (const [name, { update }] of Object.entries(mistakes)) {
  manualSeed(0)
  const [inputs, targets] = [randn([64, 1000]), randn([64, 10])]
  const weights = [
    randn([1000, 100], { requiresGrad: true }),
    randn([100, 10], { requiresGrad: true }),
  ]
  losses[name] = []
  for (const _ of progress(steps, name)) {
    const loss = inputs.mm(weights[0]).clamp({ min: 0 }).mm(weights[1]).sub(targets).pow(2).sum()
    losses[name].push(await loss.item())
    // Changing a weight is no part of the graph: it is done where nothing is noted.
    noGrad(() => update(weights, () => loss.backward()))
  }
}
curves.update(losses)
setWarnings('default')
table(
  Object.entries(losses).map(([name, values]) => ({
    name,
    'loss at 0': values[0].toPrecision(6),
    'at 1': values[1].toPrecision(6),
    [`at ${steps - 1}`]: values.at(-1)!.toPrecision(6),
    'what happened': mistakes[name].what,
  })),
  { title: 'Five ways to train' },
)
