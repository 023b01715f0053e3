/** Entries of one memory; the oldest goes first. */
const MOST = 64

/** The value under a key, made when it is first asked for. */
export function cached<V>(memory: Map<string, V>, key: string, make: () => V): V {
  let value = memory.get(key)
  if (value === undefined) {
    value = make()
    if (memory.size === MOST) memory.delete(memory.keys().next().value!)
    memory.set(key, value)
  }
  return value
}
