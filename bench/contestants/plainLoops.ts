// Loops over typed arrays, as one writes them without a library.
import { Absent, type Case, noSuchCase, type Program, type Start } from '../lib/contestant.ts'
import { erf } from '../lib/erf.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import {
  BATCH,
  HIDDEN,
  INPUTS,
  initialNetwork,
  LEARNING_RATE,
  lossAndWeights,
  OUTPUTS,
  type TwoLayerStep,
  transpose,
} from '../suites/twoLayerStep.ts'

export const start: Start = async () => ({ version: `node ${process.versions.node}`, prepare })

function prepare(what: Case): Program {
  switch (what.suite) {
    case 'twoLayerStep':
      return trainingStep(what)
    case 'matrixProducts':
      return product(what)
    case 'elementwise':
      return elementwise(what)
    case 'reductions':
      return reduction(what)
    case 'callOverhead':
      return elementwise({ operation: 'add', size: what.size })
    default:
      throw noSuchCase(what)
  }
}

function repeat(call: () => Float32Array): Program {
  let last: Float32Array = new Float32Array()
  return {
    step() {
      last = call()
    },
    result: () => last,
  }
}

/** (m, k) · (k, n), row by row, so that the innermost loop runs over neighbours. */
function multiply(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
  const out = new Float32Array(m * n)
  for (let i = 0; i < m; i++) {
    const row = i * n
    for (let p = 0; p < k; p++) {
      const value = a[i * k + p]!
      const other = p * n
      for (let j = 0; j < n; j++) out[row + j]! += value * b[other + j]!
    }
  }
  return out
}

/** aᵀ · b with a (k, m): the same order of loops from the other side. */
function multiplyTransposed(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
  const out = new Float32Array(m * n)
  for (let i = 0; i < m; i++) {
    const row = i * n
    for (let p = 0; p < k; p++) {
      const value = a[p * m + i]!
      const other = p * n
      for (let j = 0; j < n; j++) out[row + j]! += value * b[other + j]!
    }
  }
  return out
}

function product({ m, k, n, transposed }: MatrixProduct): Program {
  const { a, b } = matrices({ m, k, n })
  return repeat(transposed ? () => multiplyTransposed(a, b, m, k, n) : () => multiply(a, b, m, k, n))
}

function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): Program {
  const { x, y } = operands(size)
  const calls = {
    add() {
      const out = new Float32Array(size)
      for (let i = 0; i < size; i++) out[i] = x[i]! + y[i]!
      return out
    },
    exp() {
      const out = new Float32Array(size)
      for (let i = 0; i < size; i++) out[i] = Math.exp(x[i]!)
      return out
    },
    tanh() {
      const out = new Float32Array(size)
      for (let i = 0; i < size; i++) out[i] = Math.tanh(x[i]!)
      return out
    },
    gelu() {
      const out = new Float32Array(size)
      for (let i = 0; i < size; i++) out[i] = 0.5 * x[i]! * (1 + erf(x[i]! * Math.SQRT1_2))
      return out
    },
  }
  return repeat(calls[operation])
}

function reduction({ axis, rows, columns }: Reduction): Program {
  const x = reduced(rows, columns)
  function all() {
    let sum = 0
    for (let i = 0; i < x.length; i++) sum += x[i]!
    return Float32Array.of(sum)
  }
  function rowsInto() {
    const out = new Float32Array(columns)
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j]! += x[i * columns + j]!
    return out
  }
  function columnsInto() {
    const out = new Float32Array(rows)
    for (let i = 0; i < rows; i++) {
      let sum = 0
      for (let j = 0; j < columns; j++) sum += x[i * columns + j]!
      out[i] = sum
    }
    return out
  }
  return repeat(axis === null ? all : axis === 0 ? rowsInto : columnsInto)
}

function trainingStep({ form }: TwoLayerStep): Program {
  if (form !== 'byHand') throw new Absent('loops are written by hand')
  const { x, y, w1, w2 } = initialNetwork()
  let loss = 0
  return {
    step() {
      const h = multiply(x, w1, BATCH, INPUTS, HIDDEN)
      const hRelu = new Float32Array(h.length)
      for (let i = 0; i < h.length; i++) hRelu[i] = Math.max(h[i]!, 0)
      const gradPrediction = multiply(hRelu, w2, BATCH, HIDDEN, OUTPUTS)
      loss = 0
      for (let i = 0; i < gradPrediction.length; i++) {
        const error = gradPrediction[i]! - y[i]!
        loss += error * error
        gradPrediction[i] = 2 * error
      }
      const gradW2 = multiplyTransposed(hRelu, gradPrediction, HIDDEN, BATCH, OUTPUTS)
      const gradH = multiply(gradPrediction, transpose(w2, HIDDEN, OUTPUTS), BATCH, OUTPUTS, HIDDEN)
      for (let i = 0; i < gradH.length; i++) if (h[i]! < 0) gradH[i] = 0
      const gradW1 = multiplyTransposed(x, gradH, INPUTS, BATCH, HIDDEN)
      for (let i = 0; i < w1.length; i++) w1[i]! -= LEARNING_RATE * gradW1[i]!
      for (let i = 0; i < w2.length; i++) w2[i]! -= LEARNING_RATE * gradW2[i]!
    },
    result: () => lossAndWeights(loss, w1, w2),
  }
}
