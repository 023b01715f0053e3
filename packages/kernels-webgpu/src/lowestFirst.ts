/** A binary heap: gives the item with the lowest number first, and takes items in any order. */
export class LowestFirst<T> {
  private items: T[] = []
  private readonly numberOf: (item: T) => number

  constructor(numberOf: (item: T) => number) {
    this.numberOf = numberOf
  }

  get size(): number {
    return this.items.length
  }

  push(item: T): void {
    const { items, numberOf } = this
    const number = numberOf(item)
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (numberOf(items[above]!) <= number) break
      items[at] = items[above]!
      at = above
    }
    items[at] = item
  }

  pop(): T | undefined {
    const { items, numberOf } = this
    const lowest = items[0]
    const item = items.pop()
    if (item === undefined || items.length === 0) return lowest
    const number = numberOf(item)
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && numberOf(items[below + 1]!) < numberOf(items[below]!)) below++
      if (numberOf(items[below]!) >= number) break
      items[at] = items[below]!
      at = below
    }
    items[at] = item
    return lowest
  }

  /** Keep only some items; one look at each. */
  keep(isKept: (item: T) => boolean): void {
    const { numberOf } = this
    // In order, a list is a heap.
    this.items = this.items.filter(isKept).sort((a, b) => numberOf(a) - numberOf(b))
  }
}
