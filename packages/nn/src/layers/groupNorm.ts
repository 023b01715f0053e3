import { checkOptions, type Device, type DType, groupNorm, ones, RungsError, type Tensor, zeros } from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, repr } from '../repr.ts'

export interface GroupNormLayerOptions {
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
  /** Learn a weight and a bias for each channel; true when left out. */
  readonly affine?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for x of (N, C, …), over each of `numGroups` groups of channels. `weight`
 * starts at 1, `bias` at 0, both of (C). See `functional.groupNorm`.
 */
export class GroupNorm extends Module {
  static override typeName: string = 'GroupNorm'
  readonly numGroups: number
  readonly numChannels: number
  readonly eps: number
  weight: Parameter | null
  bias: Parameter | null

  /** @throws {RungsError} unless both numbers are positive integers, and groups of one size make up the channels. */
  constructor(numGroups: number, numChannels: number, options: GroupNormLayerOptions = {}) {
    super()
    checkOptions(options, ['eps', 'affine', 'dtype', 'device'], 'GroupNorm')
    const { eps = 1e-5, affine = true, ...placement } = options
    this.numGroups = checkWidth('GroupNorm', 'numGroups', numGroups)
    this.numChannels = checkWidth('GroupNorm', 'numChannels', numChannels)
    if (numChannels % numGroups !== 0) {
      throw new RungsError(`num_channels must be divisible by num_groups: GroupNorm(${numGroups}, ${numChannels})`)
    }
    this.eps = eps
    this.weight = affine ? parameter(ones([numChannels], placement)) : null
    this.bias = affine ? parameter(zeros([numChannels], placement)) : null
  }

  /** @throws {ShapeError} where dim 1 is not `numChannels` and there is a weight, or no multiple of the groups. */
  forward(x: Tensor): Tensor {
    const { numGroups, weight, bias, eps } = this
    return groupNorm(checkTensor(x, 'GroupNorm'), numGroups, { weight, bias, eps })
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, weight } = this
    return `${numGroups}, ${numChannels}, ${repr({ eps: float(eps), affine: weight !== null })}`
  }
}
