import { uniform } from '../lib/data.ts'
import type { Suite } from '../lib/suite.ts'
import { multiply } from './matrixProducts.ts'
import { lossAndWeights, transpose } from './twoLayerStep.ts'

/** A network so narrow that a step measures what a framework adds to its kernels. */
export interface DeepStep {
  readonly suite: 'deepStep'
}

export const LAYERS = 12
export const WIDTH = 64
export const BATCH = 8
export const LEARNING_RATE = 1 / 16

export const deepStep: Suite<DeepStep> = {
  id: 'deepStep',
  goesOn: true,
  title: 'One training step of a deep, narrow network',
  about:
    'Twelve linear layers of 64 with ReLU between them, a batch of 8: so little arithmetic that what is measured is mostly ' +
    'the framework. Forward, backward and an SGD optimiser’s update, eager; mean of squared errors.',
  columns: [{ title: 'eager step', what: { suite: 'deepStep' } }],
  expected: (_, steps) => train(initialNetwork(), steps),
}

export interface Network {
  /** (BATCH, WIDTH) */
  readonly x: Float32Array
  /** (BATCH, WIDTH) */
  readonly y: Float32Array
  /** (WIDTH out, WIDTH in) each. */
  readonly weights: readonly Float32Array[]
  /** (WIDTH) each. */
  readonly biases: readonly Float32Array[]
}

/** Weights of a scale that keeps the signal's, so that every layer has a gradient. */
export const initialNetwork = (): Network => ({
  x: uniform(BATCH * WIDTH, 30, 4),
  y: uniform(BATCH * WIDTH, 31, 4),
  weights: Array.from({ length: LAYERS }, (_, i) => uniform(WIDTH * WIDTH, 32 + i, 1 / 2)),
  biases: Array.from({ length: LAYERS }, (_, i) => uniform(WIDTH, 64 + i, 1 / 4)),
})

/** In float64. */
function train({ x, y, ...parameters }: Network, steps: number): Float64Array {
  const weights = parameters.weights.map((w) => Float64Array.from(w))
  const biases = parameters.biases.map((b) => Float64Array.from(b))
  let loss = 0
  for (let step = 0; step < steps; step++) {
    // What goes into each layer: after the ReLU of the one before.
    const inputs: ArrayLike<number>[] = [x]
    let out = new Float64Array(0)
    for (let i = 0; i < LAYERS; i++) {
      out = Float64Array.from(product(inputs[i]!, weights[i]!, true), (value, j) => value + biases[i]![j % WIDTH]!)
      inputs.push(out.map((value) => Math.max(value, 0)))
    }
    const error = out.map((value, i) => value - y[i]!)
    loss = error.reduce((sum, value) => sum + value * value, 0) / error.length

    let gradient = error.map((value) => (2 / error.length) * value)
    for (let i = LAYERS - 1; i >= 0; i--) {
      const ofWeight = multiply(gradient, inputs[i]!, WIDTH, BATCH, WIDTH, true)
      const ofBias = new Float64Array(WIDTH)
      for (let j = 0; j < gradient.length; j++) ofBias[j % WIDTH]! += gradient[j]!
      const ofInput = Float64Array.from(product(gradient, weights[i]!, false))
      gradient = i > 0 ? ofInput.map((value, j) => (inputs[i]![j]! > 0 ? value : 0)) : ofInput
      descend(weights[i]!, ofWeight)
      descend(biases[i]!, ofBias)
    }
  }
  return lossAndWeights(loss, weights[0]!, weights.at(-1)!)
}

/** (BATCH, WIDTH) times a weight or its transpose. */
const product = (x: ArrayLike<number>, weight: ArrayLike<number>, transposed: boolean): ArrayLike<number> =>
  multiply(x, transposed ? transpose(weight, WIDTH, WIDTH) : weight, BATCH, WIDTH, WIDTH)

function descend(values: Float64Array, gradient: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) values[i]! -= LEARNING_RATE * gradient[i]!
}
