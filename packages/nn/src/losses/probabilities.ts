import {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  checkOptions,
  checkReduction,
  type KlDivOptions,
  klDiv,
  type LossReduction,
  type Tensor,
} from '@rungs/autograd'
import { type Buffer, bufferOrNull } from '../buffer.ts'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** Losses of probabilities against probabilities: inputs and targets of one shape. */

/** `-t log p - (1 - t) log(1 - p)` of probabilities; logarithms stop at -100. */
export class BCELoss extends Module {
  static override typeName: string = 'BCELoss'
  reduction: LossReduction
  weight: Buffer | null

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'BCELoss', ['weight'])
    this.weight = bufferOrNull(options.weight)
  }

  /** @throws {ShapeError} where the shapes differ. */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, weight } = this
    return binaryCrossEntropy(checkTensor(x, 'BCELoss'), checkTensor(target, 'BCELoss'), { reduction, weight })
  }
}

/** `BCELoss` of `sigmoid(x)`, without overflow. */
export class BCEWithLogitsLoss extends Module {
  static override typeName: string = 'BCEWithLogitsLoss'
  reduction: LossReduction
  weight: Buffer | null
  posWeight: Buffer | null

  constructor(options: BinaryCrossEntropyWithLogitsOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'BCEWithLogitsLoss', ['weight', 'posWeight'])
    this.weight = bufferOrNull(options.weight)
    this.posWeight = bufferOrNull(options.posWeight)
  }

  /** @throws {ShapeError} where the shapes differ. */
  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, weight, posWeight } = this
    const options = { reduction, weight, posWeight }
    const [logits, wanted] = [checkTensor(x, 'BCEWithLogitsLoss'), checkTensor(target, 'BCEWithLogitsLoss')]
    return binaryCrossEntropyWithLogits(logits, wanted, options)
  }
}

/** The Kullback-Leibler divergence `t · (log t - x)` of logarithms `x` from probabilities `t`, or with `logTarget` their logarithms. */
export class KLDivLoss extends Module {
  static override typeName: string = 'KLDivLoss'
  reduction: LossReduction | 'batchmean'
  logTarget: boolean

  constructor(options: KlDivOptions = {}) {
    super()
    checkOptions(options, ['reduction', 'logTarget'], 'KLDivLoss')
    const { reduction = 'mean', logTarget = false } = options
    this.reduction = reduction === 'batchmean' ? reduction : checkReduction(reduction, 'KLDivLoss')
    this.logTarget = logTarget
  }

  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, logTarget } = this
    return klDiv(checkTensor(x, 'KLDivLoss'), checkTensor(target, 'KLDivLoss'), { reduction, logTarget })
  }
}
