import type { WasmDevice } from '@rungs/kernels-wasm'
import type { WebGpuDevice } from '@rungs/kernels-webgpu'
import { type Device, DeviceError } from '@rungs/ndarray'
import { type DeviceName, host } from './host.ts'

interface Devices {
  readonly cpu: Device
  readonly wasm: WasmDevice
  readonly webgpu: WebGpuDevice
}

/** The device of that name; null where there is none, which is said on the console with the reason. */
export async function findDevice<N extends DeviceName>(name: N): Promise<Devices[N] | null> {
  try {
    return (await host().openDevice(name)) as Devices[N]
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    console.log(`There is no ${name} here: ${error.message}`)
    return null
  }
}
