import type { DType } from '@rungs/ndarray'
import {
  type Code,
  type FunctionBuilder,
  f32x4,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64x2,
  type Local,
  shuffle32,
  v128,
} from '../emit/index.ts'

/**
 * Four elements next to each other: one vector of 32-bit lanes, or two of 64-bit ones. uint8 is widened to 32 bits, and
 * bool is a mask, all ones or all zeros, in 32 bits too; so every dtype goes through a kernel four by four.
 */
export type Quad = readonly Code[]

export const bytesOf = (dtype: DType): number =>
  dtype === 'float64' ? 8 : dtype === 'uint8' || dtype === 'bool' ? 1 : 4
export const LANES = [0, 1, 2, 3] as const
/** Nothing else in this language keeps what it computed: name what is used twice. */
export const keep = (f: FunctionBuilder, quad: Quad): Quad => quad.map((half) => f.local('v128', half))

const isByte = (dtype: DType): boolean => bytesOf(dtype) === 1
const fromBytes = (dtype: DType, wide: Code): Quad => [dtype === 'bool' ? i32x4.neg(wide) : wide]

/** Four elements from `p` on; there may be fewer, and what lies behind them is read for nothing. */
export function loadQuad(dtype: DType, p: Code, offset = 0): Quad {
  if (dtype === 'float64') return [v128.load(p, offset), v128.load(p, offset + 16)]
  if (!isByte(dtype)) return [v128.load(p, offset)]
  return fromBytes(dtype, i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(v128.load32Zero(p, offset))))
}

/** One element, four times. */
export function loadSplat(dtype: DType, p: Code): Quad {
  if (dtype === 'float64') return [v128.load64Splat(p), v128.load64Splat(p)]
  return isByte(dtype) ? fromBytes(dtype, i32x4.splat(i32.load8(p))) : [v128.load32Splat(p)]
}

/** Elements from four addresses. */
export function loadLanes(dtype: DType, at: readonly Code[]): Quad {
  const [a, b, c, d] = at as [Code, Code, Code, Code]
  if (dtype === 'float64') {
    return [v128.load64Lane(b, v128.load64Zero(a), 1), v128.load64Lane(d, v128.load64Zero(c), 1)]
  }
  if (!isByte(dtype)) {
    return [v128.load32Lane(d, v128.load32Lane(c, v128.load32Lane(b, v128.load32Zero(a), 1), 2), 3)]
  }
  const first = i32x4.splat(i32.load8(a))
  return fromBytes(
    dtype,
    [b, c, d].reduce((quad: Code, p, i) => i32x4.replace(quad, i + 1, i32.load8(p)), first),
  )
}

/** 0 or 1 in place of a mask. */
const toNumbers = (dtype: DType, quad: Quad): Quad => (dtype === 'bool' ? [v128.and(quad[0]!, i32x4.const(1))] : quad)

export function storeQuad(f: FunctionBuilder, dtype: DType, p: Code, quad: Quad, offset = 0): void {
  if (!isByte(dtype)) {
    for (const [i, half] of quad.entries()) f.do(v128.store(p, half, offset + 16 * i))
    return
  }
  const words = i16x8.narrowI32x4U(toNumbers(dtype, quad)[0]!, i32x4.const(0))
  f.do(v128.store32Lane(p, i8x16.narrowI16x8U(words, i32x4.const(0)), 0, offset))
}

/** One of the four. */
export function storeLane(dtype: DType, p: Code, quad: Quad, lane: number, offset = 0): Code {
  if (dtype === 'float64') return v128.store64Lane(p, quad[lane >> 1]!, lane & 1, offset)
  if (!isByte(dtype)) return v128.store32Lane(p, quad[0]!, lane, offset)
  return i32.store8(p, i32x4.extract(toNumbers(dtype, quad)[0]!, lane), offset)
}

/** The addresses of four elements; those from `left` on are the last one before it. */
export function laneAddresses(f: FunctionBuilder, p: Local, step: Code, masks: readonly Code[]): Code[] {
  const at: Local[] = [p]
  for (const mask of masks) at.push(f.local('i32', i32.add(at.at(-1)!, i32.and(step, mask))))
  return at
}

/** Masks for `laneAddresses`. */
export const laneMasks = (f: FunctionBuilder, left: Code): Code[] =>
  [1, 2, 3].map((lane) => f.local('i32', i32.sub(0, i32.gt(left, lane))))

/** A scalar in every lane. */
export function splat(dtype: DType, value: Code): Quad {
  if (dtype === 'float64') return [f64x2.splat(value), f64x2.splat(value)]
  return [dtype === 'float32' ? f32x4.splat(value) : i32x4.splat(value)]
}

/** The same in every lane: `value` as the dtype holds it. */
export function constant(dtype: DType, value: number): Quad {
  switch (dtype) {
    case 'float64':
      return [f64x2.const(value), f64x2.const(value)]
    case 'float32':
      return [f32x4.const(value)]
    case 'bool':
      return [i32x4.const(value === 0 ? 0 : -1)]
    default:
      return [i32x4.const(dtype === 'uint8' ? value & 255 : value | 0)]
  }
}

/** One element as a number of its own: f32, f64, or i32 (a mask for bool). */
export function lane(dtype: DType, quad: Quad, index: number): Code {
  if (dtype === 'float64') return f64x2.extract(quad[index >> 1]!, index & 1)
  return dtype === 'float32' ? f32x4.extract(quad[0]!, index) : i32x4.extract(quad[0]!, index)
}

/** The reverse of `lane`, for all four. */
export function fromLanes(dtype: DType, values: readonly Code[]): Quad {
  const [a, b, c, d] = values as [Code, Code, Code, Code]
  if (dtype === 'float64') return [f64x2.replace(f64x2.splat(a), 1, b), f64x2.replace(f64x2.splat(c), 1, d)]
  const { splat, replace } = dtype === 'float32' ? f32x4 : i32x4
  return [replace(replace(replace(splat(a), 1, b), 2, c), 3, d)]
}

/** Masks of two 64-bit lanes each as one of four 32-bit lanes, and back. */
export const narrowMask = ([low, high]: Quad): Quad => [shuffle32(low!, high!, [0, 2, 4, 6])]
export const widenMask = ([mask]: Quad): Quad => [i64x2.extendLowI32x4(mask!), i64x2.extendHighI32x4(mask!)]
/** The upper two lanes, moved down. */
export const upper = (a: Code): Code => shuffle32(a, a, [2, 3, 2, 3])
