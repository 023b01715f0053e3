/** What modules are made of, by name: fields, and what arrays, Maps and plain objects in fields hold. */
export type Named<T> = readonly [name: string, value: T]

/**
 * Everything in the own fields of `holder` that `belongs`, in the order of declaration. Arrays, Maps and plain objects are
 * looked into at any depth, and their keys become part of the name: `layers.0`, `heads.left`. `#private` fields cannot be
 * seen.
 */
export function* members<T extends object>(
  holder: object,
  belongs: (value: object) => value is T,
): Generator<Named<T>, void, undefined> {
  const open = new Set<object>()
  function* visit(name: string, value: unknown): Generator<Named<T>, void, undefined> {
    if (typeof value !== 'object' || value === null) return
    if (belongs(value)) yield [name, value]
    else if (isContainer(value) && !open.has(value)) {
      open.add(value)
      for (const [key, part] of entriesOf(value)) yield* visit(`${name}.${key}`, part)
      open.delete(value)
    }
  }
  for (const [key, value] of entriesOf(holder)) yield* visit(key, value)
}

/** Whether a field's value is looked into: an array, a Map or a plain object. */
export function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value) || value instanceof Map) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function entriesOf(container: object): Iterable<Named<unknown>> {
  return container instanceof Map
    ? Array.from(container, ([key, value]) => [String(key), value] as const)
    : Object.entries(container)
}
