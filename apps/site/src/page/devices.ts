import type { DeviceName } from '@rungs/lesson'

/** What this browser has to say about a device. */
export interface Finding {
  readonly isHere: boolean
  /** For people: what it is, or why it is not here and what happens instead. */
  readonly note: string
}

const NO_WEBGPU = 'Lessons run on wasm or cpu instead.'

/** Looks without opening anything. */
export async function findDevices(): Promise<Readonly<Record<DeviceName, Finding>>> {
  return {
    cpu: { isHere: true, note: 'plain JavaScript' },
    wasm: findWasm(),
    webgpu: await findWebGpu(),
  }
}

function findWasm(): Finding {
  if (typeof WebAssembly === 'undefined') {
    return { isHere: false, note: 'This browser has no WebAssembly. Lessons run on cpu instead.' }
  }
  if (!globalThis.crossOriginIsolated) {
    return { isHere: true, note: 'one thread: this page may not share memory between threads' }
  }
  const threads = Math.min(navigator.hardwareConcurrency, 4)
  return { isHere: true, note: threads === 1 ? 'one thread' : `${threads} threads` }
}

/** `navigator.gpu` is there without an adapter too, so ask for one. */
async function findWebGpu(): Promise<Finding> {
  if (navigator.gpu === undefined) {
    return { isHere: false, note: `This browser has no WebGPU. ${NO_WEBGPU}` }
  }
  const adapter = await navigator.gpu.requestAdapter().catch(() => null)
  if (adapter === null) return { isHere: false, note: `WebGPU finds no graphics card here. ${NO_WEBGPU}` }
  // Chromium before 127 has adapters that say nothing about themselves.
  const { vendor = '', architecture = '', description = '' }: Partial<GPUAdapterInfo> = adapter.info ?? {}
  const name = description || [vendor, architecture].filter((word) => word !== '').join(' ')
  const isSoftware = /swiftshader|llvmpipe|lavapipe|basic render|software/i.test(`${name} ${vendor} ${architecture}`)
  return { isHere: true, note: isSoftware ? 'in software: slow, and right' : name || 'a graphics card' }
}
