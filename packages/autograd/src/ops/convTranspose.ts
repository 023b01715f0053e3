import { checkOptions, RungsError, ShapeError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { checkBias, checkWeight } from './conv.ts'
import { type Convolution, convolveTransposed } from './convolution.ts'
import { listed, overBatch, type PerDim, perDim } from './spatial.ts'
import { spanOf } from './windows.ts'

export interface ConvTransposeOptions {
  /** From one window of the result to the next; 1 when left out. */
  readonly stride?: PerDim
  /** Positions taken away on either side; none when left out. */
  readonly padding?: PerDim
  /** Positions added at the far side, fewer than the stride or the dilation; none when left out. */
  readonly outputPadding?: PerDim
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: PerDim
  /** Parts of the channels that do not see one another; 1 when left out. */
  readonly groups?: number
}

type ConvTranspose = (x: Tensor, weight: Tensor, bias?: Tensor | null, options?: ConvTransposeOptions) => Tensor

const convTranspose =
  (rank: number, operation: string): ConvTranspose =>
  (x, weight, bias = null, options = {}) => {
    checkTensors(operation, [x, weight, bias])
    checkOptions(options, ['stride', 'padding', 'outputPadding', 'dilation', 'groups'], operation)
    return overBatch(x, rank, operation, (images) =>
      convolveTransposed([images, weight, bias], transposedOf(operation, images, weight, bias, options)),
    )
  }

/**
 * The transpose of `conv1d`, for which its result is the input: signals (N, C, L) or (C, L) with a weight (C, F / groups, K)
 * and a bias (F,) give (N, F, Lout) or (F, Lout), with
 * `Lout = (L - 1) · stride - 2 · padding + dilation · (K - 1) + outputPadding + 1`.
 * @throws {ShapeError} where sizes do not fit.
 * @throws {RungsError} for options out of bounds.
 */
export const convTranspose1d: ConvTranspose = convTranspose(1, 'convTranspose1d')

/**
 * The transpose of `conv2d`: images (N, C, H, W) or (C, H, W) with a weight (C, F / groups, KH, KW) and a bias (F,); sizes as
 * in `convTranspose1d`, by dim.
 * @throws {ShapeError} where sizes do not fit.
 * @throws {RungsError} for options out of bounds.
 */
export const convTranspose2d: ConvTranspose = convTranspose(2, 'convTranspose2d')

function transposedOf(
  operation: string,
  { shape }: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeOptions,
): Convolution {
  const rank = shape.length - 2
  const { groups = 1 } = options
  const stride = perDim(options.stride ?? 1, rank, 'stride', operation)
  const padding = perDim(options.padding ?? 0, rank, 'padding', operation)
  const outputPadding = perDim(options.outputPadding ?? 0, rank, 'outputPadding', operation)
  const dilation = perDim(options.dilation ?? 1, rank, 'dilation', operation)
  checkWeight(operation, weight, rank, groups)
  const [channels, filters, ...kernel] = weight.shape as [number, number, ...number[]]
  const given = `Given transposed=1, weight of size ${listed(weight.shape)}`
  if (shape[1] !== channels) {
    throw new ShapeError(
      `${given}, expected input${listed(shape)} to have ${channels} channels, but got ${shape[1]} channels instead`,
    )
  }
  checkBias(given, bias, filters * groups)
  const tooWide = outputPadding.findIndex((added, dim) => added >= Math.max(stride[dim]!, dilation[dim]!))
  if (tooWide !== -1) {
    throw new RungsError(
      `output padding must be smaller than either stride or dilation, but got outputPadding: ${outputPadding[tooWide]} ` +
        `stride: ${stride[tooWide]} dilation: ${dilation[tooWide]}`,
    )
  }
  const windows = kernel.map((size, dim) => ({
    input:
      (shape[dim + 2]! - 1) * stride[dim]! -
      2 * padding[dim]! +
      spanOf({ size, dilation: dilation[dim]! }) +
      outputPadding[dim]!,
    before: padding[dim]!,
    output: shape[dim + 2]!,
    size,
    stride: stride[dim]!,
    dilation: dilation[dim]!,
  }))
  if (windows.some(({ input, output }) => input < 1 || output < 1)) {
    throw new ShapeError(
      `Given input size per channel: (${shape.slice(2).join(' x ')}). Calculated output size per channel: ` +
        `(${windows.map(({ input }) => input).join(' x ')}). Output size is too small`,
    )
  }
  return { windows, groups, operation }
}
