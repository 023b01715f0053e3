import {
  type CosineSimilarityOptions,
  checkOptions,
  cosineEmbeddingLoss,
  cosineSimilarity,
  hingeEmbeddingLoss,
  type LossReduction,
  type MarginOptions,
  marginRankingLoss,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor, reductionOf } from '../check.ts'
import { Module } from '../module.ts'

/** Losses of what should be apart by a margin, and how near vectors point. */

/** Of distances: `x` where the target is 1, `max(0, margin - x)` where it is -1. */
export class HingeEmbeddingLoss extends Module {
  static override typeName: string = 'HingeEmbeddingLoss'
  reduction: LossReduction
  margin: number

  constructor(options: MarginOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'HingeEmbeddingLoss', ['margin'])
    this.margin = options.margin ?? 1
  }

  forward(x: Tensor, target: Tensor): Tensor {
    const { reduction, margin } = this
    const [distances, signs] = [checkTensor(x, 'HingeEmbeddingLoss'), checkTensor(target, 'HingeEmbeddingLoss')]
    return hingeEmbeddingLoss(distances, signs, { reduction, margin })
  }
}

/** `max(0, margin - target · (x1 - x2))`: the first should rank higher where the target is 1, lower where it is -1. */
export class MarginRankingLoss extends Module {
  static override typeName: string = 'MarginRankingLoss'
  reduction: LossReduction
  margin: number

  constructor(options: MarginOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'MarginRankingLoss', ['margin'])
    this.margin = options.margin ?? 0
  }

  /** @throws {ShapeError} where the inputs have different numbers of dims. */
  forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    const { reduction, margin } = this
    const [first, second, signs] = [x1, x2, target].map((x) => checkTensor(x, 'MarginRankingLoss'))
    return marginRankingLoss(first!, second!, signs!, { reduction, margin })
  }
}

/** `1 - cos(x1, x2)` where the target is 1, `max(0, cos(x1, x2) - margin)` where it is -1: (N, D), (N, D) and (N,). */
export class CosineEmbeddingLoss extends Module {
  static override typeName: string = 'CosineEmbeddingLoss'
  reduction: LossReduction
  margin: number

  constructor(options: MarginOptions = {}) {
    super()
    this.reduction = reductionOf(options, 'CosineEmbeddingLoss', ['margin'])
    this.margin = options.margin ?? 0
  }

  /** @throws {ShapeError} where the shapes do not fit. */
  forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    const { reduction, margin } = this
    const [first, second, signs] = [x1, x2, target].map((x) => checkTensor(x, 'CosineEmbeddingLoss'))
    return cosineEmbeddingLoss(first!, second!, signs!, { reduction, margin })
  }
}

/** The cosine of the angle between vectors along a dim, which goes away. */
export class CosineSimilarity extends Module {
  static override typeName: string = 'CosineSimilarity'
  dim: number
  eps: number

  constructor(options: CosineSimilarityOptions = {}) {
    super()
    checkOptions(options, ['dim', 'eps'], 'CosineSimilarity')
    this.dim = options.dim ?? 1
    this.eps = options.eps ?? 1e-8
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    const { dim, eps } = this
    return cosineSimilarity(checkTensor(x1, 'CosineSimilarity'), checkTensor(x2, 'CosineSimilarity'), { dim, eps })
  }
}
