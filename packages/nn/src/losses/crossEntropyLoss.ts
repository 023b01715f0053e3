import { crossEntropy, type LossOptions, type LossReduction, type Tensor } from '@rungs/autograd'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** `-log softmax(x)[target]`: its mean, its sum or (`none`) each. */
export class CrossEntropyLoss extends Module {
  static override typeName: string = 'CrossEntropyLoss'
  reduction: LossReduction

  constructor(options: LossOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'CrossEntropyLoss')
  }

  /**
   * @param x logits (N, C, …).
   * @param target class numbers (N, …), int32; or a probability for each class, in the shape of `x`.
   * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
   */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction } = this
    return crossEntropy(checkTensor(x, 'CrossEntropyLoss'), checkTensor(target, 'CrossEntropyLoss'), { reduction })
  }
}
