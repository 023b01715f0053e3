import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { cpu, type Device, DeviceError } from '@rungs/ndarray'
import { SoftwareAdapterError, startSoftwareAdapter } from '@rungs/testing'

/** A device, what to call it and what to say about it first; or what is missing. */
export type Place =
  | { readonly device: Device; readonly name: string; readonly note?: string }
  | { readonly missing: string }

let processor: Promise<Place> | undefined

/** WebAssembly where the engine has it, else plain JavaScript; one device for all rungs. */
export function openProcessor(): Promise<Place> {
  processor ??= createWasmDevice().then(
    (device) => ({ device, name: 'wasm' }),
    (error: unknown) => {
      if (!(error instanceof DeviceError)) throw error
      return { device: cpu, name: 'cpu' }
    },
  )
  return processor
}

/** WebGPU on the hardware if there is any, else on the software adapter that npm carries. */
export async function openWebGpu(): Promise<Place> {
  try {
    if (vulkanMayBeThere()) return { device: await createWebGpuDevice(), name: 'webgpu' }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
  }
  try {
    const device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
    return {
      device,
      name: 'webgpu (software)',
      note: 'No GPU found: the software adapter that npm carries computes, slowly.',
    }
  } catch (error) {
    if (!(error instanceof SoftwareAdapterError || error instanceof DeviceError)) throw error
    return { missing: `There is no GPU here that WebGPU can use, and ${error.message}.` }
  }
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
