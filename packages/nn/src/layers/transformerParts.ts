import { checkOptions, type Device, type DType, gelu, RungsError, relu, type Tensor } from '@rungs/autograd'
import type { Dropout } from './dropout.ts'
import type { LayerNorm, LayerNormLayerOptions } from './layerNorm.ts'
import type { Linear, LinearOptions } from './linear.ts'
import type { MultiheadAttentionOptions } from './multiheadAttention.ts'

type Activation = (x: Tensor) => Tensor

export interface TransformerLayerOptions {
  /** Width between the two linear layers; 2048 when left out. */
  readonly dimFeedforward?: number
  /** How probable it is, while training, that a number or an attention weight is dropped; 0.1 when left out. */
  readonly dropout?: number
  /** Between the two linear layers; `relu` when left out. */
  readonly activation?: 'relu' | 'gelu' | Activation
  /** Added to variances; 1e-5 when left out. */
  readonly layerNormEps?: number
  /** Inputs are (N, L, E), not (L, N, E); false when left out. */
  readonly batchFirst?: boolean
  /** Normalise what goes into each block, not what comes out of it; false when left out. */
  readonly normFirst?: boolean
  /** Add biases to linear layers, attention and norms; true when left out. */
  readonly bias?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

const NAMES = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  'bias',
  'dtype',
  'device',
]

/** What the parts of a layer are made with. */
interface Settled {
  readonly dimFeedforward: number
  readonly p: number
  readonly activation: Activation
  readonly normFirst: boolean
  readonly linear: LinearOptions
  readonly attention: MultiheadAttentionOptions
  readonly norm: LayerNormLayerOptions
}

/** @throws {RungsError} for an option or an activation that is not there. */
export function settle(options: TransformerLayerOptions, layer: string): Settled {
  checkOptions(options, NAMES, layer)
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps = 1e-5 } = options
  const { batchFirst = false, normFirst = false, bias = true, dtype, device } = options
  const linear: LinearOptions = { bias, ...(dtype && { dtype }), ...(device && { device }) }
  return {
    dimFeedforward,
    p: dropout,
    activation: activationOf(activation),
    normFirst,
    linear,
    attention: { ...linear, dropout, batchFirst },
    norm: { ...linear, eps: layerNormEps },
  }
}

function activationOf(activation: NonNullable<TransformerLayerOptions['activation']>): Activation {
  if (typeof activation === 'function') return activation
  if (activation === 'relu') return relu
  if (activation === 'gelu') return (x) => gelu(x)
  throw new RungsError(`activation should be relu/gelu, not ${String(activation)}; or pass a function`)
}

/** The input of a block added to what it makes of it, normalised before the block or after. */
export const residual = (x: Tensor, norm: LayerNorm, normFirst: boolean, block: (x: Tensor) => Tensor): Tensor =>
  normFirst ? x.add(block(norm.forward(x))) : norm.forward(x.add(block(x)))

interface FeedForward {
  readonly linear1: Linear
  readonly activation: Activation
  readonly dropout: Dropout
  readonly linear2: Linear
}

/** Two linear layers, for each position by itself. */
export const feedForward = ({ linear1, activation, dropout, linear2 }: FeedForward, x: Tensor): Tensor =>
  linear2.forward(dropout.forward(activation(linear1.forward(x))))
