// Lesson 5. A network learns: does that mean its gradient is right?
import { lines, progress, table } from '@rungs/lesson'
import { cpu, type NDArray, numpyRng, randn, type SampleOptions } from '@rungs/ndarray'

// Two layers: 1000 numbers in, 100 hidden, 10 out. It is to learn 64 random answers by heart.
interface Network {
  readonly x: NDArray // (64, 1000)
  readonly y: NDArray // (64, 10)
  readonly w1: NDArray // (1000, 100)
  readonly w2: NDArray // (100, 10)
}
export function network(
  [examples, inputs, hidden, outputs]: number[],
  options: SampleOptions = {},
): Network {
  const x = randn([examples, inputs], options)
  const y = randn([examples, outputs], options)
  const w1 = randn([inputs, hidden], options)
  const w2 = randn([hidden, outputs], options)
  return { x, y, w1, w2 }
}

// Forward: what does the network say, and how wrong is it?
function forward({ x, y, w1, w2 }: Network) {
  const h = x.mm(w1)
  const hidden = h.clampMin(0) // ReLU
  const difference = hidden.mm(w2).sub(y)
  return { h, hidden, difference, loss: difference.square().sum() }
}

// Backward: how does the loss change with each weight? The chain rule, from the loss back.
// Each gradient has the shape of what it belongs to; that says where a transpose must stand.
type Pass = ReturnType<typeof forward>
type Backward = (network: Network, pass: Pass) => { gradW1: NDArray; gradW2: NDArray }
export const backward: Backward = ({ x, w2 }, { h, hidden, difference }) => {
  const gradAnswer = difference.mul(2)
  const gradW2 = hidden.t().mm(gradAnswer)
  const gradHidden = gradAnswer.mm(w2.t())
  const gradH = gradHidden.maskedFill(h.lt(0), 0) // through the ReLU, only where it was open
  const gradW1 = x.t().mm(gradH)
  return { gradW1, gradW2 }
}

// The same with a mistake that is easily made: it forgets that there was a ReLU.
const forgetful: Backward = ({ x, w2 }, { hidden, difference }) => {
  const gradAnswer = difference.mul(2)
  const gradHidden = gradAnswer.mm(w2.t())
  return { gradW1: x.t().mm(gradHidden), gradW2: hidden.t().mm(gradAnswer) }
}

// Update: every weight goes a small step downhill.
const learningRate = 1e-6
const [steps, shape] = [300, [64, 1000, 100, 10]]
// Try: learningRate = 5e-7, then 2e-6 and 4e-6. Is a larger step a faster one?

const curves: Record<string, number[]> = {}
const chart = lines(curves, { title: 'Loss', x: 'step', logY: true })
export async function train(
  name: string,
  { x, y, w1, w2 }: Network,
  backward: Backward,
  count = steps,
): Promise<number[]> {
  const losses: number[] = []
  curves[name] = losses
  const bar = progress(count, name)
  for (const _ of bar) {
    const network = { x, y, w1, w2 }
    const pass = forward(network)
    losses.push(await pass.loss.item())
    const { gradW1, gradW2 } = backward(network, pass)
    w1.sub_(gradW1, { alpha: learningRate })
    w2.sub_(gradW2, { alpha: learningRate })
    bar.note(`loss ${losses[losses.length - 1].toPrecision(6)}`)
    chart.update(curves)
  }
  return losses
}

const start = network(shape)
const first = { ...start, w1: start.w1.clone(), w2: start.w2.clone() }
const second = { ...start, w1: start.w1.clone(), w2: start.w2.clone() }
export const losses = await train('right', first, backward)
export const forgetfulLosses = await train('without the ReLU', second, forgetful)

// PyTorch computed these from the same random numbers, after torch.manual_seed(0).
const pytorch: Record<number, number> = {
  0: 29428666,
  1: 22739448,
  9: 3521559,
  49: 13753.8623,
  99: 427.819092,
  199: 1.44789839,
}
table(
  Object.entries(pytorch).map(([step, theirs]) => ({
    step: Number(step),
    loss: losses[Number(step)],
    "PyTorch's": theirs,
  })),
  { title: 'The right gradient, beside PyTorch (with --seed 0)' },
)

const moved = async (now: NDArray, before: NDArray) =>
  Math.sqrt((await now.sub(before).square().sum().item()) / (await before.square().sum().item()))
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const [share1, share2] = [await moved(first.w1, start.w1), await moved(first.w2, start.w2)]
console.log(
  `To learn that, w1 moved by ${percent(share1)} of its length, w2 by ${percent(share2)}.`,
)

const [end, forgetfulEnd] = [losses, forgetfulLosses].map((all) => all[steps - 1].toPrecision(3))
console.log(
  `The last loss: ${end} with the right gradient, ${forgetfulEnd} without the ReLU in it.`,
)

// A loss that falls proves nothing. What does: move one weight a little to both sides, and look at
// the loss. In float64, with few numbers: differences of large float32 sums are mostly rounding.
const small = network([4, 6, 5, 3], { dtype: 'float64', device: cpu, generator: numpyRng(0) })
async function centralDifference(w: NDArray, i: number, j: number, step = 1e-5): Promise<number> {
  const value = await w.at(i, j).item()
  w.set([i, j], value + step)
  const above = await forward(small).loss.item()
  w.set([i, j], value - step)
  const below = await forward(small).loss.item()
  w.set([i, j], value)
  return (above - below) / (2 * step)
}
async function largestError(backward: Backward): Promise<number> {
  const { gradW1 } = backward(small, forward(small))
  const [rows, columns] = small.w1.shape
  let largest = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const expected = await centralDifference(small.w1, i, j)
      largest = Math.max(largest, Math.abs((await gradW1.at(i, j).item()) - expected))
    }
  }
  return largest
}
const [right, wrong] = [await largestError(backward), await largestError(forgetful)]
export const errors = { right, forgetful: wrong }
const column = 'farthest from central differences'
table(
  Object.entries(errors).map(([gradient, error]) => ({ gradient, [column]: error })),
  { title: 'The test that tells them apart' },
)
