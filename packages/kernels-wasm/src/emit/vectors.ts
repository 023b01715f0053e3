import { bytesOf } from './bytes.ts'
import {
  type Binary,
  type Code,
  type Extract,
  extract,
  join,
  type LaneAccess,
  type Load,
  laneAccess,
  load,
  type Operators,
  operators,
  type Replace,
  replace,
  type Store,
  simd,
  store,
  type Ternary,
  type Unary,
} from './code.ts'

type Values = Float32Array | Float64Array | Int32Array | Uint32Array

const v128Unary = { not: 0x4d, anyTrue: 0x53 } as const
/** `andNot` has bits of `a` where `b` has zeros. */
const v128Binary = { and: 0x4e, andNot: 0x4f, or: 0x50, xor: 0x51 } as const
/** Bits of `a` where `c` has ones, of `b` where it has zeros. */
const v128Ternary = { bitSelect: 0x52 } as const
interface V128 {
  readonly load: Load
  readonly store: Store
  /** One element in every lane. */
  readonly load32Splat: Load
  readonly load64Splat: Load
  /** One element in lane 0, zeros beside it. */
  readonly load32Zero: Load
  readonly load64Zero: Load
  readonly load8Lane: LaneAccess
  readonly load32Lane: LaneAccess
  readonly load64Lane: LaneAccess
  readonly store8Lane: LaneAccess
  readonly store32Lane: LaneAccess
  readonly store64Lane: LaneAccess
  const(values: Values): Code
  /** Bytes of `a` (0 to 15) and `b` (16 to 31). */
  shuffle(a: Code, b: Code, bytes: readonly number[]): Code
}
export const v128: Operators<typeof v128Unary, Unary> &
  Operators<typeof v128Binary, Binary> &
  Operators<typeof v128Ternary, Ternary> &
  V128 = {
  ...operators(v128Unary, simd),
  ...operators(v128Binary, simd),
  ...operators(v128Ternary, simd),
  load: load(simd(0x00), 4),
  store: store(simd(0x0b), 4),
  load32Splat: load(simd(0x09), 2),
  load64Splat: load(simd(0x0a), 3),
  load32Zero: load(simd(0x5c), 2),
  load64Zero: load(simd(0x5d), 3),
  load8Lane: laneAccess(0x54, 0),
  load32Lane: laneAccess(0x56, 2),
  load64Lane: laneAccess(0x57, 3),
  store8Lane: laneAccess(0x58, 0),
  store32Lane: laneAccess(0x5a, 2),
  store64Lane: laneAccess(0x5b, 3),
  const: (values) => [...simd(0x0c), ...bytesOf(values)],
  shuffle: (a, b, bytes) => [...join([a, b]), ...simd(0x0d), ...bytes],
}

/** As `v128.shuffle`, by lanes of four bytes: 0 to 3 of `a`, 4 to 7 of `b`. */
export const shuffle32 = (a: Code, b: Code, lanes: readonly number[]): Code =>
  v128.shuffle(
    a,
    b,
    lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  )

const i8x16Binary = { narrowI16x8U: 0x66 } as const
export const i8x16: Operators<typeof i8x16Binary, Binary> = operators(i8x16Binary, simd)

const i16x8Unary = { extendLowI8x16U: 0x89 } as const
const i16x8Binary = { narrowI32x4U: 0x86 } as const
export const i16x8: Operators<typeof i16x8Unary, Unary> & Operators<typeof i16x8Binary, Binary> = {
  ...operators(i16x8Unary, simd),
  ...operators(i16x8Binary, simd),
}

interface Lanes {
  /** The number in every lane. */
  const(value: number): Code
  readonly extract: Extract
  readonly replace: Replace
}
// truncF64x2: two doubles in the lower lanes, zeros above; saturating, NaN is 0, as with floats.
const i32x4Unary = {
  splat: 0x11,
  abs: 0xa0,
  neg: 0xa1,
  bitmask: 0xa4,
  extendLowI16x8U: 0xa9,
  truncF32x4: 0xf8,
  truncF32x4U: 0xf9,
  truncF64x2: 0xfc,
  truncF64x2U: 0xfd,
} as const
const i32x4Binary = {
  eq: 0x37,
  ne: 0x38,
  lt: 0x39,
  ltU: 0x3a,
  gt: 0x3b,
  gtU: 0x3c,
  le: 0x3d,
  leU: 0x3e,
  ge: 0x3f,
  geU: 0x40,
  shl: 0xab,
  shr: 0xac,
  shrU: 0xad,
  add: 0xae,
  sub: 0xb1,
  mul: 0xb5,
  min: 0xb6,
  minU: 0xb7,
  max: 0xb8,
  maxU: 0xb9,
} as const
export const i32x4: Operators<typeof i32x4Unary, Unary> & Operators<typeof i32x4Binary, Binary> & Lanes = {
  ...operators(i32x4Unary, simd),
  ...operators(i32x4Binary, simd),
  const: (value) => v128.const(new Int32Array(4).fill(value)),
  extract: extract(0x1b),
  replace: replace(0x1c),
}

const i64x2Unary = { extendLowI32x4: 0xc7, extendHighI32x4: 0xc8 } as const
const i64x2Binary = {
  extmulLowI32x4: 0xdc,
  extmulHighI32x4: 0xdd,
  extmulLowI32x4U: 0xde,
  extmulHighI32x4U: 0xdf,
} as const
interface Lanes64 {
  /** The two halves of a 64-bit integer, in both lanes. */
  const(low: number, high: number): Code
  readonly extract: Extract
}
export const i64x2: Operators<typeof i64x2Unary, Unary> & Operators<typeof i64x2Binary, Binary> & Lanes64 = {
  ...operators(i64x2Unary, simd),
  ...operators(i64x2Binary, simd),
  const: (low, high) => v128.const(Uint32Array.of(low, high, low, high)),
  extract: extract(0x1d),
}

// pmin and pmax: `b < a ? b : a` and `a < b ? b : a`, one instruction where NaN and the sign of zero do not matter.
const f32x4Unary = {
  splat: 0x13,
  demoteF64x2: 0x5e,
  ceil: 0x67,
  floor: 0x68,
  trunc: 0x69,
  nearest: 0x6a,
  abs: 0xe0,
  neg: 0xe1,
  sqrt: 0xe3,
  convertI32x4: 0xfa,
  convertI32x4U: 0xfb,
} as const
const f32x4Binary = {
  eq: 0x41,
  ne: 0x42,
  lt: 0x43,
  gt: 0x44,
  le: 0x45,
  ge: 0x46,
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  div: 0xe7,
  min: 0xe8,
  max: 0xe9,
  pmin: 0xea,
  pmax: 0xeb,
} as const
/** `a · b + c`, rounded once or twice: as the engine's processor does. Relaxed SIMD. */
const f32x4Ternary = { relaxedMadd: 0x105 } as const
export const f32x4: Operators<typeof f32x4Unary, Unary> &
  Operators<typeof f32x4Binary, Binary> &
  Operators<typeof f32x4Ternary, Ternary> &
  Lanes = {
  ...operators(f32x4Unary, simd),
  ...operators(f32x4Binary, simd),
  ...operators(f32x4Ternary, simd),
  const: (value) => v128.const(new Float32Array(4).fill(value)),
  extract: extract(0x1f),
  replace: replace(0x20),
}

const f64x2Unary = {
  splat: 0x14,
  promoteLowF32x4: 0x5f,
  ceil: 0x74,
  floor: 0x75,
  trunc: 0x7a,
  nearest: 0x94,
  abs: 0xec,
  neg: 0xed,
  sqrt: 0xef,
  convertLowI32x4: 0xfe,
  convertLowI32x4U: 0xff,
} as const
const f64x2Binary = {
  eq: 0x47,
  ne: 0x48,
  lt: 0x49,
  gt: 0x4a,
  le: 0x4b,
  ge: 0x4c,
  add: 0xf0,
  sub: 0xf1,
  mul: 0xf2,
  div: 0xf3,
  min: 0xf4,
  max: 0xf5,
} as const
const f64x2Ternary = { relaxedMadd: 0x107 } as const
export const f64x2: Operators<typeof f64x2Unary, Unary> &
  Operators<typeof f64x2Binary, Binary> &
  Operators<typeof f64x2Ternary, Ternary> &
  Lanes = {
  ...operators(f64x2Unary, simd),
  ...operators(f64x2Binary, simd),
  ...operators(f64x2Ternary, simd),
  const: (value) => v128.const(new Float64Array(2).fill(value)),
  extract: extract(0x21),
  replace: replace(0x22),
}
