import { type LossOptions, type LossReduction, mseLoss, type Tensor } from '@rungs/autograd'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** `(x - target)²`: its mean, its sum or (`none`) each. */
export class MSELoss extends Module {
  static override typeName: string = 'MSELoss'
  reduction: LossReduction

  constructor(options: LossOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'MSELoss')
  }

  /** @param target of the shape of `x`. */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction } = this
    return mseLoss(checkTensor(x, 'MSELoss'), checkTensor(target, 'MSELoss'), { reduction })
  }
}
