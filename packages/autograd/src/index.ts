export {
  AxisError,
  type BinaryOp,
  type BincountOptions,
  broadcastShapes,
  type ChoiceOptions,
  type ClampBounds,
  type ClosenessOptions,
  type ContractDims,
  type CreateOptions,
  canCast,
  checkDevice,
  checkOptions,
  cpu,
  createCpuDevice,
  type Device,
  DeviceError,
  type Dims,
  type DType,
  DTypeError,
  defaultDevice,
  defaultGenerator,
  dtypeNames,
  dtypes,
  type EluOptions,
  type Expr,
  expr,
  type FormatOptions,
  finfo,
  formatShape,
  formulas,
  type GeluOptions,
  type Generator,
  type GeneratorState,
  type HardtanhOptions,
  type HistogramOptions,
  IndexError,
  iinfo,
  inspectAsText,
  installConsoleFormatter,
  isDType,
  isFloat,
  isInteger,
  type LeakyReluOptions,
  type MemoryUsage,
  type MeshgridOptions,
  type MultinomialOptions,
  manualSeed,
  memory,
  type NanToNumOptions,
  NDArray,
  type Nested,
  normalizeDim,
  normalizeDims,
  numpyRng,
  type PhiloxGenerator,
  type Program,
  type PutOptions,
  type PythonGenerator,
  philoxRng,
  program,
  promoteTypes,
  pythonRng,
  type QuantileOptions,
  type ReduceOptions,
  RungsError,
  type SampleOptions,
  type Scalar,
  type SearchOptions,
  type Shape,
  ShapeError,
  type Slice,
  type SoftplusOptions,
  type SortOptions,
  type Storage,
  sameShape,
  setDefaultDevice,
  setWarnings,
  sizeOf,
  slice,
  type TimeitOptions,
  Timing,
  type TopkOptions,
  type TypedArray,
  timeit,
  torchRng,
  turn,
  type UnaryOp,
  type VarianceOptions,
  warn,
} from '@rungs/ndarray'
export { type AnomalyOptions, detectAnomaly, isAnomalyEnabled } from './anomaly.ts'
export { checkpoint } from './checkpoint.ts'
export {
  arange,
  bernoulli,
  categorical,
  choice,
  empty,
  emptyLike,
  exponential,
  eye,
  fromArray,
  fromTypedArray,
  full,
  fullLike,
  gamma,
  linspace,
  multinomial,
  normal,
  ones,
  onesLike,
  permutation,
  type RandomOptions,
  rand,
  randint,
  randn,
  randperm,
  shuffle_,
  type TensorOptions,
  type Tracked,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from './create.ts'
export { AutogradError } from './errors.ts'
export { AutogradFunction, FunctionContext, onceDifferentiable } from './function.ts'
export { type Argnums, type Gradient, grad, type TransformOptions, valueAndGrad } from './functional/grad.ts'
export { type Hessian, hessian, type Jacobian, jacobian } from './functional/jacobian.ts'
export { hvp, jvp, type Pullback, vjp } from './functional/products.ts'
export { type BackwardOptions, backward, type GradOptions } from './grad.ts'
export { type GradcheckOptions, type GradgradcheckOptions, gradcheck, gradgradcheck } from './gradcheck.ts'
export {
  GradientTape,
  gradientTape,
  type TapeGradientOptions,
  type TapeGradients,
  type TapeOptions,
} from './gradientTape.ts'
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  type Scoped,
  setGradEnabled,
} from './gradMode.ts'
export type { Context, GradFn, Gradients } from './graph.ts'
export { type DotOptions, graphToDot } from './graphToDot.ts'
export type { AccumulatedHook, GradientHook, HookHandle } from './hooks.ts'
export { defineOperator, type Operator } from './operator.ts'
export {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from './ops/activations.ts'
export { type AdaptiveSize, adaptiveAvgPool1d, adaptiveAvgPool2d } from './ops/adaptiveAvgPool.ts'
export { type AttentionOptions, attentionWeights, scaledDotProductAttention } from './ops/attention.ts'
export { type AvgPoolOptions, avgPool1d, avgPool2d } from './ops/avgPool.ts'
export { type BatchNormOptions, batchNorm } from './ops/batchNorm.ts'
export { clip, copysign, lerp, nanToNum } from './ops/blending.ts'
export { gruCell, lstmCell, reluCell, tanhCell } from './ops/cells.ts'
export { type CrossEntropyOptions, crossEntropy, type NllOptions, nllLoss } from './ops/classLosses.ts'
export { type ConvOptions, conv1d, conv2d } from './ops/conv.ts'
export { type ConvTransposeOptions, convTranspose1d, convTranspose2d } from './ops/convTranspose.ts'
export { cumprod } from './ops/cumprod.ts'
export {
  type HuberOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1Options,
  smoothL1Loss,
} from './ops/distanceLosses.ts'
export { checkDropProbability, type DropoutOptions, dropout, featureDropout } from './ops/dropout.ts'
export {
  abs,
  add,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  ceil,
  clamp,
  cos,
  div,
  eq,
  erf,
  exp,
  expm1,
  floor,
  floorDiv,
  ge,
  gt,
  isFinite,
  isNaN,
  le,
  leftShift,
  log,
  log1p,
  logicalNot,
  lt,
  maskedFill,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  type Operand,
  pow,
  reciprocal,
  remainder,
  rightShift,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  sub,
  tanh,
  trunc,
  where,
} from './ops/elementwise.ts'
export { checkPadding, type EmbeddingOptions, embedding } from './ops/embedding.ts'
export { Formula } from './ops/formula.ts'
export { gather, indexAdd, indexSelect, scatterAdd } from './ops/gather.ts'
export { type GroupNormOptions, groupNorm } from './ops/groupNorm.ts'
export type { Index } from './ops/indexing.ts'
export { updateInPlace } from './ops/inPlace.ts'
export { type InterpolateOptions, type InterpolationMode, interpolate } from './ops/interpolate.ts'
export { cat, stack } from './ops/join.ts'
export { type LayerNormOptions, layerNorm, type RmsNormOptions, rmsNorm } from './ops/layerNorm.ts'
export { exp2, log2, log10, logaddexp } from './ops/logarithms.ts'
export { checkReduction, type LossOptions, type LossReduction } from './ops/losses.ts'
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  type MarginOptions,
  type MultiMarginOptions,
  marginRankingLoss,
  multiMarginLoss,
} from './ops/marginLosses.ts'
export {
  type MaxPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
} from './ops/maxPool.ts'
export { norm } from './ops/norm.ts'
export { argsort, cumsum, maskedSelect, sort, topk } from './ops/ordering.ts'
export { type PadMode, type PadOptions, pad } from './ops/pad.ts'
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type KlDivOptions,
  klDiv,
} from './ops/probabilityLosses.ts'
export { bilinear, bmm, contract, dot, linear, matmul, mm, mv, outer } from './ops/products.ts'
export { median, quantile } from './ops/quantiles.ts'
export {
  atLeast1d,
  atLeast2d,
  atLeast3d,
  broadcastArrays,
  chunk,
  columnStack,
  diff,
  dsplit,
  dstack,
  hsplit,
  hstack,
  kron,
  meshgrid,
  movedim,
  repeatInterleave,
  roll,
  split,
  type TensorDiffOptions,
  tensordot,
  tensorSplit,
  tile,
  unbind,
  vsplit,
  vstack,
} from './ops/rearranging.ts'
export { type Cell, recurrence } from './ops/recurrence.ts'
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  logsumexp,
  max,
  mean,
  min,
  prod,
  std,
  sum,
  type ValuesAndIndices,
  variance,
} from './ops/reductions.ts'
export { type CosineSimilarityOptions, cosineSimilarity, type NormalizeOptions, normalize } from './ops/similarity.ts'
export { logSoftmax, softmax, softmin } from './ops/softmax.ts'
export { type PerDim, perDim } from './ops/spatial.ts'
export { maskedScatter, put, scatter, type TensorPositions, take, takeAlongDim } from './ops/taking.ts'
export { tril, triu } from './ops/triangle.ts'
export { acos, acosh, asin, asinh, atan, atan2, atanh, cosh, hypot, sinh, tan } from './ops/trigonometry.ts'
export {
  allclose,
  argwhere,
  bincount,
  countNonzero,
  histogram,
  isclose,
  isInf,
  logicalAnd,
  logicalOr,
  logicalXor,
  nonzero,
  oneHot,
  searchsorted,
  sharesMemory,
  signbit,
  type TensorBincountOptions,
  type TensorHistogramOptions,
  unique,
} from './ops/untracked.ts'
export { cross, vecdot } from './ops/vectors.ts'
export { type DiagonalOptions, type UnfoldOptions, unflatten } from './ops/views.ts'
export { Tensor } from './tensor.ts'
export { keep, tidy } from './tidy.ts'
export { Variable, type VariableOptions, variable } from './variable.ts'
