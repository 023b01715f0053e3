import type { ScanOp } from './device.ts'
import { commonDevice, elementwise, numbers, reducedType, settle, signatureOf } from './dispatch.ts'
import type { Scalar } from './dtype.ts'
import { x0 } from './formulas.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'
import { broadcastShapes, checkedSize, normalizeDim, type Shape } from './shape.ts'

const layout = new Layout()
const identity = program(x0)

/** Running `op` along a dim of `program` over the inputs' common shape: each element is folded with all before it. */
export function scan(
  operation: string,
  op: ScanOp,
  source: Program,
  inputs: readonly NDArray[],
  dim: number,
  scalars: readonly Scalar[] = [],
): NDArray {
  const device = commonDevice(inputs, operation)
  if (inputs.length + 1 > device.maxBuffers) {
    return scan(operation, op, identity, [elementwise(operation, source, inputs, scalars)], dim)
  }
  let shape: Shape = inputs[0]!.shape
  for (let i = 1; i < inputs.length; i++) shape = broadcastShapes(shape, inputs[i]!.shape)
  checkedSize(shape)
  const axis = normalizeDim(dim, shape.length, operation)
  const typed = settle(operation, source, signatureOf(inputs, scalars))
  const out = NDArray.allocate(device, reducedType(op, typed.outTypes[0]!), shape)
  if (out.size === 0) return out
  const operands = [out, ...inputs]
  const scanned = shape.length === 0 ? [] : [axis]
  device.scan(op, typed, operands, numbers(scalars), layout.setReduce(operands, shape, scanned, typed.usesCoords))
  return out
}

/** `out[i] = x[0] + … + x[i]` along a dim; integers and booleans give int32. */
export const cumsum = (x: NDArray, dim: number): NDArray => scan('cumsum', 'sum', identity, [x], dim)

/** `out[i] = x[0] · … · x[i]` along a dim; integers and booleans give int32. */
export const cumprod = (x: NDArray, dim: number): NDArray => scan('cumprod', 'prod', identity, [x], dim)
