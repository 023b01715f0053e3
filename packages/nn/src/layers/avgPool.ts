import {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  checkOptions,
  type PerDim,
  perDim,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

const names = ['stride', 'padding', 'ceilMode', 'countIncludePad']

/** The mean of each window of signals (N, C, L) or (C, L). See `functional.avgPool1d`. */
export class AvgPool1d extends Module {
  static override typeName: string = 'AvgPool1d'
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly ceilMode: boolean
  readonly countIncludePad: boolean

  /** @throws {RungsError} for arguments out of bounds. */
  constructor(kernelSize: PerDim, options: Omit<AvgPoolOptions, 'divisorOverride'> = {}) {
    super()
    checkOptions(options, names, 'AvgPool1d')
    const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options
    this.kernelSize = perDim(kernelSize, 1, 'kernelSize', 'AvgPool1d')
    this.stride = perDim(stride, 1, 'stride', 'AvgPool1d')
    this.padding = perDim(padding, 1, 'padding', 'AvgPool1d')
    this.ceilMode = ceilMode
    this.countIncludePad = countIncludePad
  }

  /** @throws {ShapeError} for other dims, and where no window fits. */
  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this
    return avgPool1d(checkTensor(x, 'AvgPool1d'), kernelSize, { stride, padding, ceilMode, countIncludePad })
  }

  override extraRepr(): string {
    return repr({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding })
  }
}

/** The mean of each window of images (N, C, H, W) or (C, H, W). See `functional.avgPool2d`. */
export class AvgPool2d extends Module {
  static override typeName: string = 'AvgPool2d'
  readonly kernelSize: PerDim
  readonly stride: PerDim
  readonly padding: PerDim
  readonly ceilMode: boolean
  readonly countIncludePad: boolean
  readonly divisorOverride: number | null

  /** @throws {RungsError} for an option that is not there. */
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    super()
    checkOptions(options, [...names, 'divisorOverride'], 'AvgPool2d')
    const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options
    this.kernelSize = kernelSize
    this.stride = stride
    this.padding = padding
    this.ceilMode = ceilMode
    this.countIncludePad = countIncludePad
    this.divisorOverride = options.divisorOverride ?? null
  }

  /** @throws {ShapeError} for other dims, and where no window fits. */
  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this
    return avgPool2d(checkTensor(x, 'AvgPool2d'), kernelSize, {
      stride,
      padding,
      ceilMode,
      countIncludePad,
      ...(divisorOverride !== null && { divisorOverride }),
    })
  }

  override extraRepr(): string {
    return repr({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding })
  }
}
