// No library: WebGPU itself, for what the adapter can do at best.
import { noSuchCase, type Program, type Start } from '../lib/contestant.ts'
import { type Ceiling, copied, LOOPS, SEEN } from '../suites/ceilings.ts'

export const start: Start = async (_, startGpu) => {
  const { gpu, adapter } = await startGpu()
  const found = (await gpu.requestAdapter({ powerPreference: 'high-performance' }))!
  const { maxBufferSize, maxStorageBufferBindingSize } = found.limits
  const device = await found.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } })
  return {
    version: 'WGSL',
    adapter,
    prepare(what) {
      if (what.suite !== 'ceilings') throw noSuchCase(what)
      return what.kind === 'multiplyAdd' ? multiplyAdd(device, what) : copy(device, what)
    },
  }
}

const WORKGROUP = 256

const copyCode = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < arrayLength(&source); i += groups.x * ${WORKGROUP}) { target_[i] = source[i]; }
}`

// The factors come from memory, so that nothing can be worked out when it is compiled.
const multiplyAddCode = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<f32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let a = source[0];
  let b = source[1];
  var c0 = source[2] * f32(id.x);
  var c1 = c0 + b;
  var c2 = c1 + b;
  var c3 = c2 + b;
  for (var i = 0; i < ${LOOPS}; i++) {
    c0 = fma(c0, a, b);
    c1 = fma(c1, a, b);
    c2 = fma(c2, a, b);
    c3 = fma(c3, a, b);
  }
  target_[id.x] = dot(c0 + c1 + c2 + c3, vec4f(1));
}`

function multiplyAdd(device: GPUDevice, { size }: Ceiling): Program {
  const source = bufferOf(device, 48, Float32Array.of(0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 0, 0, 0, 0))
  const target = bufferOf(device, size * 4)
  const dispatch = dispatching(device, multiplyAddCode, [source, target], size / WORKGROUP)
  return program(device, dispatch, target, 1)
}

function copy(device: GPUDevice, { kind, size }: Ceiling): Program {
  const [source, target] = [bufferOf(device, size * 4, copied()), bufferOf(device, size * 4)]
  const groups = Math.min(size / 4 / WORKGROUP, 2 ** 15)
  const kernel = kind === 'kernelCopy' ? dispatching(device, copyCode, [source, target], groups) : null
  const queued = (encoder: GPUCommandEncoder): void => encoder.copyBufferToBuffer(source, 0, target, 0, size * 4)
  return program(device, kernel ?? queued, target, SEEN)
}

type Record = (encoder: GPUCommandEncoder) => void

function dispatching(device: GPUDevice, code: string, buffers: readonly GPUBuffer[], groups: number): Record {
  const module = device.createShaderModule({ code })
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } })
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
  return (encoder) => {
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(groups)
    pass.end()
  }
}

function program(device: GPUDevice, record: Record, target: GPUBuffer, seen: number): Program {
  return {
    step() {
      const encoder = device.createCommandEncoder()
      record(encoder)
      device.queue.submit([encoder.finish()])
    },
    finish: () => device.queue.onSubmittedWorkDone(),
    async result() {
      const read = device.createBuffer({ size: seen * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
      const encoder = device.createCommandEncoder()
      encoder.copyBufferToBuffer(target, 0, read, 0, seen * 4)
      device.queue.submit([encoder.finish()])
      await read.mapAsync(GPUMapMode.READ)
      return new Float32Array(read.getMappedRange().slice(0))
    },
  }
}

function bufferOf(device: GPUDevice, size: number, data: Float32Array = new Float32Array()): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const buffer = device.createBuffer({ size, usage })
  device.queue.writeBuffer(buffer, 0, Float32Array.from(data))
  return buffer
}
