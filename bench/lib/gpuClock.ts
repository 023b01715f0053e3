/**
 * Timestamps and counts of whatever library computes in this process, taken where all of them pass: at the WebGPU
 * interface. Installed for the length of one measurement, so that timings are not touched.
 */
export interface GpuCounts {
  readonly dispatches: number
  readonly submits: number
  /** When at least one compute pass ran, by the GPU's own clock; null where it has none, or too many passes were made. */
  readonly busyMilliseconds: number | null
}

const MAX_PASSES = 2048
const NANOSECONDS = 1e6

let lastDevice: GPUDevice | null = null

/** Ask for the adapter's clock whenever a device is made. */
export function addTimestamps(adapter: GPUAdapter): void {
  if (!adapter.features.has('timestamp-query')) return
  const prototype = Object.getPrototypeOf(adapter) as GPUAdapter
  const { requestDevice } = prototype
  prototype.requestDevice = async function (this: GPUAdapter, descriptor: GPUDeviceDescriptor = {}) {
    const requiredFeatures = [...new Set([...(descriptor.requiredFeatures ?? []), 'timestamp-query' as const])]
    lastDevice = await requestDevice.call(this, { ...descriptor, requiredFeatures })
    return lastDevice
  }
}

/** What `work` makes the GPU do; it ends when the work is done. */
export async function countGpu(work: () => Promise<void>): Promise<GpuCounts> {
  let dispatches = 0
  let submits = 0
  let passes = 0
  const device = lastDevice
  const querySet = device?.createQuerySet({ type: 'timestamp', count: 2 * MAX_PASSES })
  const restore = [
    replace(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (own) => {
      return function (this: GPUComputePassEncoder, ...sizes) {
        dispatches++
        return own.apply(this, sizes)
      }
    }),
    replace(GPUQueue.prototype, 'submit', (own) => {
      return function (this: GPUQueue, buffers) {
        submits++
        return own.call(this, buffers)
      }
    }),
    replace(GPUCommandEncoder.prototype, 'beginComputePass', (own) => {
      return function (this: GPUCommandEncoder, descriptor = {}) {
        const index = 2 * passes++
        if (querySet === undefined || passes > MAX_PASSES) return own.call(this, descriptor)
        const timestampWrites = { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 }
        return own.call(this, { ...descriptor, timestampWrites })
      }
    }),
  ]
  try {
    await work()
  } finally {
    for (const each of restore) each()
  }
  const measured = device !== null && querySet !== undefined && passes > 0 && passes <= MAX_PASSES
  const busyMilliseconds = measured ? await busyTime(device, querySet, passes) : null
  querySet?.destroy()
  return { dispatches, submits, busyMilliseconds }
}

function replace<T extends object, K extends keyof T>(target: T, name: K, wrap: (own: T[K]) => T[K]): () => void {
  const own = target[name]
  target[name] = wrap(own)
  return () => {
    target[name] = own
  }
}

/** Of intervals that may overlap. */
async function busyTime(device: GPUDevice, querySet: GPUQuerySet, passes: number): Promise<number> {
  const size = passes * 16
  const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC })
  const read = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
  const encoder = device.createCommandEncoder()
  encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0)
  encoder.copyBufferToBuffer(resolved, 0, read, 0, size)
  device.queue.submit([encoder.finish()])
  await read.mapAsync(GPUMapMode.READ)
  const stamps = new BigUint64Array(read.getMappedRange().slice(0))
  for (const buffer of [resolved, read]) buffer.destroy()
  const intervals = Array.from({ length: passes }, (_, i) => [stamps[2 * i]!, stamps[2 * i + 1]!] as const)
  intervals.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  let busy = 0n
  let until = 0n
  for (const [begin, end] of intervals) {
    if (end > until) busy += end - (begin > until ? begin : until)
    if (end > until) until = end
  }
  return Number(busy) / NANOSECONDS
}
