import { type DType, dtypes, isFloat, type TypedArray } from '../dtype.ts'

/** Unsigned integers that stand in the order of the elements: of 32 bits, or two of them for 64. */
export interface SortKeys {
  readonly high: Uint32Array
  readonly low: Uint32Array | null
}

/** The memory of an array as its bits: a byte, or words of 32 bits, two for an element of 64. */
export const bitsOf = (array: TypedArray): Uint8Array | Uint32Array =>
  array.BYTES_PER_ELEMENT === 1
    ? (array as Uint8Array)
    : new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4)

const SIGN = 0x80000000
const MAGNITUDE = 0x7fffffff

/**
 * The keys of `count` elements from `start` on, `step` apart. Every NaN is the largest key, both zeros are one, and
 * descending keys are complements, so that a stable ascending sort of them keeps the order of equal elements.
 */
export function fillKeys(
  keys: SortKeys,
  bits: Uint8Array | Uint32Array,
  dtype: DType,
  start: number,
  step: number,
  count: number,
  descending: boolean,
): void {
  const flip = descending ? -1 : 0
  if (dtypes[dtype].bytes === 8) {
    fillDoubleKeys(keys, bits, start, step, count, flip)
    return
  }
  const { high } = keys
  if (!isFloat(dtype)) {
    const sign = dtype === 'int32' ? SIGN ^ flip : flip
    for (let i = 0, at = start; i < count; i++, at += step) high[i] = bits[at]! ^ sign
    return
  }
  for (let i = 0, at = start; i < count; i++, at += step) {
    const word = bits[at]! | 0
    const magnitude = word & MAGNITUDE
    const ordered = word < 0 && magnitude !== 0 ? ~word : magnitude | SIGN
    high[i] = (magnitude > 0x7f800000 ? -1 : ordered) ^ flip
  }
}

function fillDoubleKeys(
  { high, low }: SortKeys,
  bits: Uint8Array | Uint32Array,
  start: number,
  step: number,
  count: number,
  flip: number,
): void {
  for (let i = 0, at = 2 * start; i < count; i++, at += 2 * step) {
    const lower = bits[at]! | 0
    const upper = bits[at + 1]! | 0
    const magnitude = upper & MAGNITUDE
    const isNaN = magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && lower !== 0)
    const isNegative = upper < 0 && (magnitude | lower) !== 0
    high[i] = (isNaN ? -1 : isNegative ? ~upper : magnitude | SIGN) ^ flip
    low![i] = (isNaN ? -1 : isNegative ? ~lower : lower) ^ flip
  }
}
