import { RungsError, ShapeError } from '@rungs/ndarray'
import { checkFloat } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { isBatch, type PerDim, perDim } from './spatial.ts'
import { spanOf, type Windows } from './windows.ts'

interface PoolArguments {
  readonly kernelSize: PerDim
  readonly stride?: PerDim
  readonly padding?: PerDim
  readonly dilation?: PerDim
  readonly ceilMode?: boolean
}

/**
 * Checks that `x` is a batch of images, or one alone.
 * @throws {ShapeError} for another number of dims. @throws {DTypeError} for elements that are not floats.
 */
export function checkPooled(operation: string, x: Tensor, rank: number): void {
  isBatch(x, rank, operation)
  checkFloat(operation, x)
}

/**
 * The windows that a pooling function moves over images of `rank` dims.
 * @throws {ShapeError} for another number of dims, and where no window fits.
 * @throws {DTypeError} for elements that are not floats.
 * @throws {RungsError} for arguments out of bounds.
 */
export function poolWindows(operation: string, x: Tensor, rank: number, given: PoolArguments): Windows[] {
  checkPooled(operation, x, rank)
  const kernel = perDim(given.kernelSize, rank, 'kernelSize', operation)
  const stride = perDim(given.stride ?? kernel, rank, 'stride', operation)
  const padding = perDim(given.padding ?? 0, rank, 'padding', operation)
  const dilation = perDim(given.dilation ?? 1, rank, 'dilation', operation)
  const sizes = x.shape.slice(-rank)
  const windows = kernel.map((size, dim) => {
    const along = { input: sizes[dim]!, before: padding[dim]!, size, stride: stride[dim]!, dilation: dilation[dim]! }
    if (along.before > spanOf(along) / 2) {
      throw new RungsError(
        `pad should be at most half of effective kernel size, but got pad=${along.before}, kernel_size=${size} and ` +
          `dilation=${along.dilation}: ${operation}`,
      )
    }
    return { ...along, output: countOf(along, given.ceilMode ?? false) }
  })
  if (windows.every(({ output }) => output > 0)) return windows
  const channels = x.shape.at(-1 - rank)
  throw new ShapeError(
    `Given input size: (${[channels, ...sizes].join('x')}). Calculated output size: ` +
      `(${[channels, ...windows.map(({ output }) => output)].join('x')}). Output size is too small: ${operation}`,
  )
}

/** How many windows there are; with `ceilMode` the last may reach past the end, but not begin there. */
function countOf(along: Omit<Windows, 'output'>, ceilMode: boolean): number {
  const { input, before, stride } = along
  const room = (input + 2 * before - spanOf(along)) / stride
  if (!ceilMode) return Math.floor(room) + 1
  const count = Math.ceil(room) + 1
  return (count - 1) * stride >= input + before ? count - 1 : count
}
