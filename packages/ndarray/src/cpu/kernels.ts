import type { ReduceOp, View } from '../device.ts'
import { type DType, dtypes, isFloat, type TypedArray } from '../dtype.ts'
import type { ExprOp } from '../expr.ts'
import type { Layout } from '../layout.ts'
import type { TypedProgram } from '../program.ts'

/** `count` positions one after another. */
export type FlatKernel = (operands: readonly View[], scalars: readonly number[], count: number) => void

/** The two innermost axes of a layout, from the addresses `at` of the operands; `index` is the position on every axis. */
export type StridedKernel = (
  operands: readonly View[],
  scalars: readonly number[],
  layout: Layout,
  at: Int32Array,
  index: Int32Array,
) => void

/**
 * The innermost kept axis (`count` positions of it, each with its accumulator) by the innermost reduced one (`length`
 * elements). `argmax` and `argmin` keep in `positions` where the extreme is, counted from `position`.
 */
export type ReduceKernel = (
  operands: readonly View[],
  scalars: readonly number[],
  layout: Layout,
  at: Int32Array,
  index: Int32Array,
  accumulators: TypedArray,
  count: number,
  length: number,
  positions: Int32Array,
  position: number,
) => void

/**
 * One row of a contraction: `count` sums from `sums[from]` on become elements of the output (operand 0), with the other
 * operands beside it. Element j of operand q is at `at[q] + columns[q][first + j]`.
 */
export type EpilogueKernel = (
  operands: readonly View[],
  scalars: readonly number[],
  at: Int32Array,
  columns: readonly Int32Array[],
  first: number,
  count: number,
  sums: TypedArray,
  from: number,
) => void

export interface Reduction {
  readonly op: ReduceOp
  /** What it accumulates in: float32 in float64, integers wrapping as int32. */
  readonly dtype: DType
  /** The kept axis runs innermost: for operands that are contiguous along it. */
  readonly byRows: boolean
  /** A scan: operand 0 gets what its accumulator is after each element. */
  readonly running: boolean
}

/** Makes kernels of programs: as text for the engine to compile, or, where a page forbids that, as composed closures. */
export interface Compiler {
  flat(program: TypedProgram): FlatKernel | null
  strided(program: TypedProgram): StridedKernel
  reduction(program: TypedProgram, reduction: Reduction): ReduceKernel
  epilogue(program: TypedProgram): EpilogueKernel
}

/** The operator that takes one more element into an accumulator; `argmax` and `argmin` have none. */
export const combining: { readonly [O in ReduceOp]: ExprOp | null } = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
  any: 'or',
  all: 'and',
  argmax: null,
  argmin: null,
}

export function accumulatorType(op: ReduceOp, from: DType, to: DType): DType {
  if (op === 'any' || op === 'all') return 'bool'
  if (op === 'sum' || op === 'prod') return isFloat(from) || isFloat(to) ? 'float64' : 'int32'
  return from
}

/** Sums along a contiguous axis run in this many lanes, so that one addition need not wait for the one before. */
export const LANES = 4

/** What leaves every element as it is. */
export function identityOf(op: ReduceOp, dtype: DType): number {
  if (op === 'sum' || op === 'any') return 0
  if (op === 'prod' || op === 'all') return 1
  const least = op === 'max' || op === 'argmax'
  if (isFloat(dtype)) return least ? -Infinity : Infinity
  return least ? dtypes[dtype].min : dtypes[dtype].max
}
