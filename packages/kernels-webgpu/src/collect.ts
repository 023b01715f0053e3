import { type Collector, synchronousCollector } from '@rungs/ndarray'
import { catchingTicks, runTicks } from './ticks.ts'
import { bufferUsage, mapMode } from './usage.ts'

/** What Node can do in the middle of synchronous code, where no promise settles. */
export interface SynchronousHost {
  /** Bring back the memory of arrays that are dead. */
  readonly collect: Collector
  /** Let the GPU catch up with what is submitted. */
  wait(device: GPUDevice): void
}

let cached: SynchronousHost | null | undefined

/** Null where the engine offers nothing: in browsers. */
export function synchronousHost(): SynchronousHost | null {
  if (cached === undefined) {
    const collect = synchronousCollector()
    cached = collect === null ? null : { collect, wait }
  }
  return cached
}

/** Milliseconds between looks at the GPU. */
const NAP = 0.2

/** Look at the queue until a buffer behind everything else can be mapped, or there is no way to look. */
function wait(device: GPUDevice): void {
  const fence = device.createBuffer({ label: 'fence', size: 16, usage: bufferUsage.mapRead | bufferUsage.copyDst })
  const commands = device.createCommandEncoder()
  commands.clearBuffer(fence)
  device.queue.submit([commands.finish()])
  catchingTicks(() => fence.mapAsync(mapMode.read)).catch(() => {})
  const clock = new Int32Array(new SharedArrayBuffer(4))
  while (fence.mapState === 'pending' && runTicks()) Atomics.wait(clock, 0, 0, NAP)
  fence.destroy()
}
