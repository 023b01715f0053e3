// Lesson 8. How does the first layer learn of an error at the end?
import { lines, progress, table } from '@rungs/lesson'
import { cpu, type NDArray, randn, zeros } from '@rungs/ndarray'
import { derivative } from 'mathjs'

// The chain rule: a layer that is told how the loss changes with its output can work out how it
// changes with its input. So a layer has two methods: forward computes, and remembers what
// backward will need.
interface Layer {
  forward(x: NDArray): NDArray
  backward(gradient: NDArray): NDArray
}

class Linear implements Layer {
  weight: NDArray // (inputs, outputs)
  bias: NDArray // (outputs)
  gradients: { weight: NDArray; bias: NDArray } | null = null
  private input: NDArray | null = null

  constructor(weight: NDArray, bias: NDArray) {
    this.weight = weight
    this.bias = bias
  }
  forward(x: NDArray): NDArray {
    this.input = x
    return x.mm(this.weight).add(this.bias)
  }
  backward(gradient: NDArray): NDArray {
    // Every example had a part in every weight's gradient: the product sums over them.
    this.gradients = { weight: this.input!.t().mm(gradient), bias: gradient.sum(0) }
    return gradient.mm(this.weight.t())
  }
}

class ReLU implements Layer {
  private output: NDArray | null = null

  forward(x: NDArray): NDArray {
    this.output = x.clamp({ min: 0 })
    return this.output
  }
  backward(gradient: NDArray): NDArray {
    return gradient.mul(this.output!.gt(0)) // what was cut off had no part in the loss
  }
}

/** The mean of the squared errors. It is where gradients begin: `backward` takes none. */
class Mse {
  private error: NDArray | null = null

  forward(prediction: NDArray, target: NDArray): NDArray {
    this.error = prediction.sub(target)
    return this.error.pow(2).mean()
  }
  backward(): NDArray {
    return this.error!.mul(2 / this.error!.size)
  }
}

class Model {
  layers: Layer[]
  loss = new Mse()

  constructor(...layers: Layer[]) {
    this.layers = layers
  }
  forward(x: NDArray, target: NDArray): NDArray {
    const prediction = this.layers.reduce((value, layer) => layer.forward(value), x)
    return this.loss.forward(prediction, target)
  }
  backward(): void {
    this.layers.reduceRight((gradient, layer) => layer.backward(gradient), this.loss.backward())
  }
}

// First check: algebra. One neuron, one number in, and a program that differentiates formulas.
const exact = { dtype: 'float64', device: cpu } as const
const single = (value: number) => zeros([1, 1], exact).add(value)
const numbers = { x: 1.5, w: 0.8, b: -0.3, y: 2 }
const neuron = new Linear(single(numbers.w), single(numbers.b).reshape([1]))
const one = new Model(neuron)
one.forward(single(numbers.x), single(numbers.y))
one.backward()
// Try: another power in the formula. Then the last two columns no longer agree, and should not.
const loss = '(w * x + b - y) ^ 2'
export const square = derivative('x ^ 2', 'x').toString()
const ours = { w: await neuron.gradients!.weight.item(), b: await neuron.gradients!.bias.item() }
export const checks = (['w', 'b'] as const).map((by) => {
  const formula = derivative(loss, by)
  const value = formula.evaluate(numbers) as number
  return { by, formula: formula.toString(), value, ours: ours[by] }
})
console.log(`d/dx x ^ 2 is ${square}, says the algebra program. And for one neuron, ${loss}:`)
table(checks, { title: 'Derivatives by algebra, and by our classes' })

// Second check, without a formula: nudge one weight up and down, and see what the loss does.
const linear = (inputs: number, outputs: number, place: object) =>
  new Linear(randn([inputs, outputs], place).mul(Math.sqrt(1 / inputs)), zeros([outputs], place))
const network = (size: number, place: object) =>
  new Model(linear(size, 8, place), new ReLU(), linear(8, 1, place))
const small = network(3, exact)
const [x, target] = [randn([5, 3], exact), randn([5, 1], exact)]
small.forward(x, target)
small.backward()
const [first] = small.layers as [Linear]
const step = 1e-6
export let largestDifference = 0
for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 8; j++) {
    const weight = await first.weight.at(i, j).item()
    const lossAt = (value: number) => {
      first.weight.set([i, j], value)
      return small.forward(x, target).item()
    }
    const slope = ((await lossAt(weight + step)) - (await lossAt(weight - step))) / (2 * step)
    first.weight.set([i, j], weight)
    const gradient = await first.gradients!.weight.at(i, j).item()
    largestDifference = Math.max(largestDifference, Math.abs(slope - gradient))
  }
}
console.log(
  `All 24 weights of a first layer, nudged by ${step}: slopes and gradients differ by ` +
    `${largestDifference.toExponential(1)} at most. The slopes took 48 passes forward, ` +
    'the gradients one, and one backward.',
)

// And it learns. The target is a smooth function of two numbers.
const model = network(2, {})
const inputs = randn([200, 2])
const [x0, x1] = [inputs.slice(1, 0, 1), inputs.slice(1, 1, 2)]
const wanted = x0.sin().add(x1.pow(2))
export const losses: number[] = []
const curve = lines({ loss: losses }, { title: 'Mean squared error', x: 'step', logY: true })
for (const t of progress(300)) {
  const value = model.forward(inputs, wanted)
  model.backward()
  for (const layer of model.layers) {
    if (!(layer instanceof Linear)) continue
    layer.weight.sub_(layer.gradients!.weight, { alpha: 0.05 })
    layer.bias.sub_(layer.gradients!.bias, { alpha: 0.05 })
  }
  losses.push(await value.item())
  if (t % 50 === 49) curve.update({ loss: losses })
}
// Try: return gradient in ReLU.backward, as if nothing was cut off. What does the check say?
