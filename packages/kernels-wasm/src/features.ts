import { type Code, f32x4, ModuleBuilder } from './emit/index.ts'

const compiles = (code: Code): boolean => {
  const module = new ModuleBuilder()
  module.function({ params: [], results: ['v128'] }, (f) => f.do(code))
  return WebAssembly.validate(module.finish({ shared: false, maximum: 1 }))
}

export const hasSimd = (): boolean => compiles(f32x4.const(1))
/** Relaxed SIMD has fused multiply-add. */
export const hasRelaxedSimd = (): boolean => compiles(f32x4.relaxedMadd(f32x4.const(1), f32x4.const(1), f32x4.const(1)))

/** Whether linear memory can be shared with workers: in Node always, in pages that are cross-origin isolated. */
export function hasSharedMemory(): boolean {
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 0, maximum: 1, shared: true })
    return typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer
  } catch {
    return false
  }
}

interface Host {
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly process?: { getBuiltinModule?(name: string): unknown }
}

/** Threads that the machine runs at once. */
export function availableThreads(): number {
  const { process, navigator } = globalThis as Host
  const os = process?.getBuiltinModule?.('node:os') as { availableParallelism?(): number } | undefined
  return os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1
}
