import { DeviceError } from '@rungs/ndarray'
import type { Encoder, Watcher } from './encoder.ts'

/**
 * Run a function while a watcher looks on; what other code records on the device meanwhile is seen too.
 * @throws {DeviceError} when somebody looks on already.
 */
export async function watching(
  encoder: Encoder,
  watcher: Watcher,
  operation: string,
  fn: () => unknown,
): Promise<void> {
  if (encoder.watcher !== null || encoder.rehearsing) {
    throw new DeviceError(
      `${operation}: profile, explain and warmup of one device take turns: await the other one first`,
    )
  }
  encoder.watcher = watcher
  try {
    const result = fn()
    if (result instanceof Promise) await result
  } finally {
    encoder.watcher = null
  }
}
