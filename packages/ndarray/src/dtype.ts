import { DTypeError } from './errors.ts'

export type DType = 'float64' | 'float32' | 'float16' | 'int32' | 'uint32' | 'uint8' | 'bool'
export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array
/** A number given to an operation beside arrays. */
export type Scalar = number | boolean

type Kind = 'bool' | 'integer' | 'float'

interface DTypeInfo {
  /** Position in the table: a small number for cache keys. */
  readonly code: number
  readonly kind: Kind
  readonly bytes: number
  readonly min: number
  readonly max: number
  /** PyTorch's name of a tensor of this dtype, as its messages print it. */
  readonly tensorName: string
  readonly array: new (source: number | ArrayLike<number> | ArrayBufferLike) => TypedArray
}

/** One row a dtype; adding a dtype begins here. Float rows give the largest finite magnitude. */
export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  bool: { code: 0, kind: 'bool', bytes: 1, min: 0, max: 1, tensorName: 'BoolTensor', array: Uint8Array },
  uint8: { code: 1, kind: 'integer', bytes: 1, min: 0, max: 255, tensorName: 'ByteTensor', array: Uint8Array },
  int32: {
    code: 2,
    kind: 'integer',
    bytes: 4,
    min: -2147483648,
    max: 2147483647,
    tensorName: 'IntTensor',
    array: Int32Array,
  },
  uint32: {
    code: 3,
    kind: 'integer',
    bytes: 4,
    min: 0,
    max: 4294967295,
    tensorName: 'UInt32Tensor',
    array: Uint32Array,
  },
  /** On devices that have it; arithmetic is done in float32 and rounded when stored, and reading gives float32 numbers. */
  float16: {
    code: 4,
    kind: 'float',
    bytes: 2,
    min: -65504,
    max: 65504,
    tensorName: 'HalfTensor',
    array: Float32Array,
  },
  float32: {
    code: 5,
    kind: 'float',
    bytes: 4,
    min: -3.4028234663852886e38,
    max: 3.4028234663852886e38,
    tensorName: 'FloatTensor',
    array: Float32Array,
  },
  float64: {
    code: 6,
    kind: 'float',
    bytes: 8,
    min: -Number.MAX_VALUE,
    max: Number.MAX_VALUE,
    tensorName: 'DoubleTensor',
    array: Float64Array,
  },
}

/** Every dtype, by code. */
export const dtypeNames: readonly DType[] = (Object.keys(dtypes) as DType[]).sort(
  (a, b) => dtypes[a].code - dtypes[b].code,
)

const kindRank: { readonly [K in Kind]: number } = { bool: 0, integer: 1, float: 2 }

export const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float'
export const isInteger = (dtype: DType): boolean => dtypes[dtype].kind === 'integer'
export const kindRankOf = (dtype: DType): number => kindRank[dtypes[dtype].kind]

/**
 * The dtype that holds both: PyTorch's promotion, with int32 where PyTorch says int64
 * (so uint32 with a signed dtype is int32).
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a
  const [low, high] = dtypes[a].code < dtypes[b].code ? [a, b] : [b, a]
  return low === 'int32' && high === 'uint32' ? 'int32' : high
}

/** The dtype a JS number takes beside arrays of `dtype`: the arrays' own where it fits, else float32. */
export function scalarType(value: Scalar, dtype: DType): DType {
  if (typeof value === 'boolean') return dtype
  if (isFloat(dtype)) return dtype
  if (!Number.isInteger(value)) return 'float32'
  if (dtype === 'bool') return 'int32'
  const { min, max } = dtypes[dtype]
  if (value < min || value > max) {
    throw new DTypeError(`the number ${value} does not fit ${dtype}, which holds ${min} to ${max}`)
  }
  return dtype
}

/** The dtype of an array made from JS values: booleans make bool, numbers float32. */
export const inferType = (value: Scalar): DType => (typeof value === 'boolean' ? 'bool' : 'float32')

/** @throws {DTypeError} unless `dtype` is one of the table's. */
export function checkDType(dtype: DType, operation: string): DType {
  if (!Object.hasOwn(dtypes, dtype)) {
    throw new DTypeError(
      `${operation}: unknown dtype '${String(dtype)}'; there are ${dtypeNames.join(', ')}` +
        (operation === 'to' ? '; a device is a value, such as cpu, not a name' : ''),
    )
  }
  return dtype
}

/** The dtype whose memory a typed array is; a `Uint8ClampedArray` counts as uint8. */
export function dtypeOf(source: TypedArray | Uint8ClampedArray): DType {
  if (source instanceof Float32Array) return 'float32'
  if (source instanceof Float64Array) return 'float64'
  if (source instanceof Int32Array) return 'int32'
  if (source instanceof Uint32Array) return 'uint32'
  if (source instanceof Uint8Array || source instanceof Uint8ClampedArray) return 'uint8'
  throw new DTypeError(
    `no dtype holds the elements of ${Object.prototype.toString.call(source)}: use Float32Array, Float64Array, Int32Array, ` +
      'Uint32Array or Uint8Array',
  )
}
