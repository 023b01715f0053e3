/** Up to this many keys, taking one after another to its place is faster than counting digits. */
const SMALL = 64
/** From this many on, three digits of 11 bits are faster than four of 8: fewer passes, though more buckets to clear. */
const LARGE = 4096
const MAX_DIGIT_BITS = 11

/** Keys, and what moves with them; the spare arrays take turns with them. */
export interface SortSpace {
  readonly size: number
  keys: Uint32Array
  order: Int32Array
  spareKeys: Uint32Array
  spareOrder: Int32Array
  /** By digit: how many keys have it, then where the next of them goes. */
  readonly places: Int32Array
}

export const createSortSpace = (size: number): SortSpace => ({
  size,
  keys: new Uint32Array(size),
  order: new Int32Array(size),
  spareKeys: new Uint32Array(size),
  spareOrder: new Int32Array(size),
  places: new Int32Array(2 ** MAX_DIGIT_BITS),
})

/** Sort the first `count` keys of `space`, and `order` with them; equal keys stay as they are. */
export function sortByKeys(space: SortSpace, count: number): void {
  if (count <= SMALL) insertionSort(space.keys, space.order, count)
  else radixSort(space, count)
}

function insertionSort(keys: Uint32Array, order: Int32Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const key = keys[i]!
    const moved = order[i]!
    let at = i
    for (; at > 0 && keys[at - 1]! > key; at--) {
      keys[at] = keys[at - 1]!
      order[at] = order[at - 1]!
    }
    keys[at] = key
    order[at] = moved
  }
}

/** By the lowest digit, then the next, each time keeping the order so far; a digit that all keys share is passed over. */
function radixSort(space: SortSpace, count: number): void {
  const bits = count < LARGE ? 8 : MAX_DIGIT_BITS
  const mask = 2 ** bits - 1
  for (let shift = 0; shift < 32; shift += bits) {
    const { keys, order, spareKeys, spareOrder, places } = space
    countDigits(keys, places, shift, mask, count)
    if (places[(keys[0]! >>> shift) & mask] === count) continue
    for (let digit = 0, next = 0; digit <= mask; digit++) {
      const size = places[digit]!
      places[digit] = next
      next += size
    }
    distribute(keys, order, spareKeys, spareOrder, places, shift, mask, count)
    space.keys = spareKeys
    space.order = spareOrder
    space.spareKeys = keys
    space.spareOrder = order
  }
}

function countDigits(keys: Uint32Array, counts: Int32Array, shift: number, mask: number, count: number): void {
  counts.fill(0, 0, mask + 1)
  for (let i = 0; i < count; i++) counts[(keys[i]! >>> shift) & mask]!++
}

/** Each key to the next place of its digit. */
function distribute(
  keys: Uint32Array,
  order: Int32Array,
  toKeys: Uint32Array,
  toOrder: Int32Array,
  places: Int32Array,
  shift: number,
  mask: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const key = keys[i]!
    const digit = (key >>> shift) & mask
    const at = places[digit]!
    places[digit] = (at + 1) | 0
    toKeys[at] = key
    toOrder[at] = order[i]!
  }
}
