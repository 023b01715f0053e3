import { DeviceError } from '@rungs/ndarray'
import type { Encoder, Watcher } from './encoder.ts'

/** Lets what looks on, or rehearses, have a device to itself from its beginning to its end. */
export class Turns {
  private taken = false

  /** @throws {DeviceError} while another one runs. */
  async take<T>(operation: string, run: () => Promise<T>): Promise<T> {
    if (this.taken) {
      throw new DeviceError(
        `${operation}: profile, explain and warmup of one device take turns: await the other one first`,
      )
    }
    this.taken = true
    try {
      return await run()
    } finally {
      this.taken = false
    }
  }
}

/** Run a function while a watcher looks on; what other code records on the device meanwhile is seen too. */
export async function watching(encoder: Encoder, watcher: Watcher, fn: () => unknown): Promise<void> {
  encoder.watcher = watcher
  try {
    const result = fn()
    if (result instanceof Promise) await result
  } finally {
    encoder.watcher = null
  }
}
