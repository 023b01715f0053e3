import { type AdaptiveSize, adaptiveAvgPool1d, adaptiveAvgPool2d, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

abstract class AdaptiveAvgPool extends Module {
  readonly outputSize: AdaptiveSize

  constructor(outputSize: AdaptiveSize) {
    super()
    this.outputSize = outputSize
  }

  override extraRepr(): string {
    return repr({ output_size: this.outputSize })
  }
}

/** Means of as many parts of signals (N, C, L) or (C, L) as wanted. See `functional.adaptiveAvgPool1d`. */
export class AdaptiveAvgPool1d extends AdaptiveAvgPool {
  static override typeName: string = 'AdaptiveAvgPool1d'

  /** @throws {ShapeError} for other dims. @throws {RungsError} for a size that is no positive integer. */
  forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(checkTensor(x, 'AdaptiveAvgPool1d'), this.outputSize)
  }
}

/** Means of as many parts of images (N, C, H, W) or (C, H, W) as wanted. See `functional.adaptiveAvgPool2d`. */
export class AdaptiveAvgPool2d extends AdaptiveAvgPool {
  static override typeName: string = 'AdaptiveAvgPool2d'

  /** @throws {ShapeError} for other dims. @throws {RungsError} for sizes that are no positive integers. */
  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(checkTensor(x, 'AdaptiveAvgPool2d'), this.outputSize)
  }
}
