import { finalizeDead } from './storage.ts'

interface Builtins {
  getBuiltinModule?(name: string): unknown
}
type CleanupSome = (this: FinalizationRegistry<unknown>) => void

/** Bring back the memory of arrays that are dead; `thorough` looks for more of them than the engine knows already. */
export type Collector = (thorough: boolean) => void

let cached: Collector | null | undefined

/**
 * What Node can do in the middle of synchronous code, where no finaliser runs by itself; null where the engine offers
 * nothing: in browsers.
 */
export function synchronousCollector(): Collector | null {
  if (cached === undefined) cached = find()
  return cached
}

/** V8 has `cleanupSome` (a withdrawn proposal) and `gc` in contexts that are made after their flags are set. */
function find(): Collector | null {
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
    return (thorough) => {
      if (thorough) gc?.()
      finalizeDead(cleanupSome)
    }
  } catch {
    return null
  }
}
