import {
  checkOptions,
  type InterpolateOptions,
  interpolate,
  type PerDim,
  RungsError,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { float, literal } from '../repr.ts'

/** Signals (N, C, L) or images (N, C, H, W) in another size. See `functional.interpolate`. */
export class Upsample extends Module {
  static override typeName: string = 'Upsample'
  readonly options: InterpolateOptions

  /** @throws {RungsError} unless there is a size or a factor, and for an option that is not there. */
  constructor(options: InterpolateOptions) {
    super()
    checkOptions(options, ['size', 'scaleFactor', 'mode', 'alignCorners'], 'Upsample')
    if ((options.size === undefined) === (options.scaleFactor === undefined)) {
      throw new RungsError('Upsample: either size or scaleFactor should be defined, and not both')
    }
    this.options = { mode: 'nearest', ...options }
  }

  /** @throws {ShapeError} for dims that the mode does not take. */
  forward(x: Tensor): Tensor {
    return interpolate(checkTensor(x, 'Upsample'), this.options)
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = this.options
    const which = size === undefined ? `scale_factor=${floats(scaleFactor!)}` : `size=${literal(size)}`
    return `${which}, mode=${mode}`
  }
}

const floats = (factor: PerDim): string =>
  typeof factor === 'number' ? float(factor) : `(${factor.map(float).join(', ')})`
