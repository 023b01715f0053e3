import { defaultDevice } from './defaults.ts'
import type { Device, MemoryUsage } from './device.ts'
import { RungsError } from './errors.ts'
import { Storage, setScope } from './storage.ts'

/** What arrays take on a device now, and took at most; exact once the event loop has turned after a collection. */
export const memory = (device: Device = defaultDevice()): MemoryUsage => ({ ...device.usage })

/** Something that holds memory: an array, or (in higher layers) a tensor. */
interface HoldsStorage {
  readonly storage: Storage
}

/**
 * Run `body` and release, when it ends, every array made in it that its result does not hold. Results may be arrays,
 * and arrays, Maps or plain objects of them.
 * @throws {RungsError} where `body` returns a promise: what it still needs cannot be known.
 */
export function tidy<T>(body: () => T): T {
  const scope = { storages: new Set<Storage>() }
  const outer = setScope(scope)
  let result: T
  try {
    result = body()
  } catch (error) {
    setScope(outer)
    for (const storage of scope.storages) storage.release()
    throw error
  }
  setScope(outer)
  if (result instanceof Promise) throw new RungsError('tidy: the function must be synchronous; it returned a promise')
  const kept = new Set<Storage>()
  collectStorages(result, kept, new Set())
  for (const storage of scope.storages) {
    if (!kept.has(storage)) storage.release()
    else outer?.storages.add(storage)
  }
  return result
}

function collectStorages(value: unknown, into: Set<Storage>, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (holdsStorage(value)) into.add(value.storage)
  else if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    for (const child of value.values()) collectStorages(child, into, seen)
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const child of Object.values(value)) collectStorages(child, into, seen)
  }
}

const holdsStorage = (value: object): value is HoldsStorage => 'storage' in value && value.storage instanceof Storage
