import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { cpu, type Device, DeviceError } from '@rungs/ndarray'
import { SoftwareAdapterError, startSoftwareAdapter } from '@rungs/testing'
import type { DeviceName } from '../host.ts'

const opened = new Map<DeviceName, Promise<Device>>()

/**
 * The device of that name, one a process; on a machine without a GPU, `webgpu` is the software adapter that npm carries.
 * @throws {DeviceError} where there is none.
 */
export function openDevice(name: DeviceName): Promise<Device> {
  const device = opened.get(name) ?? openers[name]()
  opened.set(name, device)
  return device
}

const openers: { readonly [name in DeviceName]: () => Promise<Device> } = {
  cpu: () => Promise.resolve(cpu),
  wasm: () => createWasmDevice(),
  webgpu: async () => {
    try {
      if (vulkanMayBeThere()) return await createWebGpuDevice()
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
    }
    try {
      return await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
    } catch (error) {
      if (error instanceof SoftwareAdapterError) throw new DeviceError(`WebGPU finds no GPU, and ${error.message}`)
      throw error
    }
  },
}

/** On Linux without Vulkan, asking for a GPU finds nothing and writes a warning: so it is not asked for. */
function vulkanMayBeThere(): boolean {
  if (process.platform !== 'linux') return true
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1')
    return true
  } catch (error) {
    // A library that is there but is no Node module loads, and is then complained about.
    return String(error).includes('did not self-register')
  }
}
