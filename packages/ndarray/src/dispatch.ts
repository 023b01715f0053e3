import type { ReduceOp } from './device.ts'
import { type DType, dtypes, isFloat, kindRankOf, type Scalar, scalarType } from './dtype.ts'
import { DeviceError, DTypeError, ShapeError } from './errors.ts'
import { notAnOperand } from './foreign.ts'
import { x0 } from './formulas.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { overlapsItself } from './overlap.ts'
import { type Program, program, resultType, type Signature, type TypedProgram, typeProgram } from './program.ts'
import { broadcastShapes, checkedSize, formatShape, normalizeDims, type Shape, sameShape } from './shape.ts'
import { splitProgram } from './split.ts'
import { handOver } from './views.ts'

const layout = new Layout()
const NONE: readonly never[] = []
const COPY = program(x0)

/** The device that all operands live on. @throws {DeviceError} with PyTorch's text where there are two. */
export function commonDevice(operands: readonly NDArray[], operation: string): NDArray['device'] {
  const { device } = operands[0]!
  for (const operand of operands) {
    if (!(operand instanceof NDArray)) throw notAnOperand(operand)
    if (operand.device !== device) {
      throw new DeviceError(
        'Expected all tensors to be on the same device, but found at least two devices, ' +
          `${device.name} and ${operand.device.name}! (${operation}; move one with x.to(device))`,
      )
    }
  }
  return device
}

/** @throws {RungsError} for what is no array, where an operation takes neither numbers nor lists. */
export function checkArray(x: NDArray, operation: string): void {
  if (!(x instanceof NDArray)) throw notAnOperand(x, `${operation}: expected an array`)
}

/** A new array: `program` at every position of the shape that the inputs broadcast to. */
export function elementwise(
  operation: string,
  source: Program,
  inputs: readonly NDArray[],
  scalars: readonly Scalar[] = NONE,
): NDArray {
  if (isUniform(inputs, scalars)) return uniformElementwise(operation, source, inputs, scalars)
  commonDevice(inputs, operation)
  return compute(operation, source, inputs, scalars, signatureOf(inputs, scalars))
}

/** As `elementwise`, where dtypes have been settled by a larger formula. */
export function compute(
  operation: string,
  source: Program,
  inputs: readonly NDArray[],
  scalars: readonly Scalar[],
  signature: Signature,
): NDArray {
  const first = inputs[0]!
  let shape: Shape = first.shape
  for (let i = 1; i < inputs.length; i++) shape = broadcastShapes(shape, inputs[i]!.shape)
  const typed = settle(operation, source, signature)
  const out = NDArray.allocate(first.device, typed.outTypes[0]!, shape)
  run(source, typed, [out], inputs, scalars)
  return out
}

/** Contiguous arrays of one shape, dtype and device, and numbers that take that dtype: nothing to broadcast or promote. */
function isUniform(inputs: readonly NDArray[], scalars: readonly Scalar[]): boolean {
  const first = inputs[0]!
  if (!first.isContiguous || first.size === 0 || (scalars.length > 0 && !isFloat(first.dtype))) return false
  for (let i = 1; i < inputs.length; i++) {
    const x = inputs[i]!
    if (!x.isContiguous || x.dtype !== first.dtype || x.device !== first.device || !sameShape(x.shape, first.shape)) {
      return false
    }
  }
  return inputs.length < first.device.maxBuffers
}

/** What `elementwise` does for uniform operands: the most common call, so it takes the fewest steps. */
function uniformElementwise(
  operation: string,
  source: Program,
  inputs: readonly NDArray[],
  scalars: readonly Scalar[],
): NDArray {
  const first = inputs[0]!
  const { code } = dtypes[first.dtype]
  const typed = (source.uniform[code] ??= settle(operation, source, signatureOf(inputs, scalars)))
  const out = NDArray.allocateLike(first, typed.outTypes[0]!)
  const operands = [out, ...inputs]
  if (typed.usesCoords) layout.setMap(operands, first.shape, true)
  else layout.setFlat(first.size, operands.length)
  first.device.map(typed, operands, numbers(scalars), layout)
  return out
}

/** Write `source` into `out`, which has its shape, without counting it as a change. */
export function assign(out: NDArray, source: NDArray): void {
  run(COPY, typeProgram(COPY, { inputs: [source.dtype], scalars: NONE, outs: [out.dtype] }), [out], [source], NONE)
}

/** A contiguous copy. */
export const copy = (x: NDArray): NDArray => elementwise('clone', COPY, [x])

/** A new array from formulas that read no array: scalars, constants and coordinates. */
export function generate(
  source: Program,
  shape: Shape,
  device: NDArray['device'],
  dtype: DType,
  scalars: readonly number[],
  scalarTypes: readonly DType[] = scalars.map(() => dtype),
): NDArray {
  const out = NDArray.allocate(device, dtype, shape)
  const typed = typeProgram(source, { inputs: NONE, scalars: scalarTypes, outs: [dtype] })
  if (out.size > 0) device.map(typed, [out], scalars, layout.setMap([out], shape, typed.usesCoords))
  return out
}

/** Reduce the given dims (all of them when left out) of `program` over the inputs' common shape. */
export function reduce(
  operation: string,
  op: ReduceOp,
  source: Program,
  inputs: readonly NDArray[],
  dims: number | readonly number[] | undefined,
  keepdim: boolean,
  scalars: readonly Scalar[] = NONE,
): NDArray {
  const device = commonDevice(inputs, operation)
  let shape: Shape = inputs[0]!.shape
  for (let i = 1; i < inputs.length; i++) shape = broadcastShapes(shape, inputs[i]!.shape)
  checkedSize(shape)
  const reduced = normalizeDims(dims, shape.length, operation)
  const typed = settle(operation, source, signatureOf(inputs, scalars))
  if (inputs.length + 1 > device.maxBuffers) {
    return reduce(operation, op, COPY, [elementwise(operation, source, inputs, scalars)], dims, keepdim)
  }
  const withOnes = shape.map((size, i) => (reduced.includes(i) ? 1 : size))
  const out = NDArray.allocate(device, reducedType(op, typed.outTypes[0]!), withOnes)
  if (out.size > 0) {
    if (!identities.has(op) && reduced.some((dim) => shape[dim] === 0)) {
      throw new ShapeError(
        `${operation}(): Expected reduction dim to have non-zero size: an array of shape ${formatShape(shape)} has no ${op}`,
      )
    }
    const operands = [out, ...inputs]
    device.reduce(op, typed, operands, numbers(scalars), layout.setReduce(operands, shape, reduced, typed.usesCoords))
  }
  return keepdim ? out : handOver(out, out.reshape(shape.filter((_, i) => !reduced.includes(i))))
}

const identities: ReadonlySet<ReduceOp> = new Set(['sum', 'prod', 'any', 'all'])

/** The dtype of a reduction of `dtype`. */
export function reducedType(op: ReduceOp, dtype: DType): DType {
  switch (op) {
    case 'sum':
    case 'prod':
      return isFloat(dtype) || dtype === 'uint32' ? dtype : 'int32'
    case 'any':
    case 'all':
      return 'bool'
    case 'max':
    case 'min':
      return dtype
    case 'argmax':
    case 'argmin':
      return 'int32'
  }
}

export function run(
  source: Program,
  typed: TypedProgram,
  outs: readonly NDArray[],
  inputs: readonly NDArray[],
  scalars: readonly Scalar[],
): void {
  const first = outs[0]!
  if (first.size === 0) return
  const { device } = first
  if (outs.length + inputs.length > device.maxBuffers && countBuffers(outs, inputs) > device.maxBuffers) {
    splitProgram(source, outs, inputs, scalars, device.maxBuffers)
    return
  }
  const operands = [...outs, ...inputs]
  const flat = !typed.usesCoords && operands.every((x) => x.isContiguous && sameShape(x.shape, first.shape))
  if (flat) layout.setFlat(first.size, operands.length)
  else layout.setMap(operands, first.shape, typed.usesCoords)
  device.map(typed, operands, numbers(scalars), layout)
}

const countBuffers = (outs: readonly NDArray[], inputs: readonly NDArray[]): number =>
  new Set([...outs, ...inputs].map((x) => x.storage)).size

export const numbers = (scalars: readonly Scalar[]): readonly number[] =>
  scalars.length === 0 ? NONE : scalars.map(toNumber)

/** @throws {DTypeError} for what is neither a number nor a boolean, null above all: a gradient that is not there. */
export function toNumber(value: Scalar): number {
  if (typeof value !== 'number' && typeof value !== 'boolean') throw notAnOperand(value)
  return Number(value)
}

/** What promotion looks at. */
interface Typed {
  readonly dtype: DType
  readonly shape: Shape
}

/** Dtypes of a call; `shape` where the result is an array that exists, whose dims count in promotion. */
export function signatureOf(inputs: readonly Typed[], scalars: readonly Scalar[], shape?: Shape): Signature {
  const types = inputs.map((x) => x.dtype)
  const common = resultType(inputs)
  const scalarTypes = scalars.map((value) => scalarType(value, inputs.length === 0 ? 'float32' : common))
  const dimmed = (shape?.length ?? 0) > 0 || inputs.some((x) => x.shape.length > 0)
  const yields = (x: Typed): boolean =>
    dimmed && x.shape.length === 0 && x.dtype !== common && kindRankOf(x.dtype) === kindRankOf(common)
  const promoted = inputs.some(yields) ? inputs.map((x) => (yields(x) ? common : x.dtype)) : undefined
  return { inputs: types, scalars: scalarTypes, promoted }
}

/** @throws {ShapeError} where several positions of the view are one element. */
export function checkWritable(out: NDArray): void {
  if (!out.isContiguous && overlapsItself(out)) {
    throw new ShapeError(
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location. ' +
        `Please clone() the tensor before performing the operation. (shape ${formatShape(out.shape)}, ` +
        `strides ${formatShape(out.strides)})`,
    )
  }
}

/** `typeProgram`, with the user's operation in front of its message. */
export function settle(operation: string, source: Program, signature: Signature): TypedProgram {
  try {
    return typeProgram(source, signature)
  } catch (error) {
    if (error instanceof DTypeError && !error.message.startsWith('Subtraction')) {
      throw new DTypeError(`${operation}: ${error.message}`)
    }
    throw error
  }
}
