import { arange, checkOptions, composed, type NDArray } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { poolWindows } from './poolWindows.ts'
import type { ValuesAndIndices } from './reductions.ts'
import { maximaOf, sumsOf, windowMax } from './slidingWindows.ts'
import type { PerDim } from './spatial.ts'
import type { Windows } from './windows.ts'

export interface MaxPoolOptions {
  /** From one window to the next; the kernel's size when left out. */
  readonly stride?: PerDim
  /** Positions on either side that are never the largest, at most half a kernel; none when left out. */
  readonly padding?: PerDim
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: PerDim
  /** Let the last window reach past the end; false when left out. */
  readonly ceilMode?: boolean
}

type MaxPool = (x: Tensor, kernelSize: PerDim, options?: MaxPoolOptions) => Tensor
type MaxPoolWithIndices = (x: Tensor, kernelSize: PerDim, options?: MaxPoolOptions) => ValuesAndIndices

function windowsOf(operation: string, x: Tensor, rank: number, kernelSize: PerDim, options: MaxPoolOptions): Windows[] {
  checkTensors(operation, [x])
  checkOptions(options, ['stride', 'padding', 'dilation', 'ceilMode'], operation)
  return poolWindows(operation, x, rank, { kernelSize, ...options })
}

// Rows before columns: the first maximum of a rectangle, row by row, is the first one of its first row that has any.
const maximaIn = (x: Tensor, windows: readonly Windows[]): Tensor =>
  windows.reduceRight((pooled, along, i) => windowMax(pooled, x.ndim - windows.length + i, along), x)

const maxPool =
  (rank: number, operation: string): MaxPool =>
  (x, kernelSize, options = {}) =>
    maximaIn(x, windowsOf(operation, x, rank, kernelSize, options))

const maxPoolWithIndices =
  (rank: number, operation: string): MaxPoolWithIndices =>
  (x, kernelSize, options = {}) => {
    const windows = windowsOf(operation, x, rank, kernelSize, options)
    return { values: maximaIn(x, windows), indices: new Tensor(composed(() => indicesOf(x.array, windows))) }
  }

/** Where in its image, counted row by row, the largest of each window stands. */
function indicesOf(x: NDArray, windows: readonly Windows[]): NDArray {
  const rank = windows.length
  let values = x
  let indices: NDArray | null = null
  // Elements of the image from one position of a dim to the next.
  let step = 1
  for (let i = rank - 1; i >= 0; i--) {
    const along = windows[i]!
    const dim = x.ndim - rank + i
    const found = maximaOf(values, dim, along)
    const starts = arange(0, along.output, 1, { dtype: 'int32', device: x.device }).mul(along.stride).sub(along.before)
    const positions = found.places
      .mul(along.dilation)
      .add(starts.reshape([-1, ...new Array<number>(rank - 1 - i).fill(1)]))
    const further: NDArray | null = indices === null ? null : sumsOf(indices, dim, along, found.places)
    indices = further === null ? positions : positions.mul(step).add(further)
    values = found.values
    step *= x.shape[dim]!
  }
  return indices!
}

/**
 * The largest of each window of signals (N, C, L) or (C, L): (N, C, Lout) or (C, Lout), with
 * `Lout = ⌊(L + 2 · padding - dilation · (kernelSize - 1) - 1) / stride⌋ + 1`, rounded up with `ceilMode` where the last window
 * begins inside. The gradient goes to the first of equals.
 * @throws {ShapeError} for other dims, and where no window fits. @throws {RungsError} for arguments out of bounds.
 */
export const maxPool1d: MaxPool = maxPool(1, 'maxPool1d')
/** As `maxPool1d`, of rectangles in images (N, C, H, W) or (C, H, W). */
export const maxPool2d: MaxPool = maxPool(2, 'maxPool2d')
/** As `maxPool1d`, with the position of each maximum in its signal, an int32. */
export const maxPool1dWithIndices: MaxPoolWithIndices = maxPoolWithIndices(1, 'maxPool1dWithIndices')
/** As `maxPool2d`, with the position of each maximum in its image, counted row by row, an int32. */
export const maxPool2dWithIndices: MaxPoolWithIndices = maxPoolWithIndices(2, 'maxPool2dWithIndices')
