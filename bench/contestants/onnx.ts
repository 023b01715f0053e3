// ONNX Runtime Web on WebAssembly: arrays go in and come out of each run.
import * as ort from 'onnxruntime-web'
import { Absent, type Case, type Program, type Start } from '../lib/contestant.ts'
import { type OnnxGraph, onnxModel } from '../lib/onnxModel.ts'
import {
  BATCH,
  HIDDEN,
  INPUTS,
  initialNetwork,
  lossAndWeights,
  OUTPUTS,
  type TwoLayerStep,
} from '../suites/twoLayerStep.ts'
import { node, onnxCase, stepGraph } from './onnxGraphs.ts'

export const start: Start = async () => {
  await open({ nodes: [node('Identity', ['x'], 'y')], inputs: { x: [1] }, outputs: { y: [1] } })
  return { version: ort.env.versions.web ?? '', about: `threads: ${ort.env.wasm.numThreads ?? 1}`, prepare }
}

const open = (graph: OnnxGraph): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(onnxModel(graph), { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })

const tensor = (values: Float32Array, shape: readonly number[]): ort.Tensor => new ort.Tensor('float32', values, shape)

async function prepare(what: Case): Promise<Program> {
  if (what.suite === 'twoLayerStep') return trainingStep(what)
  const { graph, feeds } = onnxCase(what)
  const session = await open(graph)
  const tensors = Object.entries(feeds).map(([name, values]) => [name, tensor(values, graph.inputs[name]!)] as const)
  const inputs = Object.fromEntries(tensors)
  let last: ort.InferenceSession.ReturnType = {}
  return {
    async step() {
      last = await session.run(inputs)
    },
    result: () => last.out!.data as Float32Array,
  }
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
