// Lesson 6. What does a GPU run when you multiply two matrices?
import { shareOf } from '@rungs/kernels-webgpu'
import { bars, code, findDevice, plot, table } from '@rungs/lesson'
import {
  cpu,
  type Device,
  DeviceError,
  defaultDevice,
  expr,
  formulas,
  type NDArray,
  program,
  randn,
  reduce,
  timeit,
  torchRng,
} from '@rungs/ndarray'

// Without a GPU everything below runs where arrays live now; only the kernels cannot be shown.
const gpu = await findDevice('webgpu')
const device = gpu ?? defaultDevice()
console.log(`Computing on ${device.name}: ${device.description}`)

// The network of lesson 5. Nothing in it names a device: an operation runs where its arrays live.
function makeStep(device: Device): () => NDArray {
  const generator = torchRng(0)
  const [x, y, w1, w2] = [
    [64, 1000],
    [64, 10],
    [1000, 100],
    [100, 10],
  ].map((shape) => randn(shape, { device, generator }))
  return () => {
    const h = x.mm(w1)
    const hidden = h.clampMin(0)
    const difference = hidden.mm(w2).sub(y)
    const gradAnswer = difference.mul(2)
    const gradH = gradAnswer.mm(w2.t()).maskedFill(h.lt(0), 0)
    w2.sub_(hidden.t().mm(gradAnswer), { alpha: 1e-6 })
    w1.sub_(x.t().mm(gradH), { alpha: 1e-6 })
    return difference.square().sum()
  }
}
async function train(device: Device, steps: number): Promise<number[]> {
  const step = makeStep(device)
  // Calls only queue work. Losses are read at the end, so the GPU never waits for us.
  const losses = Array.from({ length: steps }, step)
  return Promise.all(losses.map((loss) => loss.item()))
}
export const losses = { here: await train(device, 10), cpu: await train(cpu, 10) }
table(
  losses.cpu.map((loss, step) => ({ step, cpu: loss, [device.name]: losses.here[step] })),
  { title: 'The same losses, up to rounding' },
)

// The classic mistake: one array has moved, the other has not. Nothing is copied in secret.
export let refusal = ''
try {
  randn([2, 2], { device }).add(randn([2, 2], { device: cpu }))
} catch (error) {
  if (!(error instanceof DeviceError)) throw error
  refusal = error.message
  console.log(refusal)
}

// Three ways to multiply two matrices, with the same multiplications and additions.
const large = gpu === null || gpu.isSoftware ? 128 : 1024
const small = large / 4 // the first way makes n³ numbers on its way
const product = program(formulas.mul(expr.input(0), expr.input(1)))
const ways: Record<string, { n: number; multiply: (a: NDArray, b: NDArray) => NDArray }> = {
  'all products, then their sums': { n: small, multiply: (a, b) => a.unsqueeze(-1).mul(b).sum(1) },
  // In one go: each sum walks along a row and down a column by itself.
  naive: {
    n: large,
    multiply: (a, b) => reduce('naive', 'sum', product, [a.unsqueeze(-1), b], 1, false),
  },
  // In tiles: a thread keeps many sums at once, so every number it fetches is used several times.
  tiled: { n: large, multiply: (a, b) => a.mm(b) },
}
// Try: large = 64, 512 or 2048. Which way gains from size, and where does the first one stop?

const calls: Record<string, () => NDArray> = {}
const seconds: Record<string, number> = {}
const speeds: Record<string, number> = {}
for (const [way, { n, multiply }] of Object.entries(ways)) {
  const [a, b] = [randn([n, n], { device }), randn([n, n], { device })]
  calls[way] = () => multiply(a, b)
  seconds[way] = (await timeit(calls[way], { device, runs: 3, loops: 3 })).best
  speeds[`${way}, n = ${n}`] = (2 * n ** 3) / seconds[way] / 1e9
}
bars(speeds, { title: 'Billions of operations a second', unit: 'GFLOP/s', log: true })

export const kernels: Record<string, string[]> = {}
if (gpu !== null) {
  // The programs themselves: the library writes them for the shapes, strides and dtypes at hand.
  for (const way of ['naive', 'tiled']) {
    const explained = await gpu.explain(calls[way])
    kernels[way] = explained.kernels.map(({ name }) => name)
    const source = explained.kernels[0].code
    const main = source.slice(source.indexOf('@compute'))
    const loop = way === 'naive' ? main : main.slice(Math.max(main.indexOf('  for (var '), 0))
    code(loop.split('\n').slice(0, 36).join('\n'), {
      title: `${way}: from its WGSL`,
      language: 'wgsl',
    })
  }

  // A kernel moves bytes and computes. Whichever takes longer is its limit: that is the roof.
  const { copyBytesPerSecond, operationsPerSecond } = await gpu.ceilings()
  const roof = (intensity: number) =>
    Math.min(intensity * copyBytesPerSecond, operationsPerSecond) / 1e9
  const ridge = operationsPerSecond / copyBytesPerSecond
  const dots: Record<string, [number, number][]> = {}
  const rows: Record<string, string | number>[] = []
  const step = makeStep(gpu)
  step() // compiles what a step needs, so that the times below are of computing alone
  const programs = { ...calls, 'training step': step }
  for (const [what, call] of Object.entries(programs)) {
    const profile = await gpu.profile(call)
    dots[what] = []
    for (const kernel of profile.kernels) {
      // Not every adapter has a clock. Then one kernel alone is timed by ours; of many none is.
      const alone = profile.kernels.length === 1 && what in seconds ? seconds[what] * 1000 : null
      const milliseconds = kernel.milliseconds ?? alone
      const share = shareOf({ ...kernel, milliseconds }, profile.ceilings)
      if (share === null || milliseconds === null) continue // too short for its clock
      const intensity = kernel.operations / kernel.bytes
      const speed = kernel.operations / milliseconds / 1e6
      if (speed > 0) dots[what].push([intensity, speed])
      rows.push({
        of: what,
        kernel: kernel.name,
        ms: Number(milliseconds.toPrecision(3)),
        'operations a byte': Number(intensity.toPrecision(2)),
        'of copy': `${Math.round(100 * share.bandwidth)} %`,
        'of peak': `${Math.round(100 * share.arithmetic)} %`,
      })
    }
  }
  table(rows, { title: 'Kernel by kernel: the share of each ceiling that it reached' })
  const ends = [ridge / 64, ridge, Math.max(ridge * 4, large / 4)]
  plot(
    { lines: { 'the roof of this machine': ends.map((at) => [at, roof(at)] as const) }, dots },
    { title: 'Roofline', x: 'operations a byte', y: 'GFLOP/s', logX: true, logY: true },
  )
  console.log('Left of the ridge memory is the limit, right of it arithmetic.')
}
