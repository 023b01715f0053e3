import {
  attentionWeights,
  cat,
  checkDropProbability,
  checkOptions,
  type Device,
  type DType,
  empty,
  linear,
  RungsError,
  type Tensor,
  zeros,
} from '@rungs/autograd'
import { checkWidth } from '../check.ts'
import { xavierNormal_, xavierUniform_, zeros_ } from '../init.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { checkInputs } from './attentionInputs.ts'
import { type AttentionMasks, type AttentionSizes, mergeMasks } from './attentionMask.ts'
import { Linear } from './linear.ts'

export interface MultiheadAttentionOptions {
  /** How probable it is, while training, that an attention weight is dropped; 0 when left out. */
  readonly dropout?: number
  /** Add biases to all projections; true when left out. */
  readonly bias?: boolean
  /** Append a learned key and value to those of each example. */
  readonly addBiasKv?: boolean
  /** Append a key and a value of zeros to those of each example. */
  readonly addZeroAttn?: boolean
  /** Width of the keys; `embedDim` when left out. */
  readonly kdim?: number
  /** Width of the values; `embedDim` when left out. */
  readonly vdim?: number
  /** Inputs are (N, L, E), not (L, N, E); false when left out. */
  readonly batchFirst?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

export interface AttentionCall extends AttentionMasks {
  /** Give the weights, too; true when left out. */
  readonly needWeights?: boolean
  /** Give the mean of the heads' weights, not those of each; true when left out. */
  readonly averageAttnWeights?: boolean
}

/** PyTorch's name for the last projection, which it prints. */
class OutProjection extends Linear {
  static override typeName: string = 'NonDynamicallyQuantizableLinear'
}

/**
 * `concat(head₁ … headₕ) · outProjᵀ`, where `headᵢ` is `scaledDotProductAttention` of the query, key and value, each
 * projected to width `embedDim / numHeads`. See `functional.scaledDotProductAttention`.
 *
 * `inProjWeight` (3 · embedDim, embedDim) holds the projections of query, key and value one below another; where `kdim` or
 * `vdim` is another width, `qProjWeight`, `kProjWeight` and `vProjWeight` do. They start Xavier uniform, `inProjBias` and the
 * bias of `outProj` at 0: the numbers that PyTorch draws.
 * @see A. Vaswani and others, Attention is all you need, 2017, section 3.2.2.
 */
export class MultiheadAttention extends Module {
  static override typeName: string = 'MultiheadAttention'
  readonly embedDim: number
  readonly numHeads: number
  readonly kdim: number
  readonly vdim: number
  readonly dropout: number
  readonly batchFirst: boolean
  readonly addZeroAttn: boolean
  qProjWeight: Parameter | null
  kProjWeight: Parameter | null
  vProjWeight: Parameter | null
  inProjWeight: Parameter | null
  inProjBias: Parameter | null
  biasK: Parameter | null
  biasV: Parameter | null
  outProj: Linear

  /** @throws {RungsError} unless widths are positive integers, and `numHeads` divides `embedDim`. */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super()
    const known = ['dropout', 'bias', 'addBiasKv', 'addZeroAttn', 'kdim', 'vdim', 'batchFirst', 'dtype', 'device']
    checkOptions(options, known, 'MultiheadAttention')
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false, ...rest } = options
    const { kdim = embedDim, vdim = embedDim, ...placement } = rest
    for (const [name, width] of Object.entries({ embedDim, numHeads, kdim, vdim })) {
      checkWidth('MultiheadAttention', name, width)
    }
    if (embedDim % numHeads !== 0) {
      throw new RungsError(`embed_dim must be divisible by num_heads: MultiheadAttention(${embedDim}, ${numHeads})`)
    }
    this.embedDim = embedDim
    this.numHeads = numHeads
    this.kdim = kdim
    this.vdim = vdim
    this.dropout = checkDropProbability(dropout)
    this.batchFirst = batchFirst
    this.addZeroAttn = addZeroAttn
    const packed = kdim === embedDim && vdim === embedDim
    const made = (...shape: number[]): Parameter => parameter(empty(shape, placement))
    this.qProjWeight = packed ? null : made(embedDim, embedDim)
    this.kProjWeight = packed ? null : made(embedDim, kdim)
    this.vProjWeight = packed ? null : made(embedDim, vdim)
    this.inProjWeight = packed ? made(3 * embedDim, embedDim) : null
    this.inProjBias = bias ? made(3 * embedDim) : null
    this.biasK = addBiasKv ? made(1, 1, embedDim) : null
    this.biasV = addBiasKv ? made(1, 1, embedDim) : null
    this.outProj = new OutProjection(embedDim, embedDim, { bias, ...placement })
    this.resetParameters()
  }

  /** Draw new values for all but the weight of `outProj`, which draws its own. */
  resetParameters(): void {
    const { inProjWeight, qProjWeight, kProjWeight, vProjWeight, inProjBias, outProj, biasK, biasV } = this
    for (const weight of [inProjWeight, qProjWeight, kProjWeight, vProjWeight]) if (weight) xavierUniform_(weight)
    for (const bias of [inProjBias, outProj.bias]) if (bias) zeros_(bias)
    for (const bias of [biasK, biasV]) if (bias) xavierNormal_(bias)
  }

  /**
   * For queries (L, N, E), keys (S, N, kdim) and values (S, N, vdim): outputs (L, N, E), and the weights, (N, L, S) on average
   * or (N, heads, L, S), or null. N comes first with `batchFirst`; without a batch there is no N anywhere.
   * @throws {ShapeError} where the shapes do not fit.
   */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionCall = {},
  ): readonly [output: Tensor, weights: Tensor | null] {
    checkOptions(options, CALL, 'MultiheadAttention')
    const { needWeights = true, averageAttnWeights = true, ...masks } = options
    const batched = checkInputs(this, query, key, value)
    const [q, k, v] = [query, key, value].map((x) => this.examplesFirst(x)) as [Tensor, Tensor, Tensor]
    const attnMask = mergeMasks(masks, this.sizesOf(q, k), this.appended)
    const heads = this.project(q, k, v).map((x) => this.split(x)) as [Tensor, Tensor, Tensor]
    const weights = attentionWeights(heads[0], heads[1], { attnMask, dropoutP: this.training ? this.dropout : 0 })
    const joined = weights.matmul(heads[2]).transpose(1, 2).reshape(q.shape)
    const output = this.outProj.forward(joined)
    const given = needWeights ? (averageAttnWeights ? weights.mean(1) : weights) : null
    if (!batched) return [output.squeeze(0), given?.squeeze(0) ?? null]
    return [this.batchFirst ? output : output.transpose(0, 1), given]
  }

  /** (N, L, E), whatever the order and whether there is an N. */
  private examplesFirst(x: Tensor): Tensor {
    if (x.ndim === 2) return x.unsqueeze(0)
    return this.batchFirst ? x : x.transpose(0, 1)
  }

  /**
   * Queries, keys and values, with what is appended to those of each example. Three products, also where the inputs are one: no
   * slower than one product cut in three (measured, forward and back), whose parts' gradients would have to be put together.
   */
  private project(...inputs: [query: Tensor, key: Tensor, value: Tensor]): Tensor[] {
    const { embedDim, inProjWeight, inProjBias, biasK, biasV } = this
    const own = [this.qProjWeight, this.kProjWeight, this.vProjWeight]
    const appended = [null, biasK, biasV]
    return inputs.map((x, i) => {
      const rows = (all: Tensor): Tensor => all.slice(0, i * embedDim, (i + 1) * embedDim)
      // One of the two is there.
      const weight = own[i] ?? rows(inProjWeight as Tensor)
      const projected = linear(x, weight, inProjBias && rows(inProjBias))
      return i === 0 ? projected : this.append(projected, appended[i] ?? null)
    })
  }

  /** How many keys are appended. */
  private get appended(): number {
    return (this.biasK === null ? 0 : 1) + (this.addZeroAttn ? 1 : 0)
  }

  private append(x: Tensor, learned: Tensor | null): Tensor {
    if (this.appended === 0) return x
    const shape = [x.shape[0]!, 1, this.embedDim]
    const nothing = this.addZeroAttn ? [zeros(shape, { dtype: x.dtype, device: x.device })] : []
    return cat([x, ...(learned === null ? [] : [learned.expand(shape)]), ...nothing], 1)
  }

  /** (N, L, E) as (N, heads, L, E / heads). */
  private split(x: Tensor): Tensor {
    const [batch, length] = x.shape as [number, number]
    return x.reshape([batch, length, this.numHeads, this.embedDim / this.numHeads]).transpose(1, 2)
  }

  private sizesOf(query: Tensor, key: Tensor): AttentionSizes {
    const [batch, queries] = query.shape as [number, number]
    return { batch, heads: this.numHeads, queries, keys: key.shape[1]!, device: query.device }
  }
}

const CALL = ['keyPaddingMask', 'attnMask', 'isCausal', 'needWeights', 'averageAttnWeights']
