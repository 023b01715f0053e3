/**
 * A map that forgets what has not been asked for in a long while: it keeps the last `size` keys that were set or found,
 * and at most twice as many. Two plain maps take turns, which costs less than an order of use.
 */
export class Recent<K, V extends {}> {
  private young = new Map<K, V>()
  private old = new Map<K, V>()
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  get(key: K): V | undefined {
    const found = this.young.get(key)
    if (found !== undefined) return found
    const before = this.old.get(key)
    if (before !== undefined) this.set(key, before)
    return before
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.size) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
  }

  clear(): void {
    this.young.clear()
    this.old.clear()
  }
}

/** Kernels that each family keeps compiled: a large model takes some hundreds. */
export const KEPT_KERNELS = 1024
