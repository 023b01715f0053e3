import { checkOptions, type Device, type DType, layerNorm, ones, type Shape, type Tensor, zeros } from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, literal, repr } from '../repr.ts'

export interface LayerNormLayerOptions {
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
  /** Learn a weight and a bias for each element; true when left out. */
  readonly elementwiseAffine?: boolean
  /** Learn a bias beside the weight; true when left out. */
  readonly bias?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` over the last dims, which are `normalizedShape`. `weight` starts at 1, `bias` at
 * 0, both of that shape. See `functional.layerNorm`.
 */
export class LayerNorm extends Module {
  static override typeName: string = 'LayerNorm'
  readonly normalizedShape: Shape
  readonly eps: number
  weight: Parameter | null
  bias: Parameter | null

  /** @throws {RungsError} unless `normalizedShape` is a positive integer, the size of the last dim, or a list of some. */
  constructor(normalizedShape: number | Shape, options: LayerNormLayerOptions = {}) {
    super()
    checkOptions(options, ['eps', 'elementwiseAffine', 'bias', 'dtype', 'device'], 'LayerNorm')
    const { eps = 1e-5, elementwiseAffine = true, bias = true, ...placement } = options
    this.normalizedShape = checkShape(normalizedShape, 'LayerNorm')
    this.eps = eps
    this.weight = elementwiseAffine ? parameter(ones(this.normalizedShape, placement)) : null
    this.bias = elementwiseAffine && bias ? parameter(zeros(this.normalizedShape, placement)) : null
  }

  /** @throws {ShapeError} where the last dims are others. */
  forward(x: Tensor): Tensor {
    const { normalizedShape, weight, bias, eps } = this
    return layerNorm(checkTensor(x, 'LayerNorm'), normalizedShape, { weight, bias, eps })
  }

  override extraRepr(): string {
    const { normalizedShape, eps, weight } = this
    return `${literal(normalizedShape)}, ${repr({ eps: float(eps), elementwise_affine: weight !== null })}`
  }
}

/** A list of sizes; one size is the last dim's. */
export const checkShape = (shape: number | Shape, layer: string): Shape =>
  (Array.isArray(shape) ? shape : [shape]).map((size) => checkWidth(layer, 'normalizedShape', size))
