import { type DType, isFloat, type TypedArray } from '../dtype.ts'

/** The memory of an array as its bits: a byte, or words of 32 bits, two for an element of 64. */
export const bitsOf = (array: TypedArray): Uint8Array | Uint32Array =>
  array.BYTES_PER_ELEMENT === 1
    ? (array as Uint8Array)
    : new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4)

const SIGN = 0x80000000 | 0
const MAGNITUDE = 0x7fffffff
const INFINITY = 0x7f800000
/** Of every NaN. */
const LARGEST = -1

/** Elements along a line of memory. */
export interface Line {
  readonly bits: Uint8Array | Uint32Array
  readonly start: number
  readonly step: number
  readonly count: number
}

/**
 * Keys are unsigned integers that stand in the order of the elements. Every NaN is the largest key, both zeros are one, and
 * keys for a descending sort are complements, so that a stable ascending sort of them keeps the order of equal elements.
 */
export function fillKeys(
  keys: Uint32Array,
  { bits, start, step, count }: Line,
  dtype: DType,
  descending: boolean,
): void {
  const flip = descending ? -1 : 0
  if (!isFloat(dtype)) {
    const sign = signOf(dtype) ^ flip
    for (let i = 0, at = start; i < count; i++, at += step) keys[i] = bits[at]! ^ sign
    return
  }
  for (let i = 0, at = start; i < count; i++, at += step) {
    const word = bits[at]! | 0
    const magnitude = word & MAGNITUDE
    const ordered = word < 0 && magnitude !== 0 ? ~word : magnitude | SIGN
    keys[i] = (magnitude > INFINITY ? LARGEST : ordered) ^ flip
  }
}

/**
 * The elements of sorted keys, to `to`: faster than fetching each from where it stood, which is done where a key does not
 * tell them apart, of NaNs and of zeros.
 */
export function elementsOf(
  keys: Uint32Array,
  order: Int32Array,
  to: Line,
  from: Line,
  dtype: DType,
  descending: boolean,
): void {
  const { bits, start, step, count } = to
  const flip = descending ? -1 : 0
  if (!isFloat(dtype)) {
    const sign = signOf(dtype) ^ flip
    for (let i = 0, at = start; i < count; i++, at += step) bits[at] = keys[i]! ^ sign
    return
  }
  for (let i = 0, at = start; i < count; i++, at += step) {
    const key = keys[i]! ^ flip
    if (key === LARGEST || key === SIGN) bits[at] = from.bits[from.start + order[i]! * from.step]!
    else bits[at] = key < 0 ? key & MAGNITUDE : ~key
  }
}

const signOf = (dtype: DType): number => (dtype === 'int32' ? SIGN : 0)

/** As `fillKeys`, for elements of 64 bits: two keys each, the upper one deciding first. */
export function fillDoubleKeys(
  upper: Uint32Array,
  lower: Uint32Array,
  { bits, start, step, count }: Line,
  descending: boolean,
): void {
  const flip = descending ? -1 : 0
  for (let i = 0, at = 2 * start; i < count; i++, at += 2 * step) {
    const low = bits[at]! | 0
    const high = bits[at + 1]! | 0
    const magnitude = high & MAGNITUDE
    const isNaN = magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && low !== 0)
    const isNegative = high < 0 && (magnitude | low) !== 0
    upper[i] = (isNaN ? LARGEST : isNegative ? ~high : magnitude | SIGN) ^ flip
    lower[i] = (isNaN ? LARGEST : isNegative ? ~low : low) ^ flip
  }
}

/** Elements of 64 bits from where they stood. */
export function doubleElementsOf(order: Int32Array, to: Line, from: Line): void {
  for (let i = 0, at = 2 * to.start; i < to.count; i++, at += 2 * to.step) {
    const source = 2 * (from.start + order[i]! * from.step)
    to.bits[at] = from.bits[source]!
    to.bits[at + 1] = from.bits[source + 1]!
  }
}
