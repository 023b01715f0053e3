import {
  glu,
  hardsigmoid,
  hardswish,
  logSigmoid,
  sigmoid,
  softsign,
  type Tensor,
  tanh,
  tanhshrink,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

/** Activations between two limits, and what is gated by them. */

/** `1 / (1 + exp(-x))`, elementwise. */
export class Sigmoid extends Module {
  static override typeName: string = 'Sigmoid'

  forward(x: Tensor): Tensor {
    return sigmoid(checkTensor(x, 'Sigmoid'))
  }
}

/** `log(1 / (1 + exp(-x)))`, elementwise, without overflow. */
export class LogSigmoid extends Module {
  static override typeName: string = 'LogSigmoid'

  forward(x: Tensor): Tensor {
    return logSigmoid(checkTensor(x, 'LogSigmoid'))
  }
}

/** `(x + 3) / 6` between 0 and 1. */
export class Hardsigmoid extends Module {
  static override typeName: string = 'Hardsigmoid'

  forward(x: Tensor): Tensor {
    return hardsigmoid(checkTensor(x, 'Hardsigmoid'))
  }
}

/** `x · hardsigmoid(x)`, elementwise. */
export class Hardswish extends Module {
  static override typeName: string = 'Hardswish'

  forward(x: Tensor): Tensor {
    return hardswish(checkTensor(x, 'Hardswish'))
  }
}

/** The hyperbolic tangent, elementwise. */
export class Tanh extends Module {
  static override typeName: string = 'Tanh'

  forward(x: Tensor): Tensor {
    return tanh(checkTensor(x, 'Tanh'))
  }
}

/** `x - tanh(x)`, elementwise. */
export class Tanhshrink extends Module {
  static override typeName: string = 'Tanhshrink'

  forward(x: Tensor): Tensor {
    return tanhshrink(checkTensor(x, 'Tanhshrink'))
  }
}

/** `x / (1 + |x|)`, elementwise. */
export class Softsign extends Module {
  static override typeName: string = 'Softsign'

  forward(x: Tensor): Tensor {
    return softsign(checkTensor(x, 'Softsign'))
  }
}

/** The first half of a dim times the sigmoid of the second: (…, 2N, …) gives (…, N, …). */
export class GLU extends Module {
  static override typeName: string = 'GLU'
  dim: number

  constructor(dim: number = -1) {
    super()
    this.dim = dim
  }

  /** @throws {ShapeError} where the size there is odd. */
  forward(x: Tensor): Tensor {
    return glu(checkTensor(x, 'GLU'), this.dim)
  }

  override extraRepr(): string {
    return repr({ dim: this.dim })
  }
}
