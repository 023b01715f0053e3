import {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  type PerDim,
  perDim,
  RungsError,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { nameOf } from '../module.ts'
import { type ConvArguments, ConvNd, type ConvNdOptions } from './convNd.ts'

export interface ConvTransposeLayerOptions extends ConvNdOptions {
  /** Positions taken away on either side; none when left out. */
  readonly padding?: PerDim
  /** Positions added at the far side, fewer than the stride or the dilation; none when left out. */
  readonly outputPadding?: PerDim
}

export interface OutputSize {
  /** The size that the result is to have, out of those that a convolution makes the input's of; else `outputPadding` decides. */
  readonly outputSize?: PerDim
}

abstract class ConvTranspose extends ConvNd {
  readonly padding: readonly number[]
  readonly outputPadding: readonly number[]

  constructor(given: ConvArguments, options: ConvTransposeLayerOptions, rank: number) {
    super(given, options, rank, true, ['padding', 'outputPadding'])
    const name = new.target.typeName
    this.padding = perDim(options.padding ?? 0, rank, 'padding', name)
    this.outputPadding = perDim(options.outputPadding ?? 0, rank, 'outputPadding', name)
  }

  protected optionsFor(x: Tensor, { outputSize }: OutputSize): ConvTransposeOptions {
    const { stride, padding, dilation, groups, outputPadding } = this
    const added = outputSize === undefined ? outputPadding : this.paddingTo(outputSize, x)
    return { stride, padding, dilation, groups, outputPadding: added }
  }

  /** What has to be added for a size. */
  private paddingTo(outputSize: PerDim, x: Tensor): number[] {
    const { kernelSize, stride, padding, dilation } = this
    const rank = kernelSize.length
    const inputs = x.shape.slice(-rank)
    const least = inputs.map(
      (size, i) => (size - 1) * stride[i]! - 2 * padding[i]! + dilation[i]! * (kernelSize[i]! - 1) + 1,
    )
    const most = least.map((size, i) => size + stride[i]! - 1)
    const wanted = perDim(outputSize, rank, 'outputSize', nameOf(this))
    if (wanted.some((size, i) => size < least[i]! || size > most[i]!)) {
      throw new RungsError(
        `requested an output size of [${wanted.join(', ')}], but valid sizes range from [${least.join(', ')}] to ` +
          `[${most.join(', ')}] (for an input of [${inputs.join(', ')}])`,
      )
    }
    return wanted.map((size, i) => size - least[i]!)
  }

  override extraRepr(): string {
    return this.describe(this.padding, this.outputPadding)
  }
}

/**
 * The transpose of `Conv1d`: signals (N, C, L) or (C, L) give (N, F, Lout) or (F, Lout). `weight` is (inChannels,
 * outChannels / groups, kernelSize), `bias` (outChannels). See `functional.convTranspose1d`, and `ConvNd` for how they start.
 */
export class ConvTranspose1d extends ConvTranspose {
  static override typeName: string = 'ConvTranspose1d'

  /** @throws {RungsError} for channels that groups do not divide, and for options out of bounds. */
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeLayerOptions = {}) {
    super([inChannels, outChannels, kernelSize], options, 1)
  }

  /** @throws {ShapeError} for other channels. @throws {RungsError} for an output size that no input of this size has. */
  forward(x: Tensor, size: OutputSize = {}): Tensor {
    return convTranspose1d(checkTensor(x, 'ConvTranspose1d'), this.weight, this.bias, this.optionsFor(x, size))
  }
}

/** As `ConvTranspose1d`, of images (N, C, H, W) or (C, H, W). See `functional.convTranspose2d`. */
export class ConvTranspose2d extends ConvTranspose {
  static override typeName: string = 'ConvTranspose2d'

  /** @throws {RungsError} for channels that groups do not divide, and for options out of bounds. */
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeLayerOptions = {}) {
    super([inChannels, outChannels, kernelSize], options, 2)
  }

  /** @throws {ShapeError} for other channels. @throws {RungsError} for an output size that no input of this size has. */
  forward(x: Tensor, size: OutputSize = {}): Tensor {
    return convTranspose2d(checkTensor(x, 'ConvTranspose2d'), this.weight, this.bias, this.optionsFor(x, size))
  }
}
