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

/** The parts of modules that keep them in a Map, in place of fields. */
export const partsOf: WeakMap<object, Map<string, unknown>> = new WeakMap()

/** What a container holds by key, or a module in its fields by name. */
export function entriesOf(holder: object): readonly Named<unknown>[] {
  const map = holder instanceof Map ? holder : partsOf.get(holder)
  if (map !== undefined) return Array.from(map, ([key, value]) => [String(key), value])
  const entries = Object.entries(holder)
  return isContainer(holder) ? entries : entries.map(([field, value]) => [fieldName(field), value])
}

const fieldNames = new Map<string, string>()

/**
 * A field's name as PyTorch's users write it, which state dicts and printed modules show: camelCase becomes snake_case
 * (`inProjWeight` is `in_proj_weight`, `weightIhL0Reverse` is `weight_ih_l0_reverse`); names with a capital in front or with
 * an underscore stay (`W1`, `lm_head`). Keys of Maps and plain objects are data, and stay too.
 */
export function fieldName(field: string): string {
  let name = fieldNames.get(field)
  if (name === undefined) {
    name = /^[a-z][a-zA-Z0-9]*$/.test(field) ? field.replaceAll(WORDS, '_').toLowerCase() : field
    fieldNames.set(field, name)
  }
  return name
}

/** Where a word begins: a capital after a small letter or digit, or before a small letter at the end of an acronym. */
const WORDS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g
