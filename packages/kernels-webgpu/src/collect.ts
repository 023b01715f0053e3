import { finalizeDead } from '@rungs/ndarray'
import { catchingTicks, runTicks } from './ticks.ts'
import { bufferUsage, mapMode } from './usage.ts'

interface Builtins {
  getBuiltinModule?(name: string): unknown
}
type CleanupSome = (this: FinalizationRegistry<unknown>) => void

/** What Node can do in the middle of synchronous code, where no promise settles and no finaliser runs by itself. */
export interface SynchronousHost {
  /** Bring back the memory of arrays that are dead; `thorough` looks for more of them than the engine knows already. */
  collect(thorough: boolean): void
  /** Let the GPU catch up with what is submitted. */
  wait(device: GPUDevice): void
}

let cached: SynchronousHost | null | undefined

/** Null where the engine offers nothing: in browsers. */
export function synchronousHost(): SynchronousHost | null {
  if (cached === undefined) cached = find()
  return cached
}

/** V8 has `cleanupSome` (a withdrawn proposal) and `gc` in contexts that are made after their flags are set. */
function find(): SynchronousHost | null {
  const builtins = (globalThis as { process?: Builtins }).process
  if (builtins?.getBuiltinModule === undefined) return null
  try {
    const v8 = builtins.getBuiltinModule('node:v8') as { setFlagsFromString(flag: string): void }
    const vm = builtins.getBuiltinModule('node:vm') as { runInNewContext(code: string): unknown }
    v8.setFlagsFromString('--harmony-weak-refs-with-cleanup-some')
    v8.setFlagsFromString('--expose-gc')
    const found = vm.runInNewContext('[FinalizationRegistry.prototype.cleanupSome, globalThis.gc]')
    v8.setFlagsFromString('--no-expose-gc')
    const [cleanupSome, gc] = found as [CleanupSome | undefined, (() => void) | undefined]
    if (typeof cleanupSome !== 'function') return null
    return {
      collect(thorough) {
        if (thorough) gc?.()
        finalizeDead(cleanupSome)
      },
      wait,
    }
  } catch {
    return null
  }
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
