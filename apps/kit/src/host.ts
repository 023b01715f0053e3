import { type Device, RungsError } from '@rungs/ndarray'
import type { Item } from './item.ts'

export const deviceNames = ['cpu', 'wasm', 'webgpu'] as const
export type DeviceName = (typeof deviceNames)[number]

/** Where a lesson runs: a terminal, a page, a test. */
export interface Host {
  /** Draws an item; one with an id that came before takes the place of that one. */
  show(item: Item): void
  /**
   * The device of that name, the same one each time.
   * @throws {DeviceError} where there is none; the message says why.
   */
  openDevice(name: DeviceName): Promise<Device>
}

let current: Host | null = null
let shown = 0

/** From now on lessons show things on `host`, and count their items from 1. */
export function setHost(host: Host): void {
  current = host
  shown = 0
}

/** @throws {RungsError} where nobody has set one. */
export function host(): Host {
  if (current !== null) return current
  throw new RungsError('a lesson shows things on a host: run it with `pnpm lesson`, or call setHost first')
}

/** For an item that comes from elsewhere than the functions that show things, such as the console. */
export const nextId = (): number => ++shown
