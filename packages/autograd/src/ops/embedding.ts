import { checkOptions, IndexError } from '@rungs/ndarray'
import { noGrad } from '../gradMode.ts'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { where } from './elementwise.ts'
import { indexSelect } from './gather.ts'

export interface EmbeddingOptions {
  /** A row that gets no gradient, counted from the end where it is negative. */
  readonly paddingIdx?: number | null
  /** Rows that are looked up and whose norm is greater are first scaled down to it, in place. */
  readonly maxNorm?: number | null
  /** The p of that norm; 2 when left out. */
  readonly normType?: number
}

/**
 * Rows of `weight` (V, D) by number: an index of shape (…) gives (…, D).
 * @throws {DTypeError} unless the index is of integers. @throws {IndexError} for a row that is not there.
 */
export function embedding(index: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkTensors('embedding', [index, weight])
  checkOptions(options, ['paddingIdx', 'maxNorm', 'normType'], 'embedding')
  const { paddingIdx = null, maxNorm = null, normType = 2 } = options
  const padding = paddingIdx === null ? null : checkPadding(paddingIdx, weight.shape[0] ?? 0)
  const flat = index.flatten()
  if (maxNorm !== null) noGrad(() => scaleDown(weight, flat, maxNorm, normType))
  const rows = indexSelect(weight, 0, flat, 'embedding').reshape([...index.shape, ...weight.shape.slice(1)])
  return padding === null || !rows.requiresGrad ? rows : where(index.eq(padding).unsqueeze(-1), rows.detach(), rows)
}

/** @throws {IndexError} for a row that is not there. */
export function checkPadding(paddingIdx: number, count: number): number {
  if (Number.isInteger(paddingIdx) && paddingIdx >= -count && paddingIdx < count) {
    return paddingIdx < 0 ? paddingIdx + count : paddingIdx
  }
  throw new IndexError(`Padding_idx must be within num_embeddings: got ${String(paddingIdx)} for ${count} rows`)
}

/** A row that stands there twice is written twice, with the same values. */
function scaleDown(weight: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  const rows = indexSelect(weight, 0, index, 'embedding')
  const norms = rows
    .abs()
    .pow(normType)
    .sum(1, { keepdim: true })
    .pow(1 / normType)
  weight.set([index], where(norms.gt(maxNorm), rows.mul(norms.add(1e-7).reciprocal().mul(maxNorm)), rows))
}
