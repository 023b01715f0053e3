import { Buffer, isBuffer } from './buffer.ts'
import { isContainer, partsOf } from './members.ts'
import { Module } from './module.ts'
import { isParameter, Parameter } from './parameter.ts'

/**
 * A module with the same values in parameters and buffers of its own, as Python's `copy.deepcopy`: what stands in several places
 * does so in the copy. Gradients and hooks stay behind; what is neither module, parameter, buffer nor container is shared.
 * `#private` fields cannot be seen, so classes that have them cannot be copied.
 */
export const deepCopy = <M extends Module>(module: M): M => copyOf(module, new Map()) as M

function copyOf(value: unknown, done: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = done.get(value)
  if (known !== undefined) return known
  const keep = <T extends object>(copy: T): T => {
    done.set(value, copy)
    return copy
  }
  if (isParameter(value)) return keep(new Parameter(value.detach().clone(), value.requiresGrad))
  if (isBuffer(value)) return keep(new Buffer(value.detach().clone(), value))
  if (value instanceof Map) {
    const copy = keep(new Map<unknown, unknown>())
    for (const [key, part] of value) copy.set(key, copyOf(part, done))
    return copy
  }
  if (!(value instanceof Module) && !isContainer(value)) return value
  const copy = keep(
    Array.isArray(value) ? [] : (Object.create(Object.getPrototypeOf(value) as object | null) as object),
  )
  const parts = partsOf.get(value)
  if (parts !== undefined) partsOf.set(copy, copyOf(parts, done) as typeof parts)
  // The forward that runs hooks is not enumerable, and not copied.
  for (const [key, part] of Object.entries(value)) Reflect.set(copy, key, copyOf(part, done))
  return copy
}
