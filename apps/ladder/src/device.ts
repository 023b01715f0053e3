import type { WebGpuDevice } from '@rungs/kernels-webgpu'
import { openDevice } from '@rungs/lesson/node'
import { type Device, DeviceError } from '@rungs/ndarray'

/** A device, what to call it and what to say about it first; or what is missing. */
export type Place =
  | { readonly device: Device; readonly name: string; readonly note?: string }
  | { readonly missing: string }

/** WebAssembly where the engine has it, else plain JavaScript. */
export async function openProcessor(): Promise<Place> {
  try {
    return { device: await openDevice('wasm'), name: 'wasm' }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    return { device: await openDevice('cpu'), name: 'cpu' }
  }
}

/** WebGPU on the hardware if there is any, else on the software adapter that npm carries. */
export async function openWebGpu(): Promise<Place> {
  try {
    const device = (await openDevice('webgpu')) as WebGpuDevice
    if (!device.isSoftware) return { device, name: 'webgpu' }
    const note = 'No GPU found: the software adapter that npm carries computes, slowly.'
    return { device, name: 'webgpu (software)', note }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    return { missing: `${error.message}.` }
  }
}
