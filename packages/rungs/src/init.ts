import { cpu, type Device, DeviceError, setDefaultDevice } from '@rungs/autograd'
import { createWebGpuDevice, type WebGpuOptions } from '@rungs/kernels-webgpu'

export interface InitOptions extends WebGpuOptions {
  /** Where arrays are to be made; without it the fastest that there is: hardware WebGPU, then the processor. */
  readonly prefer?: 'webgpu' | 'cpu'
}

/** Where arrays are made from now on, and why there. */
export interface Initialised {
  readonly device: Device
  /** For people: `webgpu (…)`, or `cpu (…)` with the reason why it is not faster. */
  readonly description: string
}

/**
 * Choose the fastest device and make it the default: WebGPU on hardware, else the processor. A software adapter is taken
 * only where it is asked for, with `{ software: true }` or by handing over `{ gpu }`. Never throws for lack of a GPU.
 */
export async function init({ prefer = 'webgpu', ...options }: InitOptions = {}): Promise<Initialised> {
  if (prefer === 'cpu') return settle(cpu, '')
  try {
    return settle(await createWebGpuDevice(options), '')
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    return settle(cpu, `; no webgpu: ${error.message}`)
  }
}

function settle(device: Device, reason: string): Initialised {
  setDefaultDevice(device)
  return { device, description: `${device.name} (${device.description})${reason}` }
}
