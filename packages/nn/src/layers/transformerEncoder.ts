import { checkOptions, type Tensor } from '@rungs/autograd'
import { checkWidth } from '../check.ts'
import type { Layer } from '../containers/sequential.ts'
import { deepCopy } from '../deepCopy.ts'
import { Module } from '../module.ts'
import type { TransformerEncoderLayer } from './transformerEncoderLayer.ts'

export interface StackOptions {
  /** What the last layer's output goes through; nothing when left out. */
  readonly norm?: Layer | null
}

export interface EncoderCall {
  /** As `srcMask` of `TransformerEncoderLayer`, for every layer. */
  readonly mask?: Tensor | null
  readonly srcKeyPaddingMask?: Tensor | null
  readonly isCausal?: boolean
}

/** Copies of one `TransformerEncoderLayer`, one after another, all with its values to start with. */
export class TransformerEncoder extends Module {
  static override typeName: string = 'TransformerEncoder'
  layers: TransformerEncoderLayer[]
  norm: Layer | null

  /** @throws {RungsError} unless `numLayers` is a positive integer. */
  constructor(encoderLayer: TransformerEncoderLayer, numLayers: number, options: StackOptions = {}) {
    super()
    checkOptions(options, ['norm'], 'TransformerEncoder')
    const length = checkWidth('TransformerEncoder', 'numLayers', numLayers)
    this.layers = Array.from({ length }, () => deepCopy(encoderLayer))
    this.norm = options.norm ?? null
  }

  /** (L, N, E), or (N, L, E) where the layers are `batchFirst`, gives the same. @throws {ShapeError} where shapes do not fit. */
  forward(src: Tensor, call: EncoderCall = {}): Tensor {
    checkOptions(call, ['mask', 'srcKeyPaddingMask', 'isCausal'], 'TransformerEncoder')
    const { mask: srcMask = null, ...rest } = call
    const out = this.layers.reduce((x, layer) => layer.forward(x, { srcMask, ...rest }), src)
    return this.norm?.forward(out) ?? out
  }
}
