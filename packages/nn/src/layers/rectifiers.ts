import {
  checkOptions,
  type Device,
  type DType,
  full,
  type HardtanhOptions,
  hardshrink,
  hardtanh,
  type LeakyReluOptions,
  leakyRelu,
  prelu,
  RungsError,
  relu,
  relu6,
  softshrink,
  type Tensor,
  threshold,
} from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, repr } from '../repr.ts'

/** Activations in straight pieces. */

/** `max(x, 0)`, elementwise; the gradient at 0 is 0. */
export class ReLU extends Module {
  static override typeName: string = 'ReLU'

  forward(x: Tensor): Tensor {
    return relu(checkTensor(x, 'ReLU'))
  }
}

/** `min(max(x, 0), 6)`, elementwise; the gradient at 0 and 6 is 0. */
export class ReLU6 extends Module {
  static override typeName: string = 'ReLU6'

  forward(x: Tensor): Tensor {
    return relu6(checkTensor(x, 'ReLU6'))
  }
}

/** `x` above 0, `negativeSlope · x` below, elementwise. */
export class LeakyReLU extends Module {
  static override typeName: string = 'LeakyReLU'
  negativeSlope: number

  constructor(options: LeakyReluOptions = {}) {
    super()
    checkOptions(options, ['negativeSlope'], 'LeakyReLU')
    this.negativeSlope = options.negativeSlope ?? 0.01
  }

  forward(x: Tensor): Tensor {
    const { negativeSlope } = this
    return leakyRelu(checkTensor(x, 'LeakyReLU'), { negativeSlope })
  }

  override extraRepr(): string {
    return repr({ negative_slope: float(this.negativeSlope) })
  }
}

export interface PReLUOptions {
  /** One slope for all, or one for each channel; 1 when left out. */
  readonly numParameters?: number
  /** What the slopes start as; 0.25 when left out. */
  readonly init?: number
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `x` above 0, `weight · x` below, where `weight` is learned: one slope for all, or one for each channel (dim 1).
 * @see K. He and others, Delving deep into rectifiers, 2015.
 */
export class PReLU extends Module {
  static override typeName: string = 'PReLU'
  weight: Parameter

  /** @throws {RungsError} unless the number of parameters is a positive integer. */
  constructor(options: PReLUOptions = {}) {
    super()
    checkOptions(options, ['numParameters', 'init', 'dtype', 'device'], 'PReLU')
    const { numParameters = 1, init = 0.25, ...placement } = options
    this.weight = parameter(full([checkWidth('PReLU', 'numParameters', numParameters)], init, placement))
  }

  /** @throws {ShapeError} where there are neither one slope nor as many as channels. */
  forward(x: Tensor): Tensor {
    return prelu(checkTensor(x, 'PReLU'), this.weight)
  }

  override extraRepr(): string {
    return repr({ num_parameters: this.weight.size })
  }
}

/** Every element at least `minVal` and at most `maxVal`; the gradient at either is 0. */
export class Hardtanh extends Module {
  static override typeName: string = 'Hardtanh'
  minVal: number
  maxVal: number

  /** @throws {RungsError} unless `minVal` is below `maxVal`. */
  constructor(options: HardtanhOptions = {}) {
    super()
    checkOptions(options, ['minVal', 'maxVal'], 'Hardtanh')
    this.minVal = options.minVal ?? -1
    this.maxVal = options.maxVal ?? 1
    if (!(this.minVal < this.maxVal)) {
      throw new RungsError(`Hardtanh: minVal must be below maxVal, got ${this.minVal} and ${this.maxVal}`)
    }
  }

  forward(x: Tensor): Tensor {
    const { minVal, maxVal } = this
    return hardtanh(checkTensor(x, 'Hardtanh'), { minVal, maxVal })
  }

  override extraRepr(): string {
    return repr({ min_val: float(this.minVal), max_val: float(this.maxVal) })
  }
}

/** `x` above a threshold, `value` at it and below, elementwise. */
export class Threshold extends Module {
  static override typeName: string = 'Threshold'
  threshold: number
  value: number

  constructor(threshold: number, value: number) {
    super()
    this.threshold = threshold
    this.value = value
  }

  forward(x: Tensor): Tensor {
    return threshold(checkTensor(x, 'Threshold'), this.threshold, this.value)
  }

  override extraRepr(): string {
    return repr({ threshold: this.threshold, value: this.value })
  }
}

/** What is 0 nearer to it than `lambda`. */
abstract class Shrink extends Module {
  lambda: number

  constructor(lambda: number = 0.5) {
    super()
    this.lambda = lambda
  }

  override extraRepr(): string {
    return float(this.lambda)
  }
}

/** `x` moved towards 0 by `lambda`, and 0 nearer than that. */
export class Softshrink extends Shrink {
  static override typeName: string = 'Softshrink'

  /** @throws {RungsError} for a negative `lambda`. */
  forward(x: Tensor): Tensor {
    return softshrink(checkTensor(x, 'Softshrink'), this.lambda)
  }
}

/** `x`, and 0 nearer to it than `lambda`. */
export class Hardshrink extends Shrink {
  static override typeName: string = 'Hardshrink'

  forward(x: Tensor): Tensor {
    return hardshrink(checkTensor(x, 'Hardshrink'), this.lambda)
  }
}
