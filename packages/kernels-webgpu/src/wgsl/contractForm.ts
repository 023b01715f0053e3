import type { DType, TypedProgram } from '@rungs/ndarray'
import { valueType } from './types.ts'

/** Results that lie side by side along n: the lanes of one vector. */
export const LANES = 4

/** Matrices that the threads of a subgroup multiply together: (m, k) by (k, n), of `dtype`, with float32 sums. */
export interface SubgroupMatrix {
  readonly dtype: 'float16' | 'float32'
  readonly m: number
  readonly n: number
  readonly k: number
  /** Of a subgroup. */
  readonly threads: number
}

/** No memory is shared: threads come by what they multiply without barriers. */
export const isWithoutTiles = ({ memory }: Tile): boolean => memory === 'registers' || memory === 'subgroup'

/** How a workgroup covers a rectangle of the results, and how its threads come by what they multiply. */
export interface Tile {
  /**
   * `registers`: each thread reads what it needs, without barriers; `subgroup`: the same, but that of the rows, which the
   * threads of a subgroup have in common, each reads some and hands them to the others; `workgroup`: the threads fill tiles in workgroup memory
   * together, `depth` positions of k at a time, and the next tiles are on their way while these are multiplied;
   * `matrices`: the same, and subgroups multiply them as matrices of their own.
   */
  readonly memory: 'registers' | 'subgroup' | 'workgroup' | 'matrices'
  /** Threads along m and along n; where there are matrices, subgroups. */
  readonly threads: readonly [number, number]
  /** Results of one thread, or subgroup, along m and along n, in whole vectors of four along n. */
  readonly results: readonly [number, number]
  readonly depth: number
  /** What a subgroup multiplies at once, where there are matrices. */
  readonly matrix?: SubgroupMatrix
}

/** What a workgroup computes, along m and along n. */
export const extentOf = ({ threads, results }: Tile): { m: number; n: number } => ({
  m: threads[0] * results[0],
  n: threads[1] * results[1],
})

/** Along which group an operand is read, or written, four elements at once; `none`: one by one, at any stride. */
export type Lanes = 'none' | 'm' | 'n' | 'k'

export interface ContractForm {
  /** Axes of each group. */
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly tile: Tile
  /** Threads of a subgroup; 0 where none are known. */
  readonly subgroup: number
  readonly dtype: DType
  readonly aLanes: Lanes
  readonly bLanes: Lanes
  readonly outLanes: Lanes
  /** Neighbouring threads take neighbouring positions of k from a, and from b: so it lies in memory. For tiles only. */
  readonly alongK: readonly [boolean, boolean]
  /** Buffers of a, b, out, then of the epilogue's inputs; which of them are written. */
  readonly buffers: readonly number[]
  readonly writes: readonly boolean[]
  readonly outType: DType
  readonly epilogue: TypedProgram | null
  /** Each workgroup row sums one part of k, and the parts of a result stand one behind the other. */
  readonly split: boolean
}

/**
 * Rows of a thread, less its first one. In tiles they come in fours, so that four are one vector in workgroup memory, and
 * neighbouring threads read neighbouring vectors.
 */
export const rowSteps = (tile: Tile): number[] =>
  Array.from({ length: tile.results[0] }, (_, i) =>
    isWithoutTiles(tile) ? i : (i % LANES) + Math.floor(i / LANES) * tile.threads[0] * LANES,
  )

/** First columns of a thread's vectors, less the very first one. */
export const columnSteps = ({ threads, results }: Tile): number[] =>
  Array.from({ length: results[1] / LANES }, (_, v) => v * threads[1] * LANES)

/** The sums of row `i`, vector `v`. */
export const sumName = (i: number, v: number): string => `sum${i}_${v}`

/** Add to a sum the product of one element of a, repeated, and four of b. */
export const productLine = ({ dtype }: ContractForm, i: number, v: number, a: string, b: string): string => {
  const sum = sumName(i, v)
  const type = valueType(dtype)
  return type === 'Float' ? `${sum} = fma(${type}(${a}), ${b}, ${sum});` : `${sum} += ${type}(${a}) * ${b};`
}

/** A sum in the text, without what adds nothing. */
export const plus = (a: string, b: number): string => (b === 0 ? a : `${a} + ${b}`)
