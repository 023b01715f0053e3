import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'
import { multiply } from './matrixProducts.ts'

/** Which rung of the ladder the step is written on. `nn` and `optim` have biases, the others have none. */
export interface TwoLayerStep {
  readonly suite: 'twoLayerStep'
  readonly form: 'byHand' | 'autograd' | 'jit' | 'nn' | 'optim'
}

const column = (title: string, form: TwoLayerStep['form']): Column<TwoLayerStep> => ({
  title,
  what: { suite: 'twoLayerStep', form },
})

export const BATCH = 64
export const INPUTS = 1000
export const HIDDEN = 100
export const OUTPUTS = 10
export const LEARNING_RATE = 1e-4

export const hasBiases = ({ form }: TwoLayerStep): boolean => form === 'nn' || form === 'optim'

export const twoLayerStep: Suite<TwoLayerStep> = {
  id: 'twoLayerStep',
  goesOn: true,
  title: 'One training step of a two-layer network',
  about:
    '64×1000 → 100 → 10, ReLU, sum of squared errors; forward, backward and update. By hand: gradients written out. ' +
    'Autograd: gradients derived, update written out. Jit: the whole step compiled (compared with our autograd). ' +
    'Nn: modules with biases. Optim: the same, updated by an SGD optimiser.',
  columns: [
    column('by hand', 'byHand'),
    column('autograd', 'autograd'),
    { ...column('jit', 'jit'), comparedWith: 'autograd' },
    column('nn', 'nn'),
    column('optim', 'optim'),
  ],
  expected: (what, steps) => {
    const network = initialNetwork()
    if (!hasBiases(what)) {
      network.b1.fill(0)
      network.b2.fill(0)
    }
    return train(network, hasBiases(what), steps)
  },
}

export interface Network {
  /** (64, 1000) */
  readonly x: Float32Array
  /** (64, 10) */
  readonly y: Float32Array
  /** (1000, 100) */
  readonly w1: Float32Array
  /** (100) */
  readonly b1: Float32Array
  /** (100, 10) */
  readonly w2: Float32Array
  /** (10) */
  readonly b2: Float32Array
}

/** Weights and biases in about the range that PyTorch's Linear starts from, in powers of two. */
export const initialNetwork = (): Network => ({
  x: uniform(BATCH * INPUTS, 6, 4),
  y: uniform(BATCH * OUTPUTS, 7, 4),
  w1: uniform(INPUTS * HIDDEN, 8, 1 / 16),
  b1: uniform(HIDDEN, 9, 1 / 16),
  w2: uniform(HIDDEN * OUTPUTS, 10, 1 / 4),
  b2: uniform(OUTPUTS, 11, 1 / 4),
})

/** The form in which every contestant gives its result: the last loss, then both weights. */
export function lossAndWeights(loss: number, w1: ArrayLike<number>, w2: ArrayLike<number>): Float64Array {
  return Float64Array.of(loss, ...Array.from(w1), ...Array.from(w2))
}

/** In float64. */
function train({ x, y, ...parameters }: Network, biases: boolean, steps: number): Float64Array {
  const w1 = Float64Array.from(parameters.w1)
  const b1 = Float64Array.from(parameters.b1)
  const w2 = Float64Array.from(parameters.w2)
  const b2 = Float64Array.from(parameters.b2)
  let loss = 0
  for (let step = 0; step < steps; step++) {
    const h = multiply(x, w1, BATCH, INPUTS, HIDDEN).map((value, i) => value + b1[i % HIDDEN]!)
    const hRelu = h.map((value) => Math.max(value, 0))
    const error = multiply(hRelu, w2, BATCH, HIDDEN, OUTPUTS).map((value, i) => value + b2[i % OUTPUTS]! - y[i]!)
    loss = error.reduce((sum, value) => sum + value * value, 0)

    const gradPrediction = error.map((value) => 2 * value)
    const gradW2 = multiply(hRelu, gradPrediction, HIDDEN, BATCH, OUTPUTS, true)
    const gradH = multiply(gradPrediction, transpose(w2, HIDDEN, OUTPUTS), BATCH, OUTPUTS, HIDDEN)
    for (let i = 0; i < gradH.length; i++) if (h[i]! <= 0) gradH[i] = 0
    const gradW1 = multiply(x, gradH, INPUTS, BATCH, HIDDEN, true)

    descend(w1, gradW1)
    descend(w2, gradW2)
    if (!biases) continue
    descend(b1, sumRows(gradH, HIDDEN))
    descend(b2, sumRows(gradPrediction, OUTPUTS))
  }
  return lossAndWeights(loss, w1, w2)
}

function descend(weights: Float64Array, gradient: Float64Array): void {
  for (let i = 0; i < weights.length; i++) weights[i]! -= LEARNING_RATE * gradient[i]!
}

function sumRows(matrix: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns)
  for (let i = 0; i < matrix.length; i++) sums[i % columns]! += matrix[i]!
  return sums
}

/** Of a (rows, columns) matrix. */
export function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!
  }
  return out
}
