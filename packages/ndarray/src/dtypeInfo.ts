import { type DType, dtypes, promoteTypes } from './dtype.ts'
import { DTypeError } from './errors.ts'

/** Limits of a floating-point dtype. */
export interface FloatInfo {
  readonly dtype: DType
  readonly bits: number
  /** From 1 to the next number. */
  readonly eps: number
  readonly min: number
  readonly max: number
  /** The least positive number with all its digits. */
  readonly smallestNormal: number
}

/** IEEE 754's binary formats: bits in all, bits behind the point, the least exponent of a number with all its digits. */
const formats: { readonly [D in DType]?: readonly [bits: number, digits: number, exponent: number] } = {
  float16: [16, 10, -14],
  float32: [32, 23, -126],
  float64: [64, 52, -1022],
}

/** @throws {DTypeError} for integers and booleans. */
export function finfo(dtype: DType): FloatInfo {
  const format = formats[dtype]
  if (format === undefined) throw new DTypeError(`finfo: ${dtype} is no floating-point dtype; see iinfo`)
  const [bits, digits, exponent] = format
  const { min, max } = dtypes[dtype]
  return { dtype, bits, eps: 2 ** -digits, min, max, smallestNormal: 2 ** exponent }
}

/** Limits of an integer dtype. */
export interface IntegerInfo {
  readonly dtype: DType
  readonly bits: number
  readonly min: number
  readonly max: number
}

/** @throws {DTypeError} for floats and booleans. */
export function iinfo(dtype: DType): IntegerInfo {
  const { kind, bytes, min, max } = dtypes[dtype]
  if (kind !== 'integer') throw new DTypeError(`iinfo: ${dtype} is no integer dtype; see finfo`)
  return { dtype, bits: 8 * bytes, min, max }
}

/** Whether promotion takes `from` to `to`. */
export const canCast = (from: DType, to: DType): boolean => promoteTypes(from, to) === to

/** Kinds of dtypes, in the words of the array API standard. */
export type DTypeKind = 'bool' | 'signed integer' | 'unsigned integer' | 'integral' | 'real floating' | 'numeric'

const kinds: { readonly [K in DTypeKind]: readonly DType[] } = {
  bool: ['bool'],
  'signed integer': ['int32'],
  'unsigned integer': ['uint8', 'uint32'],
  integral: ['uint8', 'int32', 'uint32'],
  'real floating': ['float16', 'float32', 'float64'],
  numeric: ['uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
}

/** Whether a dtype is of a kind, or of one of several. */
export const isDType = (dtype: DType, kind: DTypeKind | readonly DTypeKind[]): boolean =>
  (typeof kind === 'string' ? [kind] : kind).some((each) => kinds[each].includes(dtype))
