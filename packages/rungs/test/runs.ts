import {
  cpu,
  type Device,
  type Generator,
  manualSeed,
  nn,
  noGrad,
  numpyRng,
  optim,
  pythonRng,
  rand,
  randn,
  type Tensor,
} from '../src/index.ts'

/** The networks of golden/training.json: 64 samples, 1000 inputs, 100 hidden units, 10 outputs. */
const [N, D, H, O] = [64, 1000, 100, 10]

/** One training step; gives the loss before the update. */
export type Step = () => Tensor

/** The losses of `count` steps. */
export async function losses(step: Step, count: number): Promise<number[]> {
  const found: number[] = []
  for (let t = 0; t < count; t++) found.push(await step().item())
  return found
}

export interface Data {
  readonly x: Tensor
  readonly y: Tensor
  readonly w1: Tensor
  readonly w2: Tensor
}

interface Source {
  readonly device?: Device
  readonly dtype?: 'float32' | 'float64'
  readonly generator?: Generator
}

/** Data and weights of the two-layer network, all normal; PyTorch's stream with seed 0 where nothing else is given. */
export function normalData({ generator = manualSeed(0), ...options }: Source = {}): Data {
  const [x, y, w1, w2] = [
    [N, D],
    [N, O],
    [D, H],
    [H, O],
  ].map((shape) => randn(shape, { generator, ...options })) as [Tensor, Tensor, Tensor, Tensor]
  return { x, y, w1, w2 }
}

/** Gradients worked out by hand, lr 1e-6. */
export function byHand({ x, y, w1, w2 }: Data): Step {
  return () => {
    const h = x.mm(w1)
    const r = h.clamp({ min: 0 })
    const difference = r.mm(w2).sub(y)
    const upstream = difference.mul(2)
    const grad2 = r.t().mm(upstream)
    const gradH = upstream.mm(w2.t()).maskedFill_(h.lt(0), 0)
    const grad1 = x.t().mm(gradH)
    w1.sub_(grad1, { alpha: 1e-6 })
    w2.sub_(grad2, { alpha: 1e-6 })
    return difference.pow(2).sum()
  }
}

export const twoLayerLoss = ({ x, y, w1, w2 }: Data): Tensor => x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()

/** The same by `backward()`. */
export function byAutograd(data: Data): Step {
  const weights = [data.w1.requiresGrad_(), data.w2.requiresGrad_()]
  return () => {
    const loss = twoLayerLoss(data)
    loss.backward()
    descend(weights, 1e-6)
    for (const w of weights) w.grad?.zero_()
    return loss
  }
}

/** `w -= lr · w.grad` for every weight. */
export function descend(weights: readonly Tensor[], lr: number): void {
  noGrad(() => {
    for (const w of weights) if (w.grad !== null) w.sub_(w.grad, { alpha: lr })
  })
}

export const sequential = (): nn.Sequential =>
  new nn.Sequential(new nn.Linear(D, H), new nn.ReLU(), new nn.Linear(H, O))

export class TwoLayerNet extends nn.Module {
  static override typeName = 'TwoLayerNet'
  linear1 = new nn.Linear(D, H)
  linear2 = new nn.Linear(H, O)
  forward(x: Tensor): Tensor {
    return this.linear2.forward(this.linear1.forward(x).clamp({ min: 0 }))
  }
}

/** Applies its middle layer zero to three times, anew at every call. */
export class DynamicNet extends nn.Module {
  static override typeName = 'DynamicNet'
  input = new nn.Linear(D, H)
  middle = new nn.Linear(H, H)
  output = new nn.Linear(H, O)
  random = pythonRng(0)
  forward(x: Tensor): Tensor {
    let h = this.input.forward(x).clamp({ min: 0 })
    for (let i = this.random.randint(0, 3); i > 0; i--) h = this.middle.forward(h).clamp({ min: 0 })
    return this.output.forward(h)
  }
}

type Net = nn.Module & { forward(x: Tensor): Tensor }

export interface NetRun {
  readonly model: () => Net
  readonly reduction: 'sum' | 'mean'
  /** Change the parameters, given once the gradients are there. */
  readonly update: (model: Net) => () => void
  /** Zeros in place of gradients that a step does not reach, as PyTorch 1.13 had it. */
  readonly keepGradients?: boolean
  readonly device?: Device
}

/** A module, a loss and an update: data first, then the weights, from PyTorch's stream with seed 0. */
export function withNet({ model: make, reduction, update, keepGradients = false, device = cpu }: NetRun): Step {
  manualSeed(0)
  const [x, y] = [randn([N, D], { device }), randn([N, O], { device })]
  const model = make().to(device)
  const lossFunction = new nn.MSELoss({ reduction })
  const change = update(model)
  return () => {
    const loss = lossFunction.forward(model.forward(x), y)
    model.zeroGrad({ setToNull: !keepGradients })
    loss.backward()
    change()
    return loss
  }
}

export const inPlace =
  (lr: number): NetRun['update'] =>
  (model) =>
  () =>
    descend(model.parameters(), lr)
export const adam: NetRun['update'] = (model) => stepper(new optim.Adam(model.parameters(), { lr: 1e-4 }))
export const sgd =
  (momentum = 0): NetRun['update'] =>
  (model) =>
    stepper(new optim.SGD(model.parameters(), { lr: 1e-4, momentum }))

const stepper = (optimizer: { step(): void }) => (): void => optimizer.step()

/** Data of the Keras and TensorFlow examples: float64 of NumPy's stream, rounded. */
function numpyData(): readonly [x: Tensor, y: Tensor] {
  const generator = numpyRng(0)
  const draw = (): Tensor => randn([64, 1000], { generator, dtype: 'float64' }).to('float32')
  return [draw(), draw()]
}

/** A gradient tape over raw weights, uniform in [0, 1). */
export function tensorflowRestated(): Step {
  const [x, y] = numpyData()
  manualSeed(0)
  const weights = [rand([1000, 100], { requiresGrad: true }), rand([100, 1000], { requiresGrad: true })] as const
  return () => {
    const loss = x.mm(weights[0]).clamp({ min: 0 }).mm(weights[1]).sub(y).pow(2).sum(1).mean()
    for (const w of weights) w.grad = null
    loss.backward()
    descend(weights, 1e-6)
    return loss
  }
}

/** Dense layers as Keras initialises them, SGD 0.1 on the mean square. */
export function kerasRestated(): Step {
  const [x, y] = numpyData()
  manualSeed(0)
  const dense = [new nn.Linear(1000, 100), new nn.Linear(100, 1000)] as const
  for (const { weight, bias } of dense) {
    nn.init.xavierUniform_(weight)
    if (bias !== null) nn.init.zeros_(bias)
  }
  const model = new nn.Sequential(dense[0], new nn.ReLU(), dense[1])
  const optimizer = new optim.SGD(model.parameters(), { lr: 1e-1 })
  return () => {
    const loss = nn.functional.mseLoss(model.forward(x), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
}
