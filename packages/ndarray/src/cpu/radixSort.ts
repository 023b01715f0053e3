/** Below this, taking one key after another to its place is faster than counting digits. */
const SMALL = 64
const DIGIT_BITS = 8
const DIGITS = 32 / DIGIT_BITS
const BUCKETS = 2 ** DIGIT_BITS

/** Keys, and what moves with them; the spare arrays take turns with them. */
export interface SortSpace {
  readonly size: number
  keys: Uint32Array
  order: Int32Array
  spareKeys: Uint32Array
  spareOrder: Int32Array
  readonly counts: Uint32Array
}

export const createSortSpace = (size: number): SortSpace => ({
  size,
  keys: new Uint32Array(size),
  order: new Int32Array(size),
  spareKeys: new Uint32Array(size),
  spareOrder: new Int32Array(size),
  counts: new Uint32Array(DIGITS * BUCKETS),
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
  const { counts } = space
  countDigits(space.keys, counts, count)
  for (let digit = 0; digit < DIGITS; digit++) {
    const first = digit * BUCKETS
    const shift = digit * DIGIT_BITS
    if (counts[first + ((space.keys[0]! >>> shift) & (BUCKETS - 1))] === count) continue
    for (let bucket = first, next = 0; bucket < first + BUCKETS; bucket++) {
      const size = counts[bucket]!
      counts[bucket] = next
      next += size
    }
    const { keys, order, spareKeys, spareOrder } = space
    distribute(keys, order, spareKeys, spareOrder, counts, first, shift, count)
    space.keys = spareKeys
    space.order = spareOrder
    space.spareKeys = keys
    space.spareOrder = order
  }
}

/** How many keys have which digit, for all digits at once: moving keys does not change it. */
function countDigits(keys: Uint32Array, counts: Uint32Array, count: number): void {
  counts.fill(0)
  for (let i = 0; i < count; i++) {
    const key = keys[i]!
    counts[key & 255]!++
    counts[256 + ((key >>> 8) & 255)]!++
    counts[512 + ((key >>> 16) & 255)]!++
    counts[768 + (key >>> 24)]!++
  }
}

/** Each key to the next place of its digit. */
function distribute(
  keys: Uint32Array,
  order: Int32Array,
  toKeys: Uint32Array,
  toOrder: Int32Array,
  places: Uint32Array,
  first: number,
  shift: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const key = keys[i]!
    const at = places[first + ((key >>> shift) & (BUCKETS - 1))]!++
    toKeys[at] = key
    toOrder[at] = order[i]!
  }
}
