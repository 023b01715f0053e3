import { cpu, type Device, DeviceError, setDefaultDevice } from '@rungs/autograd'
import { createWasmDevice, type WasmOptions } from '@rungs/kernels-wasm'
import { createWebGpuDevice, type WebGpuOptions } from '@rungs/kernels-webgpu'

/** Where arrays are made from now on. */
export interface Initialised {
  readonly device: Device
  /** For people: which device, and where it is not a GPU, why. */
  readonly description: string
}

/** As `createWebGpuDevice` takes them, and, for where there is no GPU, as `createWasmDevice` does. */
export interface InitOptions extends WebGpuOptions {
  readonly wasm?: WasmOptions
}

/**
 * Find the fastest device and make it the default: WebGPU on hardware, else WebAssembly, else plain JavaScript. Never throws
 * for lack of a GPU.
 * @param options a software adapter only with `{ software: true }`, or handed in as `{ gpu }`.
 */
export async function init(options: InitOptions = {}): Promise<Initialised> {
  const { device, why } = await findDevice(options)
  setDefaultDevice(device)
  const reasons = why.length === 0 ? '' : ` (${why.join('; ')})`
  return { device, description: `${device.name}: ${device.description}${reasons}` }
}

async function findDevice({ wasm, ...webgpu }: InitOptions): Promise<{ device: Device; why: string[] }> {
  const why: string[] = []
  for (const create of [() => createWebGpuDevice(webgpu), () => createWasmDevice(wasm)]) {
    try {
      return { device: await create(), why }
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      why.push(error.message)
    }
  }
  return { device: cpu, why }
}
