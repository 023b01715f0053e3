import {
  type ConvOptions,
  conv1d,
  conv2d,
  type PadMode,
  type PerDim,
  pad,
  perDim,
  RungsError,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { type ConvArguments, ConvNd, type ConvNdOptions, type Padding } from './convNd.ts'

export interface ConvLayerOptions extends ConvNdOptions {
  /** Positions added on either side, or as many as keep the size ('same', with stride 1); none when left out. */
  readonly padding?: PerDim | 'same' | 'valid'
  /** What is added: zeros (when left out), the mirror image, the edge or the other end. */
  readonly paddingMode?: PaddingMode
}

export type PaddingMode = 'zeros' | Exclude<PadMode, 'constant'>

const paddingModes: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular']

abstract class Conv extends ConvNd {
  readonly padding: Padding
  readonly paddingMode: PaddingMode

  constructor(given: ConvArguments, options: ConvLayerOptions, rank: number) {
    super(given, options, rank, false, ['padding', 'paddingMode'])
    const name = new.target.typeName
    const { padding = 0, paddingMode = 'zeros' } = options
    if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid') {
      throw new RungsError(`Invalid padding string '${String(padding)}', should be one of valid, same: ${name}`)
    }
    if (padding === 'same' && this.stride.some((step) => step !== 1)) {
      throw new RungsError(`padding='same' is not supported for strided convolutions: ${name}`)
    }
    if (!paddingModes.includes(paddingMode)) {
      throw new RungsError(
        `paddingMode must be one of ${paddingModes.join(', ')}, but got paddingMode='${String(paddingMode)}': ${name}`,
      )
    }
    this.padding = typeof padding === 'string' ? padding : perDim(padding, rank, 'padding', name)
    this.paddingMode = paddingMode
  }

  /** The input with what is around it, where that is not zeros, and how it is convolved then. */
  protected surround(x: Tensor): readonly [x: Tensor, options: ConvOptions] {
    const { stride, padding, dilation, groups, paddingMode, kernelSize } = this
    if (paddingMode === 'zeros' || padding === 'valid') return [x, { stride, padding, dilation, groups }]
    const widths = kernelSize.map((size, dim) => {
      if (padding !== 'same') return [padding[dim]!, padding[dim]!]
      const all = (size - 1) * dilation[dim]!
      return [Math.floor(all / 2), Math.ceil(all / 2)]
    })
    return [pad(x, widths.reverse().flat(), { mode: paddingMode }), { stride, dilation, groups }]
  }

  override extraRepr(): string {
    return this.describe(this.padding, [], this.paddingMode)
  }
}

/**
 * Cross-correlation of signals (N, C, L) or (C, L) with learned windows: (N, F, Lout) or (F, Lout). `weight` is (outChannels,
 * inChannels / groups, kernelSize), `bias` (outChannels). See `functional.conv1d`, and `ConvNd` for how they start.
 */
export class Conv1d extends Conv {
  static override typeName: string = 'Conv1d'

  /** @throws {RungsError} for channels that groups do not divide, and for options out of bounds. */
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvLayerOptions = {}) {
    super([inChannels, outChannels, kernelSize], options, 1)
  }

  /** @throws {ShapeError} for other channels, and where no window fits. */
  forward(x: Tensor): Tensor {
    const [signals, options] = this.surround(checkTensor(x, 'Conv1d'))
    return conv1d(signals, this.weight, this.bias, options)
  }
}

/** As `Conv1d`, of images (N, C, H, W) or (C, H, W), with rectangles for windows. See `functional.conv2d`. */
export class Conv2d extends Conv {
  static override typeName: string = 'Conv2d'

  /** @throws {RungsError} for channels that groups do not divide, and for options out of bounds. */
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvLayerOptions = {}) {
    super([inChannels, outChannels, kernelSize], options, 2)
  }

  /** @throws {ShapeError} for other channels, and where no window fits. */
  forward(x: Tensor): Tensor {
    const [images, options] = this.surround(checkTensor(x, 'Conv2d'))
    return conv2d(images, this.weight, this.bias, options)
  }
}
