// ONNX Runtime Web on WebGPU. What goes in lies on the GPU already, and what comes out stays there until it is looked at.
import * as ort from 'onnxruntime-web/webgpu'
import { Absent, type Case, type Program, type Start } from '../lib/contestant.ts'
import { onnxModel } from '../lib/onnxModel.ts'
import { onnxCase } from './onnxGraphs.ts'

export const start: Start = async (_, startGpu) => {
  const { adapter } = await startGpu()
  // Served beside the page.
  ort.env.wasm.wasmPaths = '/'
  ort.env.wasm.numThreads = 1
  return { version: ort.env.versions.web ?? '', adapter, prepare }
}

async function prepare(what: Case): Promise<Program> {
  if (what.suite === 'twoLayerStep') throw new Absent('onnxruntime-web runs graphs and derives no gradients')
  const { graph, feeds } = onnxCase(what)
  const session = await ort.InferenceSession.create(onnxModel(graph), {
    executionProviders: ['webgpu'],
    graphOptimizationLevel: 'all',
    preferredOutputLocation: 'gpu-buffer',
  })
  const device = (await ort.env.webgpu.device) as GPUDevice
  const tensors = Object.entries(feeds).map(
    ([name, values]) => [name, onDevice(device, values, graph.inputs[name]!)] as const,
  )
  const inputs = Object.fromEntries(tensors)
  let last: ort.Tensor | undefined
  return {
    async step() {
      const { out } = await session.run(inputs)
      last?.dispose()
      last = out as ort.Tensor
    },
    finish: () => device.queue.onSubmittedWorkDone(),
    result: async () => (await last!.getData()) as Float32Array,
  }
}

function onDevice(device: GPUDevice, values: Float32Array, dims: readonly number[]): ort.Tensor {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const gpuBuffer = device.createBuffer({ size: Math.ceil(values.byteLength / 16) * 16, usage })
  device.queue.writeBuffer(gpuBuffer, 0, Float32Array.from(values))
  return ort.Tensor.fromGpuBuffer(gpuBuffer, { dataType: 'float32', dims })
}
