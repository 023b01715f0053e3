import { checkOptions, type Device, type DType, empty, linear, type Tensor } from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { kaimingUniform_, uniform_ } from '../init.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { repr } from '../repr.ts'

export interface LinearOptions {
  /** Add a bias; true when left out. */
  readonly bias?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `x · weightᵀ + bias`, for inputs (…, inFeatures) and outputs (…, outFeatures).
 *
 * `weight` (outFeatures, inFeatures) and `bias` (outFeatures) start uniform in ±1/√inFeatures, drawn in this order from the
 * default stream: the numbers that PyTorch's `Linear` draws.
 */
export class Linear extends Module {
  static override typeName: string = 'Linear'
  readonly inFeatures: number
  readonly outFeatures: number
  weight: Parameter
  bias: Parameter | null

  /** @throws {RungsError} unless both widths are positive integers. */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super()
    checkOptions(options, ['bias', 'dtype', 'device'], 'Linear')
    const { bias = true, ...placement } = options
    this.inFeatures = checkWidth('Linear', 'inFeatures', inFeatures)
    this.outFeatures = checkWidth('Linear', 'outFeatures', outFeatures)
    this.weight = parameter(empty([outFeatures, inFeatures], placement))
    this.bias = bias ? parameter(empty([outFeatures], placement)) : null
    this.resetParameters()
  }

  /** Draw new values. */
  resetParameters(): void {
    // √5 makes the bound 1/√fanIn: an old default that PyTorch keeps.
    kaimingUniform_(this.weight, { a: Math.sqrt(5) })
    const bound = 1 / Math.sqrt(this.inFeatures)
    if (this.bias !== null) uniform_(this.bias, -bound, bound)
  }

  /** @throws {ShapeError} where the input's last dim is not `inFeatures`. */
  forward(x: Tensor): Tensor {
    return linear(checkTensor(x, 'Linear'), this.weight, this.bias)
  }

  override extraRepr(): string {
    return repr({ in_features: this.inFeatures, out_features: this.outFeatures, bias: this.bias !== null })
  }
}
