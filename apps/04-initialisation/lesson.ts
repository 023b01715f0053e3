// Lesson 4. Why must random weights have just the right size?
import { histogram, lines, table } from '@rungs/lesson'
import { isFinite, type NDArray, randn, relu } from '@rungs/ndarray'

const [examples, width, depth] = [200, 100, 50]

// One layer of 100 inputs and 50 outputs. An output is a sum of 100 independent products. Their
// variances add up, so the standard deviation is √100 = 10 times that of one product.
const layer = (scale: number) => randn([examples, width]).mm(randn([width, 50]).mul(scale))
const xavier = 1 / Math.sqrt(width) // 0.1: keeps the size
const kaiming = Math.sqrt(2 / width) // 0.141: keeps it where a ReLU takes half of it away
const afterXavier = [await statistics(layer(1)), await statistics(layer(xavier))]
const afterKaiming = await statistics(relu(layer(kaiming)))
export const oneLayer = { randn: afterXavier[0], xavier: afterXavier[1], kaiming: afterKaiming }
table(
  Object.entries(oneLayer).map(([weights, { mean, std }]) => ({
    weights,
    mean: short(mean),
    std: short(std),
  })),
  { title: 'Behind one layer; with Kaiming behind its ReLU' },
)

// Fifty such layers, one behind the other: a factor of 10 becomes 10⁵⁰, and one of 0.1 becomes
// 10⁻⁵⁰.
const none = (x: NDArray) => x
interface Experiment {
  readonly scale: number
  readonly activation: (x: NDArray) => NDArray
}
const experiments: Record<string, Experiment> = {
  'scale 1': { scale: 1, activation: none },
  'scale 0.01': { scale: 0.01, activation: none },
  'scale 0.1, Xavier': { scale: xavier, activation: none },
  'scale 0.099': { scale: 0.099, activation: none },
  'scale 0.12': { scale: 0.12, activation: none },
  'Xavier and ReLU': { scale: xavier, activation: relu },
  'Kaiming and ReLU': { scale: kaiming, activation: relu },
  // Try: one more, 'Xavier and tanh': { scale: xavier, activation: (x) => x.tanh() }. Look at its
  // histogram.
}

interface End {
  readonly mean: number
  readonly std: number
  readonly zeros: number
  /** The first layer with a value that float32 cannot hold. */
  readonly overflow: number | null
}
export const ends: Record<string, End> = {}
const largest: Record<string, number[]> = {}
const curves = lines(largest, {
  title: 'The largest value behind each layer',
  x: 'layer',
  logY: true,
})
const samples: Record<string, Record<string, ArrayLike<number>>> = {}
for (const [name, { scale, activation }] of Object.entries(experiments)) {
  let x = randn([examples, width])
  let overflow: number | null = null
  largest[name] = []
  samples[name] = {}
  for (let i = 1; i <= depth; i++) {
    x = activation(x.mm(randn([width, width]).mul(scale)))
    largest[name].push(await x.abs().amax().item())
    if (overflow === null && (await isFinite(x).all().item()) === 0) overflow = i
    if (i === 1 || i % 10 === 0)
      samples[name][`layer ${i}`] = (await x.toTypedArray()).filter((value) => value > 0)
  }
  curves.update(largest)
  ends[name] = { ...(await statistics(x)), zeros: await x.eq(0).float().mean().item(), overflow }
}

// How the positive values are distributed, layer by layer. With Xavier's weights and ReLU nothing
// is left of them.
for (const [name, { activation }] of Object.entries(experiments)) {
  if (activation === none) continue
  histogram(samples[name], {
    title: `${name}: the positive values behind some layers`,
    range: [0, 3],
    bins: 50,
  })
}

// What theory expects: a layer multiplies the root mean square (rms) by scale × √width, and a ReLU
// divides it by √2.
const expected = ({ scale, activation }: Experiment) =>
  (scale * Math.sqrt(activation === relu ? width / 2 : width)) ** depth
table(
  Object.entries(ends).map(([weights, { mean, std, zeros, overflow }]) => ({
    weights,
    mean: short(mean),
    std: short(std),
    rms: short(Math.hypot(mean, std)),
    expected: short(expected(experiments[weights])),
    zeros: `${Math.round(100 * zeros)} %`,
    overflow: overflow === null ? '' : `layer ${overflow}`,
  })),
  { title: `Behind ${depth} layers` },
)
// Try: width = 1000 with --device wasm, half a minute. Kaiming's wide layers keep to what is
// expected.

async function statistics(x: NDArray): Promise<{ mean: number; std: number }> {
  return { mean: await x.mean().item(), std: await x.std().item() }
}

function short(value: number): number {
  return Number(value.toPrecision(3))
}
