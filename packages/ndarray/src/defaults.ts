import { cpu } from './cpu/device.ts'
import type { Device } from './device.ts'
import { DeviceError } from './errors.ts'

let current: Device = cpu

/** Where arrays are made when nothing else is said. */
export const defaultDevice = (): Device => current

/** From now on arrays are made on `device`; gives the one before. */
export function setDefaultDevice(device: Device): Device {
  const previous = current
  current = checkDevice(device)
  return previous
}

/** @throws {DeviceError} unless it is a device. */
export function checkDevice(device: Device): Device {
  if (typeof device === 'object' && device !== null && typeof device.allocate === 'function') return device
  throw new DeviceError(
    `unknown device '${String(device)}': a device is a value, not a name; there are cpu and, from ` +
      '@rungs/kernels-webgpu, await createWebGpuDevice()',
  )
}
