import { logSoftmax, ShapeError, softmax, softmin, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

/** What compares elements along a dim. */
abstract class AlongDim extends Module {
  dim: number

  constructor(dim: number) {
    super()
    this.dim = dim
  }

  override extraRepr(): string {
    return repr({ dim: this.dim })
  }
}

/** `exp(x) / Σ exp(x)` along a dim: positive, and 1 together. */
export class Softmax extends AlongDim {
  static override typeName: string = 'Softmax'

  /** @throws {AxisError} for a dim that is not there. */
  forward(x: Tensor): Tensor {
    return softmax(checkTensor(x, 'Softmax'), this.dim)
  }
}

/** `x - log Σ exp(x)` along a dim. */
export class LogSoftmax extends AlongDim {
  static override typeName: string = 'LogSoftmax'

  /** @throws {AxisError} for a dim that is not there. */
  forward(x: Tensor): Tensor {
    return logSoftmax(checkTensor(x, 'LogSoftmax'), this.dim)
  }
}

/** `Softmax` of `-x`: the smallest gets the most. */
export class Softmin extends AlongDim {
  static override typeName: string = 'Softmin'

  /** @throws {AxisError} for a dim that is not there. */
  forward(x: Tensor): Tensor {
    return softmin(checkTensor(x, 'Softmin'), this.dim)
  }
}

/** `Softmax` over the channels of (N, C, H, W) or (C, H, W), at every place. */
export class Softmax2d extends Module {
  static override typeName: string = 'Softmax2d'

  /** @throws {ShapeError} for another number of dims. */
  forward(x: Tensor): Tensor {
    const { ndim } = checkTensor(x, 'Softmax2d')
    if (ndim === 3 || ndim === 4) return softmax(x, -3)
    throw new ShapeError(`Softmax2d: expected input to be 3D or 4D, got ${ndim}D instead`)
  }
}
