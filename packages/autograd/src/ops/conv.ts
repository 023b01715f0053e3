import { checkOptions, RungsError, ShapeError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { type Convolution, convolve } from './convolution.ts'
import { listed, overBatch, type PerDim, perDim } from './spatial.ts'
import { spanOf } from './windows.ts'

export interface ConvOptions {
  /** From one window to the next; 1 when left out. */
  readonly stride?: PerDim
  /** Zeros on either side, or as many as keep the size ('same', with stride 1); none when left out, as for 'valid'. */
  readonly padding?: PerDim | 'same' | 'valid'
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: PerDim
  /** Parts of the channels that do not see one another; 1 when left out. */
  readonly groups?: number
}

type Conv = (x: Tensor, weight: Tensor, bias?: Tensor | null, options?: ConvOptions) => Tensor

/** `Σ weight[f, c, k] · x[n, c, o · stride + k · dilation - padding] + bias[f]` over images of `rank` dims. */
const conv =
  (rank: number, operation: string): Conv =>
  (x, weight, bias = null, options = {}) => {
    checkTensors(operation, [x, weight, bias])
    checkOptions(options, ['stride', 'padding', 'dilation', 'groups'], operation)
    return overBatch(x, rank, operation, (images) =>
      convolve([images, weight, bias], convolutionOf(operation, images, weight, bias, options)),
    )
  }

/**
 * Cross-correlation of signals (N, C, L) or (C, L) with a weight (F, C / groups, K) and a bias (F,): (N, F, Lout) or (F, Lout),
 * with `Lout = ⌊(L + 2 · padding - dilation · (K - 1) - 1) / stride⌋ + 1`.
 * @throws {ShapeError} where sizes do not fit.
 * @throws {RungsError} for options out of bounds.
 */
export const conv1d: Conv = conv(1, 'conv1d')

/**
 * Cross-correlation of images (N, C, H, W) or (C, H, W) with a weight (F, C / groups, KH, KW) and a bias (F,); sizes as in
 * `conv1d`, by dim.
 * @throws {ShapeError} where sizes do not fit.
 * @throws {RungsError} for options out of bounds.
 */
export const conv2d: Conv = conv(2, 'conv2d')

function convolutionOf(
  operation: string,
  { shape }: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvOptions,
): Convolution {
  const rank = shape.length - 2
  const { groups = 1 } = options
  const stride = perDim(options.stride ?? 1, rank, 'stride', operation)
  const dilation = perDim(options.dilation ?? 1, rank, 'dilation', operation)
  checkWeight(operation, weight, rank, groups)
  const [filters, channels, ...kernel] = weight.shape as [number, number, ...number[]]
  const given = `Given groups=${groups}, weight of size ${listed(weight.shape)}`
  if (shape[1] !== channels * groups) {
    throw new ShapeError(
      `${given}, expected input${listed(shape)} to have ${channels * groups} channels, but got ${shape[1]} channels instead`,
    )
  }
  checkBias(given, bias, filters)
  const [before, after] = paddings(operation, kernel, options.padding ?? 0, stride, dilation)
  const sizes = shape.slice(2).map((size, dim) => before[dim]! + size + after[dim]!)
  const spans = kernel.map((size, dim) => spanOf({ size, dilation: dilation[dim]! }))
  if (spans.some((span, dim) => span > sizes[dim]!)) {
    throw new ShapeError(
      `Calculated padded input size per channel: (${sizes.join(' x ')}). Kernel size: (${spans.join(' x ')}). ` +
        "Kernel size can't be greater than actual input size",
    )
  }
  const windows = kernel.map((size, dim) => ({
    input: shape[dim + 2]!,
    before: before[dim]!,
    output: Math.floor((sizes[dim]! - spans[dim]!) / stride[dim]!) + 1,
    size,
    stride: stride[dim]!,
    dilation: dilation[dim]!,
  }))
  return { windows, groups, operation }
}

/** Zeros before and after each dim. */
function paddings(
  operation: string,
  kernel: readonly number[],
  padding: PerDim | 'same' | 'valid',
  stride: readonly number[],
  dilation: readonly number[],
): readonly [before: readonly number[], after: readonly number[]] {
  if (typeof padding !== 'string' || padding === 'valid') {
    const both = perDim(padding === 'valid' ? 0 : padding, kernel.length, 'padding', operation)
    return [both, both]
  }
  if (padding !== 'same') {
    throw new RungsError(`Invalid padding string: '${String(padding)}'; ${operation} knows 'same' and 'valid'`)
  }
  if (stride.some((step) => step !== 1)) {
    throw new RungsError(
      `padding='same' is not supported for strided convolutions: ${operation} got stride=${listed(stride)}`,
    )
  }
  const added = kernel.map((size, dim) => (size - 1) * dilation[dim]!)
  return [added.map((all) => Math.floor(all / 2)), added.map((all) => Math.ceil(all / 2))]
}

/**
 * @throws {ShapeError} for a weight of other dims, with a dim of size 0, or of filters that groups do not divide.
 * @throws {RungsError} for groups that are not a positive integer.
 */
export function checkWeight(operation: string, { shape }: Tensor, rank: number, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new RungsError(`non-positive groups is not supported: ${operation} got groups=${String(groups)}`)
  }
  if (shape.length !== rank + 2 || shape.includes(0)) {
    throw new ShapeError(
      `${operation}: expected a ${rank + 2}-dimensional weight without dims of size 0, but got weight of size ${listed(shape)}`,
    )
  }
  if (shape[0]! % groups !== 0) {
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size ` +
        `${listed(shape)} instead`,
    )
  }
}

/** @throws {ShapeError} unless there is no bias, or one for each filter. */
export function checkBias(given: string, bias: Tensor | null, filters: number): void {
  if (bias === null || (bias.ndim === 1 && bias.shape[0] === filters)) return
  throw new ShapeError(
    `${given}, expected bias to be 1-dimensional with ${filters} elements, but got bias of size ${listed(bias.shape)} instead`,
  )
}
