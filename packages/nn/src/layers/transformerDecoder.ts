import { checkOptions, type Tensor } from '@rungs/autograd'
import { checkWidth } from '../check.ts'
import type { Layer } from '../containers/sequential.ts'
import { deepCopy } from '../deepCopy.ts'
import { Module } from '../module.ts'
import type { DecoderMasks, TransformerDecoderLayer } from './transformerDecoderLayer.ts'
import type { StackOptions } from './transformerEncoder.ts'

/** Copies of one `TransformerDecoderLayer`, one after another, all with its values to start with. */
export class TransformerDecoder extends Module {
  static override typeName: string = 'TransformerDecoder'
  layers: TransformerDecoderLayer[]
  norm: Layer | null

  /** @throws {RungsError} unless `numLayers` is a positive integer. */
  constructor(decoderLayer: TransformerDecoderLayer, numLayers: number, options: StackOptions = {}) {
    super()
    checkOptions(options, ['norm'], 'TransformerDecoder')
    const length = checkWidth('TransformerDecoder', 'numLayers', numLayers)
    this.layers = Array.from({ length }, () => deepCopy(decoderLayer))
    this.norm = options.norm ?? null
  }

  /** As a layer's, with the masks given to every layer. @throws {ShapeError} where shapes do not fit. */
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const out = this.layers.reduce((x, layer) => layer.forward(x, memory, masks), tgt)
    return this.norm?.forward(out) ?? out
  }
}
