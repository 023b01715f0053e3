/**
 * A binary heap: gives the item with the lowest number first, and takes items in any order. One that comes back as the
 * lowest, as in a steady loop, waits before the heap and moves nothing.
 */
export class LowestFirst<T extends {}> {
  private items: T[] = []
  private first: T | null = null
  private readonly numberOf: (item: T) => number

  constructor(numberOf: (item: T) => number) {
    this.numberOf = numberOf
  }

  get size(): number {
    return this.items.length + (this.first === null ? 0 : 1)
  }

  push(item: T): void {
    const { items, first, numberOf } = this
    const lowest = first ?? items[0]
    if (lowest !== undefined && numberOf(item) > numberOf(lowest)) {
      this.rise(item)
      return
    }
    this.first = item
    if (first !== null) this.rise(first)
  }

  pop(): T | undefined {
    const { first, items } = this
    if (first !== null) {
      this.first = null
      return first
    }
    const lowest = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.sink(last)
    return lowest
  }

  /** Keep only some items; one look at each. */
  keep(isKept: (item: T) => boolean): void {
    const { first, items, numberOf } = this
    const all = first === null ? items : [first, ...items]
    this.first = null
    // In order, a list is a heap.
    this.items = all.filter(isKept).sort((a, b) => numberOf(a) - numberOf(b))
  }

  private rise(item: T): void {
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

  /** Put an item in the place of the lowest. */
  private sink(item: T): void {
    const { items, numberOf } = this
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
  }
}
