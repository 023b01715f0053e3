import type { DeviceName, Host } from '@rungs/lesson'
import { cpu, type Device } from '@rungs/ndarray'

const openers: Readonly<Record<DeviceName, () => Promise<Device>>> = {
  cpu: async () => cpu,
  wasm: async () => {
    const { createWasmDevice } = await import('@rungs/kernels-wasm')
    return createWasmDevice()
  },
  webgpu: async () => {
    const { createWebGpuDevice } = await import('@rungs/kernels-webgpu')
    // The page says whether it is one in software, and the reader has chosen it all the same.
    return createWebGpuDevice({ software: true })
  },
}

/** Each device is opened once; its package is loaded when it is. */
export function createOpener(): Host['openDevice'] {
  const opened = new Map<DeviceName, Promise<Device>>()
  return (name) => {
    const device = opened.get(name) ?? openers[name]()
    opened.set(name, device)
    return device
  }
}
