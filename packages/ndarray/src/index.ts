export { inspectAsText, toText } from './asText.ts'
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
export { elementwise, generate, reduce, updateInPlace } from './dispatch.ts'
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
  cos,
  div,
  elu,
  eq,
  erf,
  exp,
  expm1,
  floor,
  floorDiv,
  ge,
  gelu,
  gt,
  isFinite,
  isNaN,
  le,
  leakyRelu,
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
  relu,
  remainder,
  rightShift,
  round,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  softplus,
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
export { gather, indexAdd, indexSelect, scatterAdd, scatterInto } from './gather.ts'
export type { Nested } from './host.ts'
export { type Index, type Slice, slice } from './indexing.ts'
export { cat, stack } from './join.ts'
export { AxisGroup, type ContractLayout, Layout, MAX_GROUP_RANK } from './layout.ts'
export { bmm, dot, linear, matmul, mm, mv, outer } from './matmul.ts'
export { NDArray } from './ndarray.ts'
export { checkOptions } from './options.ts'
export { type Program, program, resultType, type TypedNode, type TypedProgram, typeProgram } from './program.ts'
export {
  type Generator,
  type GeneratorState,
  numpyRng,
  type PythonGenerator,
  pythonRng,
  torchRng,
} from './random/index.ts'
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
export { manualSeed, rand, randint, randn, randperm, type SampleOptions, uniform } from './sample.ts'
export { cumprod, cumsum, scan } from './scans.ts'
export { broadcastShapes, formatShape, normalizeDim, normalizeDims, type Shape, sameShape, sizeOf } from './shape.ts'
export { argsort, type Sorted, type SortOptions, sort } from './sorting.ts'
export {
  countWhileHeld,
  currentScope,
  type Scope,
  SMALL_BYTES,
  Storage,
  setScope,
  storagesMade,
} from './storage.ts'
export { memory, tidy } from './tidy.ts'
export { formatTime, type TimeitOptions, Timing, timeit } from './timeit.ts'
export { turn } from './turn.ts'
export { select } from './views.ts'
export { setWarnings, warn } from './warnings.ts'
