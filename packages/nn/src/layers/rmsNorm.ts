import { checkOptions, type Device, type DType, ones, rmsNorm, type Shape, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, literal, repr } from '../repr.ts'
import { checkShape } from './layerNorm.ts'

export interface RmsNormLayerOptions {
  /** Added to the mean square; with null, as when left out, the distance from 1 to the next number of the dtype. */
  readonly eps?: number | null
  /** Learn a weight for each element; true when left out. */
  readonly elementwiseAffine?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `x / √(mean(x²) + eps) · weight` over the last dims, which are `normalizedShape`. `weight`, of that shape, starts at 1. See
 * `functional.rmsNorm`.
 */
export class RMSNorm extends Module {
  static override typeName: string = 'RMSNorm'
  readonly normalizedShape: Shape
  readonly eps: number | null
  weight: Parameter | null

  /** @throws {RungsError} unless `normalizedShape` is a positive integer, the size of the last dim, or a list of some. */
  constructor(normalizedShape: number | Shape, options: RmsNormLayerOptions = {}) {
    super()
    checkOptions(options, ['eps', 'elementwiseAffine', 'dtype', 'device'], 'RMSNorm')
    const { eps = null, elementwiseAffine = true, ...placement } = options
    this.normalizedShape = checkShape(normalizedShape, 'RMSNorm')
    this.eps = eps
    this.weight = elementwiseAffine ? parameter(ones(this.normalizedShape, placement)) : null
  }

  /** @throws {ShapeError} where the last dims are others. */
  forward(x: Tensor): Tensor {
    const { normalizedShape, weight, eps } = this
    return rmsNorm(checkTensor(x, 'RMSNorm'), normalizedShape, { weight, eps })
  }

  override extraRepr(): string {
    const { normalizedShape, eps, weight } = this
    const named = { eps: eps === null ? null : float(eps), elementwise_affine: weight !== null }
    return `${literal(normalizedShape)}, ${repr(named)}`
  }
}
