import { checkOptions, RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { constant } from './constant.ts'
import { poolWindows } from './poolWindows.ts'
import { windowSum } from './slidingWindows.ts'
import type { PerDim } from './spatial.ts'
import type { Windows } from './windows.ts'

export interface AvgPoolOptions {
  /** From one window to the next; the kernel's size when left out. */
  readonly stride?: PerDim
  /** Zeros on either side, at most half a kernel; none when left out. */
  readonly padding?: PerDim
  /** Let the last window reach past the end; false when left out. */
  readonly ceilMode?: boolean
  /** Count the zeros of the padding as elements; true when left out. */
  readonly countIncludePad?: boolean
  /** What each sum is divided by, in place of the number of elements. */
  readonly divisorOverride?: number
}

type AvgPool = (x: Tensor, kernelSize: PerDim, options?: AvgPoolOptions) => Tensor

const names = ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride']

const avgPool =
  (rank: number, operation: string): AvgPool =>
  (x, kernelSize, options = {}) => {
    checkTensors(operation, [x])
    checkOptions(options, names, operation)
    const { countIncludePad = true, divisorOverride, ...sliding } = options
    if (divisorOverride === 0) throw new RungsError(`divisor must be not zero: ${operation}`)
    const windows = poolWindows(operation, x, rank, { kernelSize, ...sliding })
    const sums = windows.reduceRight((pooled, along, i) => windowSum(pooled, x.ndim - rank + i, along, null), x)
    return sums.div(divisorOverride ?? countsOf(windows, countIncludePad, x))
  }

/** How many elements each window has: one number where all have as many. */
function countsOf(windows: readonly Windows[], includesPadding: boolean, like: Tensor): number | Tensor {
  const perDim = windows.map((along) =>
    Array.from({ length: along.output }, (_, o) => countAt(along, o, includesPadding)),
  )
  const counts = perDim.reduce((all, own) => all.flatMap((before) => own.map((count) => before * count)), [1])
  if (counts.every((count) => count === counts[0])) return counts[0] ?? 1
  const shape = perDim.map(({ length }) => length)
  return constant(counts, shape, like)
}

/** Past the padding behind, which is as wide as that in front, nothing counts. */
function countAt({ input, before, size, stride }: Windows, window: number, includesPadding: boolean): number {
  const start = window * stride - before
  const end = Math.min(start + size, input + before)
  return includesPadding ? end - start : Math.min(end, input) - Math.max(start, 0)
}

/**
 * The mean of each window of signals (N, C, L) or (C, L): (N, C, Lout) or (C, Lout), sizes as in `maxPool1d`.
 * @throws {ShapeError} for other dims, and where no window fits. @throws {RungsError} for arguments out of bounds.
 */
export const avgPool1d: AvgPool = avgPool(1, 'avgPool1d')
/** As `avgPool1d`, of rectangles in images (N, C, H, W) or (C, H, W). */
export const avgPool2d: AvgPool = avgPool(2, 'avgPool2d')
