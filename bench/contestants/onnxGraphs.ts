// The cases as ONNX graphs: ONNX Runtime runs models, so each is a small one.
import { type Case, noSuchCase } from '../lib/contestant.ts'
import type { OnnxGraph, OnnxNode } from '../lib/onnxModel.ts'
import { type Convolution, imagesOf } from '../suites/convolutions.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import { type Rowwise, rowsOf } from '../suites/rowwise.ts'
import { BATCH, HIDDEN, INPUTS, LEARNING_RATE, OUTPUTS } from '../suites/twoLayerStep.ts'

/** A graph with one output, `out`, and what goes into it. */
export interface OnnxCase {
  readonly graph: OnnxGraph
  readonly feeds: Readonly<Record<string, Float32Array>>
}

/** @throws {Absent} for a training step, which is `stepGraph`, and for what is not for a runtime of models. */
export function onnxCase(what: Case): OnnxCase {
  switch (what.suite) {
    case 'matrixProducts':
      return product(what)
    case 'elementwise':
      return elementwise(what)
    case 'reductions':
      return reduction(what)
    case 'rowwise':
      return rowByRow(what)
    case 'convolutions':
      return convolution(what)
    case 'callOverhead':
      return elementwise({ operation: 'add', size: what.size })
    default:
      throw noSuchCase(what)
  }
}

export const node = (
  type: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ type, inputs, output, attributes })

function product({ m, k, n, transposed }: MatrixProduct): OnnxCase {
  const inputs = { a: transposed ? [k, m] : [m, k], b: [k, n] }
  const nodes = [node('Gemm', ['a', 'b'], 'out', transposed ? { transA: 1 } : {})]
  return { graph: { nodes, inputs, outputs: { out: [m, n] } }, feeds: matrices({ m, k, n }) }
}

function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): OnnxCase {
  const { x, y } = operands(size)
  const outputs = { out: [size] }
  if (operation === 'add') {
    const nodes = [node('Add', ['x', 'y'], 'out')]
    return { graph: { nodes, inputs: { x: [size], y: [size] }, outputs }, feeds: { x, y } }
  }
  const type = { exp: 'Exp', tanh: 'Tanh', gelu: 'Gelu' }[operation]
  return { graph: { nodes: [node(type, ['x'], 'out')], inputs: { x: [size] }, outputs }, feeds: { x } }
}

function reduction({ axis, rows, columns }: Reduction): OnnxCase {
  const all = axis === null
  const graph: OnnxGraph = {
    nodes: [node('ReduceSum', all ? ['x'] : ['x', 'axes'], 'out', { keepdims: 0 })],
    inputs: { x: [rows, columns] },
    outputs: { out: all ? [] : [axis === 0 ? columns : rows] },
    constants: all ? {} : { axes: [axis] },
  }
  return { graph, feeds: { x: reduced(rows, columns) } }
}

function rowByRow({ operation, rows, columns }: Rowwise): OnnxCase {
  const { x, row } = rowsOf({ rows, columns })
  const outputs = { out: [rows, columns] }
  if (operation === 'softmax') {
    const nodes = [node('Softmax', ['x'], 'out')]
    return { graph: { nodes, inputs: { x: [rows, columns] }, outputs }, feeds: { x } }
  }
  const nodes = [node('Add', ['x', 'row'], 'out')]
  return { graph: { nodes, inputs: { x: [rows, columns], row: [columns] }, outputs }, feeds: { x, row } }
}

function convolution(c: Convolution): OnnxCase {
  const { padding } = c
  const graph: OnnxGraph = {
    nodes: [node('Conv', ['x', 'weight'], 'out', { pads: [padding, padding, padding, padding] })],
    inputs: { x: [c.batch, c.channels, c.height, c.width], weight: [c.filters, c.channels, c.size, c.size] },
    outputs: { out: [c.batch, c.filters, c.height, c.width] },
  }
  return { graph, feeds: { ...imagesOf(c) } }
}

/** One step as a graph, written by hand; the weights that come out go into the next run. */
export const stepGraph: OnnxGraph = {
  inputs: { x: [BATCH, INPUTS], y: [BATCH, OUTPUTS], w1: [INPUTS, HIDDEN], w2: [HIDDEN, OUTPUTS] },
  outputs: { loss: [], newW1: [INPUTS, HIDDEN], newW2: [HIDDEN, OUTPUTS] },
  constants: { zero: 0, two: 2, rate: LEARNING_RATE },
  nodes: [
    node('Gemm', ['x', 'w1'], 'h'),
    node('Relu', ['h'], 'hRelu'),
    node('Gemm', ['hRelu', 'w2'], 'prediction'),
    node('Sub', ['prediction', 'y'], 'error'),
    node('ReduceSumSquare', ['error'], 'loss', { keepdims: 0 }),
    node('Mul', ['error', 'two'], 'gradPrediction'),
    node('Gemm', ['hRelu', 'gradPrediction'], 'gradW2', { transA: 1 }),
    node('Gemm', ['gradPrediction', 'w2'], 'gradHRelu', { transB: 1 }),
    node('Less', ['h', 'zero'], 'negative'),
    node('Where', ['negative', 'zero', 'gradHRelu'], 'gradH'),
    node('Gemm', ['x', 'gradH'], 'gradW1', { transA: 1 }),
    node('Mul', ['gradW1', 'rate'], 'change1'),
    node('Sub', ['w1', 'change1'], 'newW1'),
    node('Mul', ['gradW2', 'rate'], 'change2'),
    node('Sub', ['w2', 'change2'], 'newW2'),
  ],
}
