import {
  type CrossEntropyOptions,
  crossEntropy,
  type LossReduction,
  type MultiMarginOptions,
  multiMarginLoss,
  type NllOptions,
  nllLoss,
  type Tensor,
} from '@rungs/autograd'
import { type Buffer, bufferOrNull } from '../buffer.ts'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** Losses of scores for each class against the number of the right one. */

/** `-weight[t] · log softmax(x)[t]`: its mean over the weights, its sum or (`none`) each. */
export class CrossEntropyLoss extends Module {
  static override typeName: string = 'CrossEntropyLoss'
  reduction: LossReduction
  weight: Buffer | null
  ignoreIndex: number
  labelSmoothing: number

  constructor(options: CrossEntropyOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'CrossEntropyLoss', ['weight', 'ignoreIndex', 'labelSmoothing'])
    this.weight = bufferOrNull(options.weight)
    this.ignoreIndex = options.ignoreIndex ?? -100
    this.labelSmoothing = options.labelSmoothing ?? 0
  }

  /**
   * @param x logits (N, C, …).
   * @param target class numbers (N, …), int32; or a probability for each class, in the shape of `x`.
   * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
   */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, weight, ignoreIndex, labelSmoothing } = this
    const options = { reduction, weight, ignoreIndex, labelSmoothing }
    return crossEntropy(checkTensor(x, 'CrossEntropyLoss'), checkTensor(target, 'CrossEntropyLoss'), options)
  }
}

/** `-weight[t] · x[t]` of logarithms of probabilities: what `CrossEntropyLoss` is after a `LogSoftmax`. */
export class NLLLoss extends Module {
  static override typeName: string = 'NLLLoss'
  reduction: LossReduction
  weight: Buffer | null
  ignoreIndex: number

  constructor(options: NllOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'NLLLoss', ['weight', 'ignoreIndex'])
    this.weight = bufferOrNull(options.weight)
    this.ignoreIndex = options.ignoreIndex ?? -100
  }

  /**
   * @param x logarithms of probabilities (N, C, …).
   * @param target class numbers (N, …), int32.
   * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
   */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, weight, ignoreIndex } = this
    return nllLoss(checkTensor(x, 'NLLLoss'), checkTensor(target, 'NLLLoss'), { reduction, weight, ignoreIndex })
  }
}

/** `Σᵢ max(0, margin - x[t] + x[i])ᵖ / C` over the classes beside the right one: the hinge loss of several classes. */
export class MultiMarginLoss extends Module {
  static override typeName: string = 'MultiMarginLoss'
  reduction: LossReduction
  p: 1 | 2
  margin: number
  weight: Buffer | null

  constructor(options: MultiMarginOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'MultiMarginLoss', ['p', 'margin', 'weight'])
    this.p = options.p ?? 1
    this.margin = options.margin ?? 1
    this.weight = bufferOrNull(options.weight)
  }

  /**
   * @param x scores (N, C).
   * @param target class numbers (N,), int32.
   * @throws {DTypeError} for class numbers that are not integers. @throws {ShapeError} where the shapes do not fit.
   */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, p, margin, weight } = this
    const options = { reduction, p, margin, weight }
    return multiMarginLoss(checkTensor(x, 'MultiMarginLoss'), checkTensor(target, 'MultiMarginLoss'), options)
  }
}
