import { cpu, type Device, DeviceError, setDefaultDevice } from '@rungs/autograd'
import { createWebGpuDevice, type WebGpuOptions } from '@rungs/kernels-webgpu'

/** Where arrays are made from now on. */
export interface Initialised {
  readonly device: Device
  /** For people: which device, and where it is not a GPU, why. */
  readonly description: string
}

/**
 * Find the fastest device and make it the default: WebGPU on hardware, else the processor. Never throws for lack of a GPU.
 * @param options as `createWebGpuDevice` takes them: a software adapter only with `{ software: true }`, or handed in as
 * `{ gpu }`.
 */
export async function init(options: WebGpuOptions = {}): Promise<Initialised> {
  const { device, why } = await findDevice(options)
  setDefaultDevice(device)
  return { device, description: `${device.name}: ${device.description}${why}` }
}

async function findDevice(options: WebGpuOptions): Promise<{ device: Device; why: string }> {
  try {
    return { device: await createWebGpuDevice(options), why: '' }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    return { device: cpu, why: ` (${error.message})` }
  }
}
