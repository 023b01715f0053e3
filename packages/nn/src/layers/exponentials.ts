import {
  celu,
  checkOptions,
  type EluOptions,
  elu,
  type GeluOptions,
  gelu,
  mish,
  type SoftplusOptions,
  selu,
  silu,
  softplus,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { float, repr } from '../repr.ts'

/** Activations that bend: near `x` far above 0, near a constant far below. */

/** `x` above 0, `alpha · (exp(x) - 1)` below. */
export class ELU extends Module {
  static override typeName: string = 'ELU'
  alpha: number

  constructor(options: EluOptions = {}) {
    super()
    checkOptions(options, ['alpha'], 'ELU')
    this.alpha = options.alpha ?? 1
  }

  forward(x: Tensor): Tensor {
    const { alpha } = this
    return elu(checkTensor(x, 'ELU'), { alpha })
  }

  override extraRepr(): string {
    return repr({ alpha: float(this.alpha) })
  }
}

/** `x` above 0, `alpha · (exp(x / alpha) - 1)` below. */
export class CELU extends Module {
  static override typeName: string = 'CELU'
  alpha: number

  constructor(options: EluOptions = {}) {
    super()
    checkOptions(options, ['alpha'], 'CELU')
    this.alpha = options.alpha ?? 1
  }

  /** @throws {RungsError} for an alpha of 0. */
  forward(x: Tensor): Tensor {
    const { alpha } = this
    return celu(checkTensor(x, 'CELU'), { alpha })
  }

  override extraRepr(): string {
    return repr({ alpha: float(this.alpha) })
  }
}

/** `ELU` with the scale and alpha that keep a mean of 0 and a variance of 1. */
export class SELU extends Module {
  static override typeName: string = 'SELU'

  forward(x: Tensor): Tensor {
    return selu(checkTensor(x, 'SELU'))
  }
}

/** `x · Φ(x)`, with the distribution function of the normal distribution; or its approximation by `tanh`. */
export class GELU extends Module {
  static override typeName: string = 'GELU'
  approximate: 'none' | 'tanh'

  constructor(options: GeluOptions = {}) {
    super()
    checkOptions(options, ['approximate'], 'GELU')
    this.approximate = options.approximate ?? 'none'
  }

  /** @throws {RungsError} for an approximation that is not there. */
  forward(x: Tensor): Tensor {
    const { approximate } = this
    return gelu(checkTensor(x, 'GELU'), { approximate })
  }

  override extraRepr(): string {
    return repr({ approximate: `'${this.approximate}'` })
  }
}

/** `x · sigmoid(x)`, elementwise. */
export class SiLU extends Module {
  static override typeName: string = 'SiLU'

  forward(x: Tensor): Tensor {
    return silu(checkTensor(x, 'SiLU'))
  }
}

/** `x · tanh(softplus(x))`, elementwise. */
export class Mish extends Module {
  static override typeName: string = 'Mish'

  forward(x: Tensor): Tensor {
    return mish(checkTensor(x, 'Mish'))
  }
}

/** `log(1 + exp(beta · x)) / beta`, and `x` where `beta · x` is above the threshold. */
export class Softplus extends Module {
  static override typeName: string = 'Softplus'
  beta: number
  threshold: number

  constructor(options: SoftplusOptions = {}) {
    super()
    checkOptions(options, ['beta', 'threshold'], 'Softplus')
    this.beta = options.beta ?? 1
    this.threshold = options.threshold ?? 20
  }

  forward(x: Tensor): Tensor {
    const { beta, threshold } = this
    return softplus(checkTensor(x, 'Softplus'), { beta, threshold })
  }

  override extraRepr(): string {
    return repr({ beta: this.beta, threshold: this.threshold })
  }
}
