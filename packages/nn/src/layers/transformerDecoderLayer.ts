import { checkOptions, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { Dropout } from './dropout.ts'
import { LayerNorm } from './layerNorm.ts'
import { Linear } from './linear.ts'
import { MultiheadAttention } from './multiheadAttention.ts'
import { feedForward, residual, settle, type TransformerLayerOptions } from './transformerParts.ts'

export interface DecoderMasks {
  /** As `attnMask` of `MultiheadAttention`, for the target's attention to itself. */
  readonly tgtMask?: Tensor | null
  /** For its attention to the memory. */
  readonly memoryMask?: Tensor | null
  /** As `keyPaddingMask` of `MultiheadAttention`, of the target. */
  readonly tgtKeyPaddingMask?: Tensor | null
  /** Of the memory. */
  readonly memoryKeyPaddingMask?: Tensor | null
  /** Each position of the target looks at itself and those before it. */
  readonly tgtIsCausal?: boolean
  /** Position i of the target looks at positions 0 to i of the memory. */
  readonly memoryIsCausal?: boolean
}

const MASKS = ['tgtMask', 'memoryMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask', 'tgtIsCausal', 'memoryIsCausal']

/**
 * Self-attention, attention to what an encoder has made, then two linear layers for each position by itself; what each of the
 * three gives is added to what it got, and normalised.
 * @see A. Vaswani and others, Attention is all you need, 2017, section 3.1.
 */
export class TransformerDecoderLayer extends Module {
  static override typeName: string = 'TransformerDecoderLayer'
  readonly normFirst: boolean
  readonly activation: (x: Tensor) => Tensor
  selfAttn: MultiheadAttention
  multiheadAttn: MultiheadAttention
  linear1: Linear
  dropout: Dropout
  linear2: Linear
  norm1: LayerNorm
  norm2: LayerNorm
  norm3: LayerNorm
  dropout1: Dropout
  dropout2: Dropout
  dropout3: Dropout

  /** @throws {RungsError} unless widths are positive integers, and `nhead` divides `dModel`. */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super()
    const made = settle(options, 'TransformerDecoderLayer')
    this.normFirst = made.normFirst
    this.activation = made.activation
    this.selfAttn = new MultiheadAttention(dModel, nhead, made.attention)
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, made.attention)
    this.linear1 = new Linear(dModel, made.dimFeedforward, made.linear)
    this.dropout = new Dropout(made.p)
    this.linear2 = new Linear(made.dimFeedforward, dModel, made.linear)
    this.norm1 = new LayerNorm(dModel, made.norm)
    this.norm2 = new LayerNorm(dModel, made.norm)
    this.norm3 = new LayerNorm(dModel, made.norm)
    this.dropout1 = new Dropout(made.p)
    this.dropout2 = new Dropout(made.p)
    this.dropout3 = new Dropout(made.p)
  }

  /**
   * Target (T, N, E) and memory (S, N, E), or with N first where `batchFirst`, give (T, N, E) in the order of the target.
   * @throws {ShapeError} where shapes do not fit.
   */
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    for (const x of [tgt, memory]) checkTensor(x, 'TransformerDecoderLayer')
    checkOptions(masks, MASKS, 'TransformerDecoderLayer')
    const { norm1, norm2, norm3, normFirst } = this
    const itself = residual(tgt, norm1, normFirst, (x) => this.attendItself(x, masks))
    const both = residual(itself, norm2, normFirst, (x) => this.attendMemory(x, memory, masks))
    return residual(both, norm3, normFirst, (x) => this.dropout3.forward(feedForward(this, x)))
  }

  private attendItself(x: Tensor, masks: DecoderMasks): Tensor {
    const { tgtMask: attnMask = null, tgtKeyPaddingMask: keyPaddingMask = null, tgtIsCausal: isCausal = false } = masks
    const [out] = this.selfAttn.forward(x, x, x, { attnMask, keyPaddingMask, isCausal, needWeights: false })
    return this.dropout1.forward(out)
  }

  private attendMemory(x: Tensor, memory: Tensor, masks: DecoderMasks): Tensor {
    const {
      memoryMask: attnMask = null,
      memoryKeyPaddingMask: keyPaddingMask = null,
      memoryIsCausal: isCausal = false,
    } = masks
    const [out] = this.multiheadAttn.forward(x, memory, memory, {
      attnMask,
      keyPaddingMask,
      isCausal,
      needWeights: false,
    })
    return this.dropout2.forward(out)
  }
}
