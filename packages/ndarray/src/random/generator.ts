import type { TwisterState } from './mt19937.ts'

export type FloatDType = 'float32' | 'float64'

/** The typed array of each float dtype. */
export interface FloatArrays {
  float32: Float32Array
  float64: Float64Array
}

/** Whose numbers a generator reproduces. */
export type Stream = 'torch' | 'numpy' | 'python'

/** All that a generator remembers, as plain JSON, so that a checkpoint can hold it. */
export interface GeneratorState extends TwisterState {
  readonly stream: Stream
  readonly seed: number
  /** Normals are drawn in pairs; the second of a pair waits here. */
  readonly spare: number | null
}

/** A seeded stream of random numbers. Two generators with one seed give the same numbers for the same calls. */
export interface Generator {
  readonly stream: Stream
  readonly seed: number
  /**
   * Standard normal values: mean 0, standard deviation 1.
   * @throws {ShapeError} unless `length` is a non-negative integer.
   */
  normal<D extends FloatDType>(length: number, dtype: D): FloatArrays[D]
  /**
   * Values uniform in [low, high), by default [0, 1); rounding can make one equal to `high`.
   * @throws {ShapeError} unless `length` is a non-negative integer.
   * @throws {RungsError} unless `low` ≤ `high`, both finite.
   */
  uniform<D extends FloatDType>(length: number, dtype: D, low?: number, high?: number): FloatArrays[D]
  /**
   * Integers from `low` to `high - 1`.
   * @throws {RungsError} unless `low` < `high` and every value fits int32.
   */
  integers(length: number, low: number, high: number): Int32Array
  /** The integers from 0 to `n - 1` in random order. */
  permutation(n: number): Int32Array
  /** One double in [0, 1), of 53 bits. */
  random(): number
  /** One standard normal double. */
  gauss(): number
  /** Everything needed to continue from here; unaffected by later draws. */
  state(): GeneratorState
  /**
   * Continues where `state` was taken.
   * @throws {RungsError} if `state` belongs to another stream or is damaged.
   */
  restore(state: GeneratorState): void
  /** An independent generator that continues with the same numbers. */
  clone(): Generator
}
