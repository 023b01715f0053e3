import {
  checkOptions,
  checkPadding,
  type Device,
  type DType,
  embedding,
  empty,
  type EmbeddingOptions as LookupOptions,
  noGrad,
  ShapeError,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { normal_ } from '../init.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, repr } from '../repr.ts'

export interface EmbeddingOptions extends LookupOptions {
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * A learned row of `embeddingDim` numbers for each of `numEmbeddings` words: integers (…) give (…, embeddingDim).
 *
 * `weight` (numEmbeddings, embeddingDim) starts with standard normal numbers from the default stream, and zeros in the padding
 * row, which gets no gradient: the numbers that PyTorch's `Embedding` draws.
 */
export class Embedding extends Module {
  static override typeName: string = 'Embedding'
  readonly numEmbeddings: number
  readonly embeddingDim: number
  readonly paddingIdx: number | null
  maxNorm: number | null
  normType: number
  weight: Parameter

  /** @throws {RungsError} unless both sizes are positive integers. @throws {IndexError} for a padding row that is not there. */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super()
    checkOptions(options, ['paddingIdx', 'maxNorm', 'normType', 'dtype', 'device'], 'Embedding')
    const { paddingIdx = null, maxNorm = null, normType = 2, ...placement } = options
    this.numEmbeddings = checkWidth('Embedding', 'numEmbeddings', numEmbeddings)
    this.embeddingDim = checkWidth('Embedding', 'embeddingDim', embeddingDim)
    this.paddingIdx = paddingIdx === null ? null : checkPadding(paddingIdx, numEmbeddings)
    this.maxNorm = maxNorm
    this.normType = normType
    this.weight = parameter(empty([numEmbeddings, embeddingDim], placement))
    this.resetParameters()
  }

  /**
   * A layer of rows that exist already, which stay as they are unless `freeze` is false.
   * @throws {ShapeError} unless `rows` is (V, D).
   */
  static fromPretrained(rows: Tensor, options: LookupOptions & { readonly freeze?: boolean } = {}): Embedding {
    const { freeze = true, ...rest } = options
    const [count, width] = checkTensor(rows, 'Embedding').shape
    if (rows.ndim !== 2) throw new ShapeError(`Embeddings parameter is expected to be 2-dimensional, got ${rows.ndim}`)
    const { dtype, device } = rows
    const layer = new Embedding(count!, width!, { ...rest, dtype, device })
    layer.weight = parameter(rows)
    layer.weight.requiresGrad_(!freeze)
    return layer
  }

  /** Draw new values. */
  resetParameters(): void {
    const { weight, paddingIdx } = this
    normal_(weight)
    if (paddingIdx !== null) noGrad(() => weight.set([paddingIdx], 0))
  }

  /** @throws {DTypeError} unless `index` is of integers. @throws {IndexError} for a row that is not there. */
  forward(index: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType } = this
    return embedding(checkTensor(index, 'Embedding'), weight, { paddingIdx, maxNorm, normType })
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType } = this
    const rest = repr({
      ...(paddingIdx !== null && { padding_idx: paddingIdx }),
      ...(maxNorm !== null && { max_norm: float(maxNorm) }),
      ...(normType !== 2 && { norm_type: float(normType) }),
    })
    return [numEmbeddings, embeddingDim, ...(rest === '' ? [] : [rest])].join(', ')
  }
}
