import { catchingTicks } from './ticks.ts'
import { bufferUsage, mapMode } from './usage.ts'

const THREADS = 64

const probe = `enable subgroups;

@group(0) @binding(0) var<storage, read_write> seen: array<vec2u>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  seen[local] = vec2u(invocation, subgroupBroadcastFirst(local));
}
`

/**
 * Threads of a subgroup, where their number is fixed and neighbouring threads form one in their order; else 0. The
 * specification promises neither, so the adapter is asked and the order is tried.
 */
export async function subgroupOf(device: GPUDevice, info: GPUAdapterInfo | undefined): Promise<number> {
  const { subgroupMinSize: least = 0, subgroupMaxSize: most = 0 } = info ?? {}
  if (!device.features.has('subgroups') || least !== most || most < 2 || most > THREADS) return 0
  const seen = await run(device)
  const inOrder = (thread: number): boolean =>
    seen[2 * thread] === thread % most && seen[2 * thread + 1] === thread - (thread % most)
  return Array.from({ length: THREADS }, (_, thread) => thread).every(inOrder) ? most : 0
}

/** For each thread its number in its subgroup, and the subgroup's first thread. */
async function run(device: GPUDevice): Promise<Uint32Array> {
  const bytes = THREADS * 8
  const seen = device.createBuffer({ size: bytes, usage: bufferUsage.storage | bufferUsage.copySrc })
  const copy = device.createBuffer({ size: bytes, usage: bufferUsage.mapRead | bufferUsage.copyDst })
  try {
    const module = device.createShaderModule({ label: 'order of subgroups', code: probe })
    const pipeline = await catchingTicks(() =>
      device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
    )
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: { buffer: seen } }],
      }),
    )
    pass.dispatchWorkgroups(1)
    pass.end()
    encoder.copyBufferToBuffer(seen, 0, copy, 0, bytes)
    device.queue.submit([encoder.finish()])
    await catchingTicks(() => copy.mapAsync(mapMode.read))
    return new Uint32Array(copy.getMappedRange().slice(0))
  } finally {
    seen.destroy()
    copy.destroy()
  }
}
