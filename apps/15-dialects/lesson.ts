// Lesson 15. One program, four dialects: which of them do you speak?
import { lines, progress, table } from '@rungs/lesson'
import { fromArray, gradientTape, manualSeed, nd, nn, noGrad, optim, variable } from 'rungs'

// Two layers, 64 examples, the sum of squared errors, 100 steps with the learning rate 10⁻⁶. Four
// people write it down. All begin with the same numbers, as arrays:
manualSeed(0)
const start = {
  x: nd.randn([64, 1000]),
  y: nd.randn([64, 10]),
  w1: nd.randn([1000, 100]),
  w2: nd.randn([100, 10]),
}
const rate = 1e-6

/** Each dialect is a function that makes a step, which gives the loss. */
type Dialect = () => () => { item(): Promise<number> }

// Arrays. Everything by hand, as in lesson 5: no more than arithmetic, and all of it yours,
// mistakes included.
const arrays: Dialect = () => {
  const { x, y } = start
  const [w1, w2] = [start.w1.clone(), start.w2.clone()]
  return () => {
    const h = x.mm(w1)
    const hRelu = h.clamp({ min: 0 })
    const error = hRelu.mm(w2).sub(y)
    const gradError = error.mul(2)
    const gradW2 = hRelu.t().mm(gradError)
    const gradH = gradError.mm(w2.t()).maskedFill(h.lt(0), 0)
    w1.sub_(x.t().mm(gradH), { alpha: rate })
    w2.sub_(gradW2, { alpha: rate })
    return error.pow(2).sum()
  }
}

// Autograd, as in PyTorch. Tensors remember; backward() leaves gradients with the weights; you
// update, and clear them.
const autograd: Dialect = () => {
  const [x, y] = [fromArray(start.x), fromArray(start.y)]
  const [w1, w2] = [start.w1, start.w2].map((w) => fromArray(w.clone(), { requiresGrad: true }))
  return () => {
    const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()
    loss.backward()
    noGrad(() => {
      for (const w of [w1, w2]) {
        w.sub_(w.grad!, { alpha: rate })
        w.grad = null
      }
    })
    return loss
  }
}

// A tape, as in TensorFlow. Only what runs inside is remembered; gradients are handed over, and
// nothing is left to clear.
const tape: Dialect = () => {
  const [x, y] = [fromArray(start.x), fromArray(start.y)]
  const [w1, w2] = [variable(fromArray(start.w1)), variable(fromArray(start.w2))]
  return () =>
    gradientTape((tape) => {
      const loss = x.matmul(w1).clamp({ min: 0 }).matmul(w2).sub(y).pow(2).sum()
      const [g1, g2] = tape.gradient(loss, [w1, w2])
      w1.assignSub(g1!.mul(rate))
      w2.assignSub(g2!.mul(rate))
      return loss
    })
}

// Modules and an optimiser. Weights live in layers, gradients and updates have no lines of their
// own.
const modules: Dialect = () => {
  const [x, y] = [fromArray(start.x), fromArray(start.y)]
  const model = new nn.Sequential(
    new nn.Linear(1000, 100, { bias: false }),
    new nn.ReLU(),
    new nn.Linear(100, 10, { bias: false }),
  )
  model.loadStateDict({ '0.weight': fromArray(start.w1).t(), '2.weight': fromArray(start.w2).t() })
  const lossFn = new nn.MSELoss({ reduction: 'sum' })
  const optimizer = new optim.SGD(model.parameters(), { lr: rate })
  return () => {
    const loss = lossFn.forward(model.forward(x), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
}

const dialects: Record<string, Dialect> = { arrays, autograd, tape, modules }
export const losses: Record<string, number[]> = {}
export const milliseconds: Record<string, number> = {}
for (const [name, dialect] of Object.entries(dialects)) {
  const step = dialect()
  losses[name] = []
  const began = performance.now()
  for (const _ of progress(100, name)) losses[name].push(await step().item())
  milliseconds[name] = (performance.now() - began) / 100
}
lines(losses, { title: 'Four curves, one above the other', x: 'step', y: 'loss', logY: true })
const apart = (name: string, i: number) =>
  Math.abs(losses[name][i] - losses.arrays[i]) / losses.arrays[i]
export const largestDifference = Object.fromEntries(
  Object.keys(dialects).map((name) => [
    name,
    Math.max(...losses[name].map((_, i) => apart(name, i))),
  ]),
)
table(
  Object.entries(dialects).map(([name, dialect]) => ({
    dialect: name,
    'lines of code': dialect.toString().split('\n').length,
    'loss at 0': losses[name][0].toPrecision(7),
    'at 99': losses[name][99].toPrecision(6),
    'apart from arrays':
      largestDifference[name] === 0 ? '0' : largestDifference[name].toExponential(0),
    'ms a step': Number(milliseconds[name].toPrecision(2)),
  })),
  { title: 'The same network' },
)
// Try: a mistake in one of them. In which dialect is it easiest to make, and in which is it easiest
// to find?
