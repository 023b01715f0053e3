import { type Device, manualSeed, setDefaultDevice } from '@rungs/ndarray'
import { type DeviceName, type Host, setHost } from './host.ts'

export interface RunOptions {
  readonly device: DeviceName
  readonly seed: number
}

/**
 * Runs a lesson: opens the device, makes arrays there, seeds, and only then evaluates the module.
 * @param load imports it: `() => import('../01-vectorise/lesson.ts')`.
 * @returns what the lesson exports.
 * @throws {DeviceError} where there is no such device, and what the lesson throws.
 */
export async function runLesson<T>(host: Host, { device, seed }: RunOptions, load: () => Promise<T>): Promise<T> {
  setHost(host)
  const opened: Device = await host.openDevice(device)
  const before = setDefaultDevice(opened)
  try {
    manualSeed(seed)
    return await load()
  } finally {
    setDefaultDevice(before)
  }
}
