import { catchingTicks } from './ticks.ts'
import { bufferUsage } from './usage.ts'

/** What an adapter was measured to do at most; what kernels reach is a share of it. */
export interface Ceilings {
  /** Bytes a second that a kernel reads and writes when it only copies. */
  readonly copyBytesPerSecond: number
  /** float32 operations a second in registers, a multiply-add counting two. */
  readonly operationsPerSecond: number
}

/** Something that ran, and what it did; its time is null where none could be taken. */
interface Timed {
  readonly bytes: number
  readonly operations: number
  readonly milliseconds: number | null
}

/** The share of a ceiling that a kernel came to, from 0 to about 1; null where it was not timed, or too short to be. */
export function shareOf(
  { bytes, operations, milliseconds }: Timed,
  ceilings: Ceilings,
): { readonly bandwidth: number; readonly arithmetic: number } | null {
  if (milliseconds === null || milliseconds <= 0) return null
  const seconds = milliseconds / 1000
  return {
    bandwidth: bytes / seconds / ceilings.copyBytesPerSecond,
    arithmetic: operations / seconds / ceilings.operationsPerSecond,
  }
}

const WORKGROUP = 64
/** Vectors that a thread of the copy moves. */
const COPIES = 4
/** Independent sums of a thread, vectors of four, so that none waits for the last. */
const SUMS = 8

/** How much is done at once: on hardware enough to hide what a dispatch costs, and past its caches. */
interface Extent {
  readonly copyBytes: number
  readonly threads: number
  /** Terms of each sum. */
  readonly terms: number
}
const extents: { readonly [kind in 'software' | 'hardware']: Extent } = {
  software: { copyBytes: 2 ** 24, threads: 2 ** 12, terms: 256 },
  hardware: { copyBytes: 2 ** 27, threads: 2 ** 18, terms: 1024 },
}

const copyCode = `@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4<f32>>;

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let step = groups.x * ${WORKGROUP}u;
  for (var i = id.x; i < arrayLength(&result); i += step) {
    result[i] = source[i];
  }
}
`

const each = (text: (i: number) => string): string => Array.from({ length: SUMS }, (_, i) => text(i)).join('\n')

const sumCode = `override terms: i32;
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4<f32>>;

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = source[id.x];
  let factor = x * 0.5;
${each((i) => `  var sum${i} = x + ${i}.0;`)}
  for (var term = 0; term < terms; term += 1) {
${each((i) => `    sum${i} = fma(sum${i}, factor, x);`)}
  }
  result[id.x] = ${Array.from({ length: SUMS }, (_, i) => `sum${i}`).join(' + ')};
}
`

/** Milliseconds that a measurement takes at least: the clock of the program is good to about two. */
const ENOUGH = 40
const MOST_DISPATCHES = 4096

/** Measure, which takes about a quarter of a second. */
export async function measureCeilings(device: GPUDevice, isSoftware: boolean): Promise<Ceilings> {
  const { copyBytes, threads, terms } = extents[isSoftware ? 'software' : 'hardware']
  const { maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits
  const size = Math.min(copyBytes, maxStorageBufferBindingSize)
  const [source, result] = ['source', 'result'].map((label) =>
    device.createBuffer({ label, size, usage: bufferUsage.storage }),
  )
  const buffers = [source!, result!]
  const groups = Math.min(size / 16 / WORKGROUP / COPIES, maxComputeWorkgroupsPerDimension)
  const copies = await rateOf(device, { code: copyCode, constants: {} }, buffers, groups)
  const sums = await rateOf(device, { code: sumCode, constants: { terms } }, buffers, threads / WORKGROUP)
  for (const buffer of buffers) buffer.destroy()
  return { copyBytesPerSecond: copies * 2 * size, operationsPerSecond: sums * threads * terms * SUMS * 4 * 2 }
}

/** Dispatches a second: the best of several rounds that last long enough to be told by the program's clock. */
async function rateOf(
  device: GPUDevice,
  { code, constants }: { readonly code: string; readonly constants: Record<string, number> },
  buffers: readonly GPUBuffer[],
  groups: number,
): Promise<number> {
  const module = device.createShaderModule({ label: 'ceiling', code })
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main', constants } })
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
  const milliseconds = async (dispatches: number): Promise<number> => {
    const commands = device.createCommandEncoder()
    const pass = commands.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, bindings)
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(groups)
    pass.end()
    const start = performance.now()
    device.queue.submit([commands.finish()])
    await catchingTicks(() => device.queue.onSubmittedWorkDone())
    return performance.now() - start
  }
  await milliseconds(1)
  let dispatches = 1
  let took = await milliseconds(1)
  while (took < ENOUGH && dispatches < MOST_DISPATCHES) {
    dispatches *= Math.min(16, Math.ceil((1.5 * ENOUGH) / Math.max(took, 0.1)))
    took = await milliseconds(dispatches)
  }
  const again = await milliseconds(dispatches)
  return (1000 * dispatches) / Math.min(took, again)
}
