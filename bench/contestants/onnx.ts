// ONNX Runtime Web on WebAssembly. It runs graphs, so every case is a small model; arrays go in and come out of each run.
import * as ort from 'onnxruntime-web'
import { Absent, type Case, type Program } from '../lib/contestant.ts'
import { type OnnxGraph, type OnnxNode, onnxModel } from '../lib/onnxModel.ts'
import { serve } from '../lib/serve.ts'
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
} from '../suites/twoLayerStep.ts'

serve(async () => {
  await open({ nodes: [node('Identity', ['x'], 'y')], inputs: { x: [1] }, outputs: { y: [1] } })
  return { version: ort.env.versions.web ?? '', about: `threads: ${ort.env.wasm.numThreads ?? 1}`, prepare }
})

const node = (type: string, inputs: string[], output: string, attributes: OnnxNode['attributes'] = {}): OnnxNode => ({
  type,
  inputs,
  output,
  attributes,
})

const open = (graph: OnnxGraph): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(onnxModel(graph), { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })

const tensor = (values: Float32Array, shape: readonly number[]): ort.Tensor => new ort.Tensor('float32', values, shape)

/** A graph with one output, `out`. */
async function repeat(graph: OnnxGraph, feeds: Record<string, ort.Tensor>): Promise<Program> {
  const session = await open(graph)
  let last: ort.InferenceSession.ReturnType = {}
  return {
    async step() {
      last = await session.run(feeds)
    },
    result: () => last.out!.data as Float32Array,
  }
}

function prepare(what: Case): Promise<Program> {
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
    case 'einsum':
      throw new Absent('graphs of Einsum nodes are not measured here')
  }
}

function product({ m, k, n, transposed }: MatrixProduct): Promise<Program> {
  const { a, b } = matrices({ m, k, n })
  const inputs = { a: transposed ? [k, m] : [m, k], b: [k, n] }
  const nodes = [node('Gemm', ['a', 'b'], 'out', transposed ? { transA: 1 } : {})]
  return repeat({ nodes, inputs, outputs: { out: [m, n] } }, { a: tensor(a, inputs.a), b: tensor(b, inputs.b) })
}

function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): Promise<Program> {
  const { x, y } = operands(size)
  const shapes = { inputs: { x: [size] }, outputs: { out: [size] } }
  const first = tensor(x, [size])
  if (operation === 'add') {
    const inputs = { ...shapes.inputs, y: [size] }
    const nodes = [node('Add', ['x', 'y'], 'out')]
    return repeat({ ...shapes, inputs, nodes }, { x: first, y: tensor(y, [size]) })
  }
  const type = { exp: 'Exp', tanh: 'Tanh', gelu: 'Gelu' }[operation]
  return repeat({ ...shapes, nodes: [node(type, ['x'], 'out')] }, { x: first })
}

function reduction({ axis, rows, columns }: Reduction): Promise<Program> {
  const all = axis === null
  const graph: OnnxGraph = {
    nodes: [node('ReduceSum', all ? ['x'] : ['x', 'axes'], 'out', { keepdims: 0 })],
    inputs: { x: [rows, columns] },
    outputs: { out: all ? [] : [axis === 0 ? columns : rows] },
    constants: all ? {} : { axes: [axis] },
  }
  return repeat(graph, { x: tensor(reduced(rows, columns), [rows, columns]) })
}

/** One step as a graph, written by hand; the weights that come out go into the next run. */
const stepGraph: OnnxGraph = {
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

async function trainingStep({ form }: TwoLayerStep): Promise<Program> {
  if (form !== 'byHand') throw new Absent('onnxruntime-web runs graphs and derives no gradients')
  const session = await open(stepGraph)
  const initial = initialNetwork()
  const x = tensor(initial.x, [BATCH, INPUTS])
  const y = tensor(initial.y, [BATCH, OUTPUTS])
  let w1 = tensor(initial.w1, [INPUTS, HIDDEN])
  let w2 = tensor(initial.w2, [HIDDEN, OUTPUTS])
  let loss = 0
  return {
    async step() {
      const out = await session.run({ x, y, w1, w2 })
      w1 = out.newW1!
      w2 = out.newW2!
      loss = (out.loss!.data as Float32Array)[0]!
    },
    result: () => lossAndWeights(loss, w1.data as Float32Array, w2.data as Float32Array),
  }
}
