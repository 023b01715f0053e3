import {
  type HuberOptions,
  huberLoss,
  type LossOptions,
  type LossReduction,
  l1Loss,
  mseLoss,
  type SmoothL1Options,
  smoothL1Loss,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** Losses of how far numbers are from what they should be: inputs and targets of one shape. */

/** `(x - target)²`: its mean, its sum or (`none`) each. */
export class MSELoss extends Module {
  static override typeName: string = 'MSELoss'
  reduction: LossReduction

  constructor(options: LossOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'MSELoss')
  }

  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction } = this
    return mseLoss(checkTensor(x, 'MSELoss'), checkTensor(target, 'MSELoss'), { reduction })
  }
}

/** `|x - target|`: its mean, its sum or (`none`) each. */
export class L1Loss extends Module {
  static override typeName: string = 'L1Loss'
  reduction: LossReduction

  constructor(options: LossOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'L1Loss')
  }

  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction } = this
    return l1Loss(checkTensor(x, 'L1Loss'), checkTensor(target, 'L1Loss'), { reduction })
  }
}

/** `(x - target)² / 2β` where they are closer than `beta`, `|x - target| - β/2` elsewhere. */
export class SmoothL1Loss extends Module {
  static override typeName: string = 'SmoothL1Loss'
  reduction: LossReduction
  beta: number

  constructor(options: SmoothL1Options = {}) {
    super()
    this.reduction = reductionOf(options, 'SmoothL1Loss', ['beta'])
    this.beta = options.beta ?? 1
  }

  /** @throws {RungsError} for a negative `beta`. */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, beta } = this
    return smoothL1Loss(checkTensor(x, 'SmoothL1Loss'), checkTensor(target, 'SmoothL1Loss'), { reduction, beta })
  }
}

/** `(x - target)² / 2` where they are closer than `delta`, `δ (|x - target| - δ/2)` elsewhere. */
export class HuberLoss extends Module {
  static override typeName: string = 'HuberLoss'
  reduction: LossReduction
  delta: number

  constructor(options: HuberOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'HuberLoss', ['delta'])
    this.delta = options.delta ?? 1
  }

  /** @throws {RungsError} unless `delta` is positive. */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, delta } = this
    return huberLoss(checkTensor(x, 'HuberLoss'), checkTensor(target, 'HuberLoss'), { reduction, delta })
  }
}
