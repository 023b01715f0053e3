import type { Device, DeviceBuffer, MemoryUsage } from './device.ts'
import { type DType, dtypes } from './dtype.ts'
import { DeviceError, DTypeError } from './errors.ts'

/** Up to this, arrays on a processor share slabs and are not counted singly: registering one costs more than using it. */
export const SMALL_BYTES = 16384
const BALLAST_BYTES = 33 * 2 ** 20
const LARGE_BYTES = 2 ** 16
/** Bytes of arrays that may be made after as many were given back, without the engine feeling them. */
const MOST_UNFELT = 512 * 2 ** 20

let ballast: ArrayBuffer | null = null
let ballastLeft = 0
let created = 0
/** Storages made so far: those made from now on have larger ids. */
export const storagesMade = (): number => created

/** Where storages up to `number` are to stay as they are. */
let preserved: { readonly device: Device; readonly number: number; readonly newViews: WeakSet<object> } | null = null

/**
 * Run `fn` without letting it dispose of what is on a device by now, or count changes in place of it: for a device that is
 * called and computes nothing.
 */
export function preservingStorages<T>(device: Device, fn: () => T): T {
  const outer = preserved
  preserved = { device, number: created, newViews: new WeakSet() }
  try {
    return fn()
  } finally {
    preserved = outer
  }
}

/** What outlives a storage until its finaliser runs, which synchronous code puts off: never memory of the engine's own. */
interface Held {
  readonly device: Pick<Device, 'release'> | null
  readonly usage: MemoryUsage
  readonly bytes: number
  buffer: DeviceBuffer | null
  gone: boolean
}

/** One for everything: engines run the finalisers of each registry in a turn of its own. */
const registry = new FinalizationRegistry<Held>(forget)

function forget(held: Held): void {
  if (held.gone) return
  held.gone = true
  countMemory(held.usage, -1, -held.bytes)
  if (held.buffer !== null) held.device?.release(held.buffer)
  held.buffer = null
}

/** Count `bytes` that storages share as one array, until nobody holds `holder`; then `buffer` goes back to its device. */
export function countWhileHeld(
  holder: object,
  usage: MemoryUsage,
  bytes: number,
  device: Pick<Device, 'release'> | null = null,
  buffer: DeviceBuffer | null = null,
): void {
  countMemory(usage, 1, bytes)
  registry.register(holder, { device, usage, bytes, buffer, gone: false })
}

/**
 * Give back what the engine has found dead, in the middle of synchronous code. `cleanupSome` is what some engines have for
 * that (a withdrawn proposal, so no engine must); a device that can find it hands it in.
 */
export const finalizeDead = (cleanupSome: (this: FinalizationRegistry<unknown>) => void): void =>
  cleanupSome.call(registry as FinalizationRegistry<unknown>)

/** Storages made while a scope is open are remembered in it; see `tidy`. */
export interface Scope {
  readonly storages: Set<Storage>
}
let scope: Scope | null = null
export const currentScope = (): Scope | null => scope
export function setScope(next: Scope | null): Scope | null {
  const previous = scope
  scope = next
  return previous
}

/** Memory that views share. It lives until its last view is collected, or is released before. */
export class Storage {
  readonly device: Device
  readonly dtype: DType
  /** Elements. */
  readonly size: number
  /** Grows with each change in place; autograd compares it. */
  version = 0
  /** Views made and not disposed. */
  views = 0
  /** Gradients on their way that live here, while the backward pass that made this storage runs. */
  pins = 0
  /** Number in the order of making. */
  readonly id: number
  private memory: DeviceBuffer | null
  /** Null for small arrays, which are not counted singly. */
  private readonly held: Held | null
  /** Never read: it makes the engine feel memory that it cannot see, and so collect. */
  readonly ballast: ArrayBuffer | null

  /** @throws {DTypeError | DeviceError} when the device does not take the dtype or the size. */
  constructor(device: Device, dtype: DType, size: number) {
    const bytes = size * dtypes[dtype].bytes
    if (!device.dtypes.has(dtype)) {
      throw new DTypeError(
        `${device.name} has no ${dtype} (${device.description}); it has ${[...device.dtypes].join(', ')}`,
      )
    }
    if (bytes > device.maxBytes) {
      throw new DeviceError(
        `${device.name}: an array of ${size} ${dtype} elements takes ${bytes} bytes, the limit is ${device.maxBytes}`,
      )
    }
    this.device = device
    this.dtype = dtype
    this.size = size
    this.id = ++created
    this.memory = device.allocate(dtype, size)
    this.ballast = device.ownsMemory ? weigh(bytes) : null
    this.held = null
    if (bytes > (device.slabBytes ?? -1)) {
      this.held = { device, usage: device.usage, bytes, buffer: device.ownsMemory ? this.memory : null, gone: false }
      countMemory(device.usage, 1, bytes)
      registry.register(this, this.held)
    }
    scope?.storages.add(this)
  }

  /** @throws {DeviceError} after release. */
  get buffer(): DeviceBuffer {
    if (this.memory === null) {
      throw new DeviceError('this array has been disposed: its memory is gone; keep it, or clone it')
    }
    return this.memory
  }

  /** A view is made. */
  addView(view: object): void {
    this.views++
    preserved?.newViews.add(view)
  }

  /** A view is disposed of; false where it is to stay. */
  dropView(view: object): boolean {
    if (this.isPreserved && preserved?.newViews.has(view) !== true) return false
    if (--this.views === 0) this.release()
    return true
  }

  private get isPreserved(): boolean {
    return preserved !== null && this.device === preserved.device && this.id <= preserved.number
  }

  /** Count a change in place. */
  changed(): void {
    if (!this.isPreserved) this.version++
  }

  get released(): boolean {
    return this.memory === null
  }

  /** Give the memory back now, whoever still looks at it: they get a `DeviceError`. */
  release(): void {
    if (this.memory === null || this.isPreserved) return
    this.device.release(this.memory)
    this.memory = null
    if (this.held === null) return
    if (this.ballast !== null && this.held.bytes >= LARGE_BYTES) lighten(this.held.bytes)
    this.held.buffer = null
    forget(this.held)
  }
}

function countMemory(usage: MemoryUsage, arrays: number, bytes: number): void {
  usage.arrays += arrays
  usage.bytes += bytes
  if (usage.bytes > usage.peakBytes) usage.peakBytes = usage.bytes
}

/** One untouched buffer is shared until its size is used up: one for each array costs more than the array. */
function weigh(bytes: number): ArrayBuffer {
  if (ballast === null || ballastLeft < bytes) {
    ballast = new ArrayBuffer(BALLAST_BYTES)
    ballastLeft = Math.max(BALLAST_BYTES, bytes)
  }
  ballastLeft -= bytes
  return ballast
}

/**
 * What is given back by hand, the engine need not feel: a program that disposes of large arrays is not made to collect.
 * Among small ones there are others that nobody disposes of, and collecting brings them back.
 */
function lighten(bytes: number): void {
  ballastLeft = Math.min(ballastLeft + bytes, MOST_UNFELT)
}
