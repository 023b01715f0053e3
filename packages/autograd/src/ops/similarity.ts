import { checkOptions } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { maximum } from './elementwise.ts'

export interface CosineSimilarityOptions {
  /** The dim of the vectors; 1 when left out. */
  readonly dim?: number
  /** The least that a length counts as; 1e-8 when left out. */
  readonly eps?: number
}

/** The cosine of the angle between vectors, `x1 · x2 / (|x1| |x2|)`; a dim goes away, others broadcast. */
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkOptions(options, ['dim', 'eps'], 'cosineSimilarity')
  checkTensors('cosineSimilarity', [x1, x2])
  const { dim = 1, eps = 1e-8 } = options
  // Of zeros the square root has no slope: the bound goes inside it.
  const length = (x: Tensor): Tensor => maximum(x.square().sum(dim, { keepdim: true }), eps * eps).sqrt()
  return x1
    .div(length(x1))
    .mul(x2.div(length(x2)))
    .sum(dim)
}
