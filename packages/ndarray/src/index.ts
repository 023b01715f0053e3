export {
  celu,
  type EluOptions,
  elu,
  type GeluOptions,
  gelu,
  type HardtanhOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type LeakyReluOptions,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  type SoftplusOptions,
  selu,
  sigmoid,
  silu,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from './activations.ts'
export type { ArraySource, ImageDataLike } from './arraySource.ts'
export { asarray } from './asarray.ts'
export { inspectAsText, toText } from './asText.ts'
export { atLeast1d, atLeast2d, atLeast3d, broadcastArrays, type MeshgridOptions, meshgrid, movedim } from './axes.ts'
export { lerp, type NanToNumOptions, nanToNum } from './blending.ts'
export { type Index, type Slice, slice } from './brackets.ts'
export { type ChoiceOptions, choice } from './choice.ts'
export { type Collector, synchronousCollector } from './collect.ts'
export { installConsoleFormatter } from './consoleFormatter.ts'
export { type ContractDims, type ContractEpilogue, contract } from './contract.ts'
export { cpu, createCpuDevice } from './cpu/device.ts'
export {
  arange,
  array,
  type CreateOptions,
  empty,
  emptyLike,
  eye,
  fromTypedArray,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from './create.ts'
export { checkDevice, defaultDevice, setDefaultDevice } from './defaults.ts'
export type {
  Device,
  DeviceBuffer,
  Epilogue,
  IndexedAxis,
  MemoryUsage,
  ReduceOp,
  ScanOp,
  ScatterOp,
  View,
} from './device.ts'
export { type DiffOptions, diff } from './differences.ts'
export { elementwise, generate, reduce } from './dispatch.ts'
export { bernoulli, exponential, gamma } from './distributions.ts'
export {
  type DType,
  dtypeNames,
  dtypeOf,
  dtypes,
  isFloat,
  isInteger,
  promoteTypes,
  type Scalar,
  type TypedArray,
} from './dtype.ts'
export { canCast, type DTypeKind, type FloatInfo, finfo, type IntegerInfo, iinfo, isDType } from './dtypeInfo.ts'
export {
  abs,
  add,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  type ClampBounds,
  ceil,
  clamp,
  clip,
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
} from './elementwise.ts'
export { AxisError, DeviceError, DTypeError, IndexError, RungsError, ShapeError } from './errors.ts'
export type { BinaryOp, Expr, ExprOp, UnaryOp } from './expr.ts'
export * as expr from './expr.ts'
export { BRAND, refuseForeign } from './foreign.ts'
export { type FormatOptions, format, type Surroundings } from './format.ts'
export * as formulas from './formulas.ts'
export type { Operand } from './functions.ts'
export { gather, indexAdd, indexSelect, scatterAdd, scatterInto } from './gather.ts'
export { type BincountOptions, bincount, type Histogram, type HistogramOptions, histogram } from './histograms.ts'
export type { Nested } from './host.ts'
export { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.ts'
export { toImageData } from './imageData.ts'
export { composed } from './intermediates.ts'
export { cat, stack } from './join.ts'
export { AxisGroup, type ContractLayout, Layout, MAX_GROUP_RANK } from './layout.ts'
export { exp2, log2, log10, logaddexp } from './logarithms.ts'
export { allclose, type ClosenessOptions, isclose, isInf, logicalAnd, logicalOr, logicalXor } from './logic.ts'
export { bmm, dot, linear, matmul, mm, mv, outer } from './matmul.ts'
export { categorical, type MultinomialOptions, multinomial } from './multinomial.ts'
export { NDArray } from './ndarray.ts'
export { checkOptions } from './options.ts'
export { checkPadWidths, type PadOptions, pad } from './pad.ts'
export { cross, kron, tensordot, vecdot } from './products.ts'
export { type Program, program, resultType, type TypedNode, type TypedProgram, typeProgram } from './program.ts'
export { median, type QuantileOptions, quantile, quantilePlace } from './quantiles.ts'
export {
  type Generator,
  type GeneratorState,
  numpyRng,
  observeDraws,
  type PhiloxGenerator,
  type PythonGenerator,
  philoxRng,
  pythonRng,
  torchRng,
} from './random/index.ts'
export type { Rearrangeable } from './rearrangeable.ts'
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  type Dims,
  logSoftmax,
  logsumexp,
  mean,
  prod,
  type ReduceOptions,
  softmax,
  std,
  sum,
  type VarianceOptions,
  variance,
} from './reductions.ts'
export { repeatInterleave, roll, tile } from './repetition.ts'
export { type Row, type RowProgram, rowProgram, rowwise, type TypedRows } from './rows.ts'
export {
  defaultGenerator,
  type HostSampleOptions,
  manualSeed,
  normal,
  permutation,
  rand,
  randint,
  randn,
  randperm,
  type SampleOptions,
  shuffle_,
  uniform,
} from './sample.ts'
export { cumprod, cumsum, scan } from './scans.ts'
export { type SearchOptions, searchsorted } from './searching.ts'
export { chunk, dsplit, hsplit, split, tensorSplit, unbind, vsplit } from './sections.ts'
export { argwhere, countNonzero, maskedSelect, nonzero } from './selection.ts'
export { broadcastShapes, formatShape, normalizeDim, normalizeDims, type Shape, sameShape, sizeOf } from './shape.ts'
export { sharesMemory } from './sharing.ts'
export { copysign, signbit } from './signs.ts'
export { argsort, type Sorted, type SortOptions, sort } from './sorting.ts'
export { columnStack, dstack, hstack, vstack } from './stacking.ts'
export {
  countWhileHeld,
  currentScope,
  preservingStorages,
  type Scope,
  SMALL_BYTES,
  Storage,
  setScope,
  storagesMade,
} from './storage.ts'
export { maskedScatter, type Positions, type PutOptions, put, scatter, take, takeAlongDim } from './taking.ts'
export { memory, tidy } from './tidy.ts'
export { formatTime, type TimeitOptions, Timing, timeit } from './timeit.ts'
export { type TopkOptions, topk } from './topk.ts'
export { tril, triu } from './triangles.ts'
export { acos, asin, atan, atan2, hypot, tan } from './trigonometry.ts'
export { turn } from './turn.ts'
export { type Unique, unique } from './unique.ts'
export { updateInPlace } from './updateInPlace.ts'
export { select } from './views.ts'
export { setWarnings, warn } from './warnings.ts'
