import { bytesOf, signed } from './bytes.ts'
import {
  type Binary,
  bytesOfCode,
  type Code,
  join,
  type Load,
  load,
  type Operators,
  operators,
  plain,
  type Store,
  store,
  type Ternary,
  type Unary,
} from './code.ts'

/** `a` where the condition is not 0, else `b`; both are computed. */
export const select: Ternary = (a, b, condition) => [...join([a, b, condition]), 0x1b]

/** Copy bytes, as `memmove`: from `b` to `a`, so many as `c` says. */
export const copy: Ternary = (to, from, bytes) => [...join([to, from, bytes]), 0xfc, 10, 0, 0]

// Names without a sign are signed: `lt`, `div`, `shr`; a `U` behind them marks unsigned ones.
const i32Unary = { eqz: 0x45, wrapI64: 0xa7 } as const
const i32Binary = {
  eq: 0x46,
  ne: 0x47,
  lt: 0x48,
  ltU: 0x49,
  gt: 0x4a,
  gtU: 0x4b,
  le: 0x4c,
  leU: 0x4d,
  ge: 0x4e,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  div: 0x6d,
  divU: 0x6e,
  rem: 0x6f,
  remU: 0x70,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shr: 0x75,
  shrU: 0x76,
} as const
interface Scalars {
  const(value: number): Code
  readonly load: Load
  readonly store: Store
}
interface I32 extends Scalars {
  readonly load8: Load
  readonly store8: Store
  /** Signed; computes each operand twice. */
  readonly min: Binary
  /** Saturating; NaN is 0. */
  readonly truncF64: Unary
  readonly truncF64U: Unary
}
export const i32: Operators<typeof i32Unary, Unary> & Operators<typeof i32Binary, Binary> & I32 = {
  ...operators(i32Unary, plain),
  ...operators(i32Binary, plain),
  const: bytesOfCode,
  load: load([0x28], 2),
  load8: load([0x2d], 0),
  store: store([0x36], 2),
  store8: store([0x3a], 0),
  truncF64: (a) => [...bytesOfCode(a), 0xfc, 2],
  truncF64U: (a) => [...bytesOfCode(a), 0xfc, 3],
  min: (a, b) => select(a, b, i32.lt(a, b)),
}

const i64Unary = { eqz: 0x50 } as const
const i64Binary = {
  gtU: 0x56,
  or: 0x84,
  xor: 0x85,
  shl: 0x86,
  shr: 0x87,
  shrU: 0x88,
} as const
/** Constants are extended from 32 bits, with their sign. */
export const i64: Operators<typeof i64Unary, Unary> & Operators<typeof i64Binary, Binary> & Scalars = {
  ...operators(i64Unary, plain),
  ...operators(i64Binary, plain),
  const: (value) => [0x42, ...signed(value)],
  load: load([0x29], 3),
  store: store([0x37], 3),
}

const f32Unary = { demoteF64: 0xb6 } as const
const f32Binary = {
  add: 0x92,
} as const
export const f32: Operators<typeof f32Unary, Unary> & Operators<typeof f32Binary, Binary> & Scalars = {
  ...operators(f32Unary, plain),
  ...operators(f32Binary, plain),
  const: (value) => [0x43, ...bytesOf(Float32Array.of(value))],
  load: load([0x2a], 2),
  store: store([0x38], 2),
}

const f64Unary = {
  abs: 0x99,
  floor: 0x9c,
  promoteF32: 0xbb,
} as const
const f64Binary = {
  eq: 0x61,
  ne: 0x62,
  lt: 0x63,
  gt: 0x64,
  le: 0x65,
  ge: 0x66,
  add: 0xa0,
  sub: 0xa1,
  mul: 0xa2,
  div: 0xa3,
  copysign: 0xa6,
} as const
export const f64: Operators<typeof f64Unary, Unary> & Operators<typeof f64Binary, Binary> & Scalars = {
  ...operators(f64Unary, plain),
  ...operators(f64Binary, plain),
  const: (value) => [0x44, ...bytesOf(Float64Array.of(value))],
  load: load([0x2b], 3),
  store: store([0x39], 3),
}
