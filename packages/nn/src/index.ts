export { Buffer, type BufferOptions, buffer } from './buffer.ts'
export { ModuleDict } from './containers/moduleDict.ts'
export { ModuleList } from './containers/moduleList.ts'
export { type Layer, Sequential } from './containers/sequential.ts'
export { deepCopy } from './deepCopy.ts'
export * as functional from './functional.ts'
export type { CallGradients } from './hooks.ts'
export type { InitOptions, KaimingOptions, Nonlinearity, XavierOptions } from './init.ts'
export * as init from './init.ts'
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d } from './layers/adaptiveAvgPool.ts'
export type { AttentionMasks } from './layers/attentionMask.ts'
export { AvgPool1d, AvgPool2d } from './layers/avgPool.ts'
export { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from './layers/batchNorm.ts'
export { Bilinear } from './layers/bilinear.ts'
export { Conv1d, Conv2d, type ConvLayerOptions, type PaddingMode } from './layers/conv.ts'
export {
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeLayerOptions,
  type OutputSize,
} from './layers/convTranspose.ts'
export { Dropout, Dropout2d, type DropoutLayerOptions } from './layers/dropout.ts'
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts'
export { CELU, ELU, GELU, Mish, SELU, SiLU, Softplus } from './layers/exponentials.ts'
export { GroupNorm, type GroupNormLayerOptions } from './layers/groupNorm.ts'
export { LayerNorm, type LayerNormLayerOptions } from './layers/layerNorm.ts'
export { Linear, type LinearOptions } from './layers/linear.ts'
export { MaxPool1d, MaxPool2d } from './layers/maxPool.ts'
export { type AttentionCall, MultiheadAttention, type MultiheadAttentionOptions } from './layers/multiheadAttention.ts'
export {
  Hardshrink,
  Hardtanh,
  LeakyReLU,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  Softshrink,
  Threshold,
} from './layers/rectifiers.ts'
export type { RecurrentOptions } from './layers/recurrent.ts'
export { RMSNorm, type RmsNormLayerOptions } from './layers/rmsNorm.ts'
export { GRU, LSTM, RNN, type RNNOptions } from './layers/rnn.ts'
export { GRUCell, LSTMCell, type RecurrentCellOptions, RNNCell, type RNNCellOptions } from './layers/rnnCells.ts'
export { Flatten, Identity, Unflatten } from './layers/shaping.ts'
export {
  GLU,
  Hardsigmoid,
  Hardswish,
  LogSigmoid,
  Sigmoid,
  Softsign,
  Tanh,
  Tanhshrink,
} from './layers/sigmoids.ts'
export { LogSoftmax, Softmax, Softmax2d, Softmin } from './layers/softmax.ts'
export { TransformerDecoder } from './layers/transformerDecoder.ts'
export { type DecoderMasks, TransformerDecoderLayer } from './layers/transformerDecoderLayer.ts'
export { type EncoderCall, type StackOptions, TransformerEncoder } from './layers/transformerEncoder.ts'
export { type EncoderMasks, TransformerEncoderLayer } from './layers/transformerEncoderLayer.ts'
export type { TransformerLayerOptions } from './layers/transformerParts.ts'
export { Upsample } from './layers/upsample.ts'
export { CrossEntropyLoss, MultiMarginLoss, NLLLoss } from './losses/classes.ts'
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from './losses/distances.ts'
export { CosineEmbeddingLoss, CosineSimilarity, HingeEmbeddingLoss, MarginRankingLoss } from './losses/margins.ts'
export { BCELoss, BCEWithLogitsLoss, KLDivLoss } from './losses/probabilities.ts'
export type { Named } from './members.ts'
export { Module, type ZeroGradOptions } from './module.ts'
export { Parameter, parameter } from './parameter.ts'
export type { LoadOptions, LoadResult, StateDict } from './stateDict.ts'
export { Summary, type SummaryRow, summary } from './summary.ts'
