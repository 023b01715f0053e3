import { type ArraySource, holdsArrays, isImageData, plainLists, stackLists } from './arraySource.ts'
import { checkDevice, defaultDevice } from './defaults.ts'
import type { Device } from './device.ts'
import { generate, toNumber } from './dispatch.ts'
import { checkDType, type DType, dtypeOf, isFloat, type Scalar, type TypedArray } from './dtype.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import { cast, coord, scalar, where } from './expr.ts'
import { refuseForeign } from './foreign.ts'
import * as f from './formulas.ts'
import { convertHost, flattenNested } from './host.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { program } from './program.ts'
import { checkShape, type Shape, sizeOf } from './shape.ts'

export interface CreateOptions {
  /** float32 when left out. */
  readonly dtype?: DType
  /** The default device when left out. */
  readonly device?: Device
}

const filled = program(scalar(0))
const progression = program(f.add(scalar(0), f.mul(cast(coord(0), 'float64'), scalar(1))))
const progression32 = program(f.add(scalar(0), f.mul(coord(0), scalar(1))))
const identityMatrix = program(where(f.eq(coord(0), coord(1)), scalar(0), scalar(1)))

/** `requiresGrad` is for the tensors that higher layers make, from the same options. */
const known = ['dtype', 'device', 'generator', 'requiresGrad']

/** The dtype and device of a new array: what `options` say, else what `defaults` do. */
export function placement(
  options: CreateOptions,
  operation: string,
  defaults: CreateOptions = {},
): { dtype: DType; device: Device } {
  checkOptions(options, known, operation)
  const { dtype = 'float32', device = defaultDevice() } = { ...defaults, ...options }
  return { dtype: checkDType(dtype, operation), device: checkDevice(device) }
}

/**
 * An array of numbers and booleans in lists of any depth and kind: arrays, typed arrays (as float64, int32, …), iterables of
 * them, or arrays, which are stacked. Of an image (height, width, 4), uint8.
 * @throws {ShapeError} where lists are ragged.
 */
export function array(source: ArraySource, options: CreateOptions = {}): NDArray {
  if (ArrayBuffer.isView(source)) return fromTypedArray(source as TypedArray, [(source as TypedArray).length], options)
  if (source instanceof NDArray) {
    throw new DTypeError('array: expected numbers, got an array: copy one with x.clone(), convert one with x.to(dtype)')
  }
  if (isImageData(source)) {
    return fromTypedArray(source.data as unknown as TypedArray, [source.height, source.width, 4], options)
  }
  refuseForeign(source)
  const { lists, dtype: typed } = plainLists(source)
  if (holdsArrays(lists)) return placedCopy(stackLists(lists), options)
  const { shape, values, boolean } = flattenNested(lists)
  const { dtype, device } = placement(options, 'array', { dtype: typed ?? (boolean ? 'bool' : 'float32') })
  return fromValues(values, shape, dtype, device)
}

function placedCopy(x: NDArray, options: CreateOptions): NDArray {
  const { dtype, device } = placement(options, 'array', { dtype: x.dtype, device: x.device })
  return x.to(dtype).to(device)
}

/** An array with the values of a typed array, row by row, and its dtype unless another is asked for. Copies. */
export function fromTypedArray(source: TypedArray, shape: Shape, options: CreateOptions = {}): NDArray {
  if (!ArrayBuffer.isView(source) || source instanceof DataView) {
    throw new DTypeError(
      `fromTypedArray: expected a typed array, got ${String(source)}; use array(…) for nested arrays`,
    )
  }
  const { dtype, device } = placement(options, 'fromTypedArray', { dtype: dtypeOf(source) })
  return fromValues(source, checkShape(shape, 'fromTypedArray'), dtype, device)
}

function fromValues(values: ArrayLike<number>, shape: Shape, dtype: DType, device: Device): NDArray {
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(`shape '[${shape.join(', ')}]' is invalid for input of size ${values.length}`)
  }
  const out = NDArray.allocate(device, dtype, checkShape(shape, 'array'))
  if (out.size > 0) device.write(out.storage, 0, convertHost(values, dtype))
  return out
}

/** An array whose every element is `value`. */
export const full = (shape: Shape, value: Scalar, options: CreateOptions = {}): NDArray =>
  filledWith('full', shape, value, { dtype: typeof value === 'boolean' ? 'bool' : 'float32', ...options })
export const zeros = (shape: Shape, options: CreateOptions = {}): NDArray => filledWith('zeros', shape, 0, options)
export const ones = (shape: Shape, options: CreateOptions = {}): NDArray => filledWith('ones', shape, 1, options)

function filledWith(operation: string, shape: Shape, value: Scalar, options: CreateOptions): NDArray {
  const { dtype, device } = placement(options, operation)
  const element = convertHost([toNumber(value)], dtype)[0]!
  return generate(filled, checkShape(shape, operation), device, dtype, [element])
}

/** Memory as it comes: fill it before reading it. */
export function empty(shape: Shape, options: CreateOptions = {}): NDArray {
  const { dtype, device } = placement(options, 'empty')
  return NDArray.allocate(device, dtype, checkShape(shape, 'empty'))
}

const like = (x: NDArray, options: CreateOptions): CreateOptions => ({ dtype: x.dtype, device: x.device, ...options })
export const zerosLike = (x: NDArray, options: CreateOptions = {}): NDArray => full(x.shape, 0, like(x, options))
export const onesLike = (x: NDArray, options: CreateOptions = {}): NDArray => full(x.shape, 1, like(x, options))
export const fullLike = (x: NDArray, value: Scalar, options: CreateOptions = {}): NDArray =>
  full(x.shape, value, like(x, options))
export const emptyLike = (x: NDArray, options: CreateOptions = {}): NDArray => empty(x.shape, like(x, options))

/**
 * `start, start + step, …` before `stop`; with one number, from 0 to it. float32 unless asked otherwise.
 */
export function arange(start: number, stop?: number, step = 1, options: CreateOptions = {}): NDArray {
  const [first, last] = stop === undefined ? [0, start] : [start, stop]
  const { dtype, device } = placement(options, 'arange')
  if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number') {
    throw new RungsError('arange: takes numbers and then options: arange(start, stop, step, { dtype })')
  }
  const span = (last - first) / step
  if (!Number.isFinite(span) || span < 0) {
    throw new ShapeError(
      `arange: upper bound and larger bound inconsistent with step sign: from ${first} to ${last} by ${step}`,
    )
  }
  return steps(first, step, Math.ceil(Math.abs(span)), dtype, device)
}

/** `count` numbers from `start` to `stop`, both included, evenly spaced. */
export function linspace(start: number, stop: number, count: number, options: CreateOptions = {}): NDArray {
  const { dtype, device } = placement(options, 'linspace')
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError(`linspace: number of steps must be non-negative, got ${count}`)
  const shape = checkShape([count], 'linspace')
  const last = count - 1
  const step = count > 1 ? (stop - start) / last : 0
  // Counted from the nearer end, as PyTorch does: both ends are met exactly.
  const values = Float64Array.from({ length: count }, (_, i) =>
    i < count / 2 ? start + i * step : stop - (last - i) * step,
  )
  return fromValues(values, shape, dtype, device)
}

function steps(first: number, step: number, count: number, dtype: DType, device: Device): NDArray {
  const shape = checkShape([count], 'arange')
  if (!isFloat(dtype) && !(Number.isInteger(first) && Number.isInteger(step))) {
    return fromValues(
      Float64Array.from({ length: count }, (_, i) => first + i * step),
      shape,
      dtype,
      device,
    )
  }
  // Where the device has float64, positions are worked out in it and rounded once, as PyTorch does.
  if (!isFloat(dtype)) return generate(progression32, shape, device, dtype, [first, step], ['int32', 'int32'])
  if (device.dtypes.has('float64'))
    return generate(progression, shape, device, dtype, [first, step], ['float64', 'float64'])
  return fromValues(
    Float64Array.from({ length: count }, (_, i) => first + i * step),
    shape,
    dtype,
    device,
  )
}

/** Ones on the main diagonal, zeros elsewhere. */
export function eye(rows: number, columns: number = rows, options: CreateOptions = {}): NDArray {
  const { dtype, device } = placement(options, 'eye')
  return generate(identityMatrix, checkShape([rows, columns], 'eye'), device, dtype, [1, 0])
}
