import {
  checkOptions,
  type MaxPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  type PerDim,
  type Tensor,
  type ValuesAndIndices,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

abstract class MaxPool extends Module {
  readonly kernelSize: PerDim
  readonly stride: PerDim
  readonly padding: PerDim
  readonly dilation: PerDim
  readonly ceilMode: boolean

  /** @throws {RungsError} for an option that is not there. */
  constructor(kernelSize: PerDim, options: MaxPoolOptions = {}) {
    super()
    checkOptions(options, ['stride', 'padding', 'dilation', 'ceilMode'], new.target.typeName)
    const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options
    this.kernelSize = kernelSize
    this.stride = stride
    this.padding = padding
    this.dilation = dilation
    this.ceilMode = ceilMode
  }

  protected get options(): MaxPoolOptions {
    const { stride, padding, dilation, ceilMode } = this
    return { stride, padding, dilation, ceilMode }
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this
    return repr({ kernel_size: kernelSize, stride, padding, dilation, ceil_mode: ceilMode })
  }
}

/** The largest of each window; the gradient goes to the first of equals. See `functional.maxPool1d`. */
export class MaxPool1d extends MaxPool {
  static override typeName: string = 'MaxPool1d'

  /** @throws {ShapeError} for other dims, and where no window fits. */
  forward(x: Tensor): Tensor {
    return maxPool1d(checkTensor(x, 'MaxPool1d'), this.kernelSize, this.options)
  }

  /** As `forward`, with the position of each maximum in its signal. */
  withIndices(x: Tensor): ValuesAndIndices {
    return maxPool1dWithIndices(checkTensor(x, 'MaxPool1d'), this.kernelSize, this.options)
  }
}

/** The largest of each window; the gradient goes to the first of equals. See `functional.maxPool2d`. */
export class MaxPool2d extends MaxPool {
  static override typeName: string = 'MaxPool2d'

  /** @throws {ShapeError} for other dims, and where no window fits. */
  forward(x: Tensor): Tensor {
    return maxPool2d(checkTensor(x, 'MaxPool2d'), this.kernelSize, this.options)
  }

  /** As `forward`, with the position of each maximum in its image, counted row by row. */
  withIndices(x: Tensor): ValuesAndIndices {
    return maxPool2dWithIndices(checkTensor(x, 'MaxPool2d'), this.kernelSize, this.options)
  }
}
