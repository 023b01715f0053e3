import { bilinear, checkOptions, empty, type Tensor } from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { uniform_ } from '../init.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { repr } from '../repr.ts'
import type { LinearOptions } from './linear.ts'

/**
 * `x1ᵀ · weight[k] · x2 + bias[k]` for each output `k`: inputs (…, in1Features) and (…, in2Features) give (…, outFeatures).
 *
 * `weight` (outFeatures, in1Features, in2Features) and `bias` (outFeatures) start uniform in ±1/√in1Features, drawn in this
 * order from the default stream: the numbers that PyTorch's `Bilinear` draws.
 */
export class Bilinear extends Module {
  static override typeName: string = 'Bilinear'
  readonly in1Features: number
  readonly in2Features: number
  readonly outFeatures: number
  weight: Parameter
  bias: Parameter | null

  /** @throws {RungsError} unless all widths are positive integers. */
  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super()
    checkOptions(options, ['bias', 'dtype', 'device'], 'Bilinear')
    const { bias = true, ...placement } = options
    this.in1Features = checkWidth('Bilinear', 'in1Features', in1Features)
    this.in2Features = checkWidth('Bilinear', 'in2Features', in2Features)
    this.outFeatures = checkWidth('Bilinear', 'outFeatures', outFeatures)
    this.weight = parameter(empty([outFeatures, in1Features, in2Features], placement))
    this.bias = bias ? parameter(empty([outFeatures], placement)) : null
    this.resetParameters()
  }

  /** Draw new values. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features)
    uniform_(this.weight, -bound, bound)
    if (this.bias !== null) uniform_(this.bias, -bound, bound)
  }

  /** @throws {ShapeError} where a width does not fit, or the dims before differ. */
  forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(checkTensor(x1, 'Bilinear'), checkTensor(x2, 'Bilinear'), this.weight, this.bias)
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this
    return repr({
      in1_features: in1Features,
      in2_features: in2Features,
      out_features: outFeatures,
      bias: bias !== null,
    })
  }
}
