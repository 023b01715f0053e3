import { finalizeDead } from '@rungs/ndarray'

interface Builtins {
  getBuiltinModule?(name: string): unknown
}
type CleanupSome = (this: FinalizationRegistry<unknown>) => void

let cached: ((thorough: boolean) => void) | null | undefined

/**
 * A way to get back the memory of dead arrays in the middle of synchronous code, where the engine has one: in Node, V8's
 * `cleanupSome` (a withdrawn proposal) and `gc`, which a fresh context has once their flags are set. Null elsewhere.
 * `thorough` collects first; else only what the engine has found dead by itself comes back.
 */
export function synchronousCollector(): ((thorough: boolean) => void) | null {
  if (cached === undefined) cached = find()
  return cached
}

function find(): ((thorough: boolean) => void) | null {
  const builtins = (globalThis as { process?: Builtins }).process
  if (builtins?.getBuiltinModule === undefined) return null
  try {
    const v8 = builtins.getBuiltinModule('node:v8') as { setFlagsFromString(flag: string): void }
    const vm = builtins.getBuiltinModule('node:vm') as { runInNewContext(code: string): unknown }
    v8.setFlagsFromString('--harmony-weak-refs-with-cleanup-some')
    v8.setFlagsFromString('--expose-gc')
    const found = vm.runInNewContext('[FinalizationRegistry.prototype.cleanupSome, globalThis.gc]')
    v8.setFlagsFromString('--no-expose-gc')
    const [cleanupSome, collect] = found as [CleanupSome | undefined, (() => void) | undefined]
    if (typeof cleanupSome !== 'function') return null
    return (thorough) => {
      if (thorough) collect?.()
      finalizeDead(cleanupSome)
    }
  } catch {
    return null
  }
}
