import { checkWritable, commonDevice, copy, run, settle, signatureOf } from './dispatch.ts'
import { dtypes, isFloat, kindRankOf, type Scalar } from './dtype.ts'
import { DTypeError, ShapeError } from './errors.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { isSameView, mayOverlap } from './overlap.ts'
import { type Program, typeProgram } from './program.ts'
import { broadcastShapes, formatShape, sameShape } from './shape.ts'

const layout = new Layout()
const NONE: readonly never[] = []

/**
 * Change `outs` in place: output i gets the program's formula i. All have one shape, to which the inputs broadcast; an
 * input may be an output, exactly, and any that overlaps one otherwise is copied first.
 * @throws before anything is written.
 */
export function updateInPlace(
  operation: string,
  source: Program,
  outs: readonly NDArray[],
  inputs: readonly NDArray[],
  scalars: readonly Scalar[] = NONE,
): void {
  if (isUniformUpdate(outs, inputs, scalars)) {
    uniformUpdate(source, outs, inputs, scalars)
    return
  }
  commonDevice([...outs, ...inputs], operation)
  const { shape } = outs[0]!
  for (const out of outs) {
    checkWritable(out)
    if (!sameShape(out.shape, shape)) {
      throw new ShapeError(`${operation}: outputs have shapes ${formatShape(shape)} and ${formatShape(out.shape)}`)
    }
  }
  for (const { shape: other } of inputs) {
    if (sameShape(other, shape)) continue
    const broadcast = broadcastShapes(shape, other)
    if (!sameShape(broadcast, shape)) {
      throw new ShapeError(
        `output with shape ${formatShape(shape)} doesn't match the broadcast shape ${formatShape(broadcast)}: ${operation}`,
      )
    }
  }
  const signature = signatureOf(inputs, scalars, shape)
  const natural = settle(operation, source, signature)
  const outTypes = outs.map((out) => out.dtype)
  natural.outTypes.forEach((dtype, i) => {
    if (kindRankOf(dtype) > kindRankOf(outTypes[i]!)) {
      throw new DTypeError(
        `result type ${dtype} can't be cast to the desired output type ${outTypes[i]}: ${operation} in place; ` +
          `cast the array first with x.to('${dtype}')`,
      )
    }
  })
  const typed = typeProgram(source, { ...signature, outs: outTypes })
  const separate = inputs.map((input) =>
    outs.some(
      (out) => out !== input && out.storage === input.storage && !isSameView(out, input) && mayOverlap(out, input),
    )
      ? copy(input)
      : input,
  )
  run(source, typed, outs, separate, scalars)
  for (const out of outs) out.storage.changed()
}

/**
 * Contiguous outputs and inputs of their shape, or of no dims, all of one float dtype on one device, of which none is part of
 * an output unless it is the output; and numbers: nothing to check, to promote or to copy.
 */
function isUniformUpdate(
  outs: readonly NDArray[],
  inputs: readonly NDArray[],
  scalars: readonly Scalar[],
): scalars is readonly number[] {
  const { dtype, device, shape } = outs[0]!
  if (!isFloat(dtype) || outs.length + inputs.length > device.maxBuffers) return false
  for (let i = 0; i < outs.length; i++) {
    const out = outs[i]!
    if (out.dtype !== dtype || out.device !== device || !out.isContiguous || !sameShape(out.shape, shape)) return false
  }
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!
    if (!(x instanceof NDArray) || x.dtype !== dtype || x.device !== device || !x.isContiguous) return false
    if (x.shape.length > 0 && !sameShape(x.shape, shape)) return false
    for (let j = 0; j < outs.length; j++) if (x !== outs[j] && x.storage === outs[j]!.storage) return false
  }
  for (let i = 0; i < scalars.length; i++) if (typeof scalars[i] !== 'number') return false
  return true
}

/** What `updateInPlace` does for uniform operands: what an optimiser calls for every parameter. */
function uniformUpdate(
  source: Program,
  outs: readonly NDArray[],
  inputs: readonly NDArray[],
  scalars: readonly number[],
): void {
  const { dtype, device, shape, size } = outs[0]!
  if (size > 0) {
    const typed = (source.updates[dtypes[dtype].code] ??= typeProgram(source, {
      inputs: inputs.map(() => dtype),
      scalars: scalars.map(() => dtype),
      outs: outs.map(() => dtype),
    }))
    const operands = [...outs, ...inputs]
    if (typed.usesCoords) layout.setMap(operands, shape, true)
    else layout.setRow(operands, size)
    device.map(typed, operands, scalars, layout)
  }
  for (let i = 0; i < outs.length; i++) outs[i]!.storage.changed()
}
