import type { DType, TypedArray } from './module.ts'

export const typedArrays: { readonly [D in DType]: new (values: readonly number[] | number) => TypedArray } = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

/** The nearest number of a float dtype, ties to even. */
export const rounded = (value: number, dtype: DType): number =>
  dtype === 'float32' ? Math.fround(value) : dtype === 'float16' ? toHalf(value) : value

function toHalf(value: number): number {
  if (!Number.isFinite(value)) return value
  const step = ulp(value, 'float16')
  const places = Math.abs(value) / step
  const down = Math.floor(places)
  const up = places - down > 0.5 || (places - down === 0.5 && down % 2 === 1)
  const nearest = (down + (up ? 1 : 0)) * step
  return (value < 0 || Object.is(value, -0) ? -1 : 1) * (nearest > 65504 ? infinity : nearest)
}

export const isFloat = (dtype: DType): boolean => dtype.startsWith('float')

/** Digits behind the leading one, and the exponent of the smallest normal number. */
const floatFormats: { readonly [D in DType]?: readonly [number, number] } = {
  float64: [52, -1022],
  float32: [23, -126],
  float16: [10, -14],
}

const withSigns = (values: readonly number[]): number[] => values.flatMap((value) => [value, -value])

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number

/** What both float dtypes must get right: halves to round, integers at the edge of int32 and uint32, arguments of functions. */
const floats = [
  0,
  infinity,
  0.1,
  0.25,
  0.5,
  0.75,
  1,
  1.5,
  2,
  2.5,
  3,
  3.5,
  4,
  7,
  10,
  31,
  32,
  100,
  127.5,
  255,
  256,
  1000.5,
  1e-3,
  1e-10,
  1e10,
  Math.PI,
  Math.PI / 2,
  Math.E,
  14.9,
  15.1,
  16.75,
  20,
  65536,
  2147483520,
  2147483648,
  4294967040,
  4294967296,
]

/** Values at which operators have corners, by dtype. */
export const specialValues: { readonly [D in DType]: readonly number[] } = {
  float32: [
    nan,
    ...withSigns([
      ...floats,
      ...[0.49999997, 1.0000001, 0.99999994, 8388607.5, 8388609, 16777215, 87, 88.5, 88.8, 103, 104.5],
      // Smallest and largest subnormal, smallest normal, largest: 2^-149, 2^-126 - 2^-149, 2^-126, (2 - 2^-23) 2^127.
      ...[2 ** -149, 2 ** -126 - 2 ** -149, 2 ** -126, 2 ** -100, 2 ** 100, (2 - 2 ** -23) * 2 ** 127],
    ]),
  ].map(Math.fround),
  float16: [
    nan,
    ...withSigns([
      ...floats.filter((value) => value <= 65504),
      ...[0.5 - 2 ** -12, 1 + 2 ** -10, 1 - 2 ** -11, 1023.5, 1025, 2047, 9.7, 10.4, 11, 65504, 32768],
      // Smallest and largest subnormal, smallest normal.
      ...[2 ** -24, 2 ** -14 - 2 ** -24, 2 ** -14],
    ]),
  ].map((value) => rounded(value, 'float16')),
  float64: [
    nan,
    ...withSigns([
      ...floats,
      ...[0.49999999999999994, 1 + 2 ** -52, 4503599627370495.5, 2 ** 53 - 1, 709, 710, 745, 746],
      ...[Number.MIN_VALUE, 2 ** -1022 - 2 ** -1074, 2 ** -1022, 2 ** -500, 2 ** 500, Number.MAX_VALUE],
    ]),
  ],
  int32: [
    0, 1, -1, 2, -2, 3, -3, 5, 7, -7, 8, 30, 31, 32, 33, 63, 64, -31, -32, 255, 256, -256, 65535, 65536, 46340, 46341,
    -46341, 123456789, -123456789, 16777217, 2147483647, 2147483646, -2147483647, -2147483648,
  ],
  uint32: [
    0, 1, 2, 3, 5, 7, 8, 30, 31, 32, 33, 63, 64, 255, 256, 65535, 65536, 65537, 46341, 123456789, 16777217, 2147483647,
    2147483648, 2147483649, 4000000000, 4294967294, 4294967295,
  ],
  uint8: [0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 40, 63, 64, 100, 127, 128, 129, 200, 254, 255],
  bool: [0, 1],
}

/** The next float64 in [0, 1) of a stream; 32 bits of Mulberry32 (Tommy Ettinger, 2017). */
export type Random = () => number

export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whole numbers from `low` to `high`, both included. */
export const integersFrom = (random: Random, low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, () => low + Math.floor(random() * (high - low + 1)))

/** Small whole numbers that every dtype holds and whose sums are exact. */
export const smallValues = (random: Random, dtype: DType, count: number): number[] =>
  dtype === 'bool'
    ? integersFrom(random, 0, 1, count)
    : dtype === 'uint32' || dtype === 'uint8'
      ? integersFrom(random, 0, 8, count)
      : integersFrom(random, -4, 4, count)

/** A subnormal float32 as zero of its sign; all else as it is. */
export const flushed = (value: number): number =>
  value !== 0 && Math.abs(value) < 2 ** -126 ? (value < 0 ? -0 : 0) : value

/** The distance between a float of this dtype and the next of larger magnitude. */
export function ulp(value: number, dtype: DType): number {
  const [digits, least] = floatFormats[dtype] ?? [23, -126]
  const magnitude = Math.abs(value)
  if (!(magnitude < infinity)) return 0
  let exponent = Math.max(Math.floor(Math.log2(magnitude || 1e-320)), least)
  if (2 ** exponent > magnitude && exponent > least) exponent--
  return 2 ** (exponent - digits)
}
