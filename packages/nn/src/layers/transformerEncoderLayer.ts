import { checkOptions, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import type { AttentionMasks } from './attentionMask.ts'
import { Dropout } from './dropout.ts'
import { LayerNorm } from './layerNorm.ts'
import { Linear } from './linear.ts'
import { MultiheadAttention } from './multiheadAttention.ts'
import { feedForward, residual, settle, type TransformerLayerOptions } from './transformerParts.ts'

export interface EncoderMasks {
  /** As `attnMask` of `MultiheadAttention`. */
  readonly srcMask?: Tensor | null
  /** As its `keyPaddingMask`. */
  readonly srcKeyPaddingMask?: Tensor | null
  /** Each position looks at itself and those before it. */
  readonly isCausal?: boolean
}

/**
 * Self-attention, then two linear layers for each position by itself; what each of the two gives is added to what it got, and
 * normalised. With `isCausal` and `normFirst`, it is the block of which language models are made.
 * @see A. Vaswani and others, Attention is all you need, 2017, section 3.1.
 */
export class TransformerEncoderLayer extends Module {
  static override typeName: string = 'TransformerEncoderLayer'
  readonly normFirst: boolean
  readonly activation: (x: Tensor) => Tensor
  selfAttn: MultiheadAttention
  linear1: Linear
  dropout: Dropout
  linear2: Linear
  norm1: LayerNorm
  norm2: LayerNorm
  dropout1: Dropout
  dropout2: Dropout

  /** @throws {RungsError} unless widths are positive integers, and `nhead` divides `dModel`. */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super()
    const made = settle(options, 'TransformerEncoderLayer')
    this.normFirst = made.normFirst
    this.activation = made.activation
    this.selfAttn = new MultiheadAttention(dModel, nhead, made.attention)
    this.linear1 = new Linear(dModel, made.dimFeedforward, made.linear)
    this.dropout = new Dropout(made.p)
    this.linear2 = new Linear(made.dimFeedforward, dModel, made.linear)
    this.norm1 = new LayerNorm(dModel, made.norm)
    this.norm2 = new LayerNorm(dModel, made.norm)
    this.dropout1 = new Dropout(made.p)
    this.dropout2 = new Dropout(made.p)
  }

  /** (L, N, E), or (N, L, E) with `batchFirst`, gives the same. @throws {ShapeError} where shapes do not fit. */
  forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    checkTensor(src, 'TransformerEncoderLayer')
    checkOptions(masks, ['srcMask', 'srcKeyPaddingMask', 'isCausal'], 'TransformerEncoderLayer')
    const { srcMask: attnMask = null, srcKeyPaddingMask: keyPaddingMask = null, isCausal = false } = masks
    const { norm1, norm2, normFirst } = this
    const attended = residual(src, norm1, normFirst, (x) => this.attend(x, { attnMask, keyPaddingMask, isCausal }))
    return residual(attended, norm2, normFirst, (x) => this.dropout2.forward(feedForward(this, x)))
  }

  private attend(x: Tensor, masks: AttentionMasks): Tensor {
    const [out] = this.selfAttn.forward(x, x, x, { ...masks, needWeights: false })
    return this.dropout1.forward(out)
  }
}
