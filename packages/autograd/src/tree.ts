import { Tensor } from './tensor.ts'

/** Tensors in arrays, Maps, Sets and plain objects of any depth, each once, in the order in which they stand there. */
export function tensorsIn(value: unknown, into: Tensor[] = [], seen: Set<unknown> = new Set()): Tensor[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return into
  seen.add(value)
  if (value instanceof Tensor) into.push(value)
  else if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    for (const child of value.values()) tensorsIn(child, into, seen)
  } else if (isPlain(value)) {
    for (const child of Object.values(value)) tensorsIn(child, into, seen)
  }
  return into
}

/** The tensors of a structure one by one, the same one as often as it stands there: in step with `mapTensors`. */
export function leavesOf(value: unknown): Tensor[] {
  const leaves: Tensor[] = []
  mapTensors(value, (x) => {
    leaves.push(x)
    return x
  })
  return leaves
}

/** The same structure with `fn` of each tensor in its place; what is no tensor stays. */
export function mapTensors<T>(value: T, fn: (x: Tensor) => Tensor): T
export function mapTensors(value: unknown, fn: (x: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return fn(value)
  if (Array.isArray(value)) return value.map((child) => mapTensors(child, fn))
  if (value instanceof Map) return new Map(Array.from(value, ([key, child]) => [key, mapTensors(child, fn)]))
  if (value instanceof Set) return new Set(Array.from(value, (child) => mapTensors(child, fn)))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapTensors(child, fn)]))
}

export const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype
