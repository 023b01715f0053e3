import type { Epilogue } from './device.ts'
import { assign, commonDevice, elementwise, signatureOf } from './dispatch.ts'
import type { DType, Scalar } from './dtype.ts'
import { promoteTypes } from './dtype.ts'
import { DTypeError, ShapeError } from './errors.ts'
import { AxisGroup, type ContractLayout, MAX_GROUP_RANK } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { type Program, typeProgram } from './program.ts'
import { formatShape, type Shape, sameShape } from './shape.ts'
import { lettingGo } from './views.ts'

/** How many dims each group of a contraction has. */
export interface ContractDims {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
}

/** What is done to each sum: `program`'s input 0 is the sum, the others follow, broadcast to the result. */
export interface ContractEpilogue {
  readonly program: Program
  readonly inputs: readonly NDArray[]
  readonly scalars?: readonly Scalar[]
}

const layout = {
  batch: new AxisGroup(),
  m: new AxisGroup(),
  n: new AxisGroup(),
  k: new AxisGroup(),
} satisfies ContractLayout

/**
 * Sums of products: `a` is [batch…, m…, k…], `b` is [batch…, k…, n…], the result [batch…, m…, n…]. Any strides do; a
 * stride of 0 broadcasts. Only a group of more than four axes that cannot be merged is copied.
 * @param out where the results go, in whatever order its strides say, which make no two positions one element (nothing checks
 * that); a new array when left out.
 * @throws {ShapeError} where dims do not fit, or `out` has another shape.
 * @throws {DTypeError} for sums in bool or uint8, and where `out` has another dtype.
 */
export function contract(
  operation: string,
  a: NDArray,
  b: NDArray,
  dims: ContractDims,
  epilogue?: ContractEpilogue,
  out?: NDArray,
): NDArray {
  const extra = epilogue?.inputs ?? []
  const device = commonDevice(out === undefined ? [a, b, ...extra] : [a, b, ...extra, out], operation)
  const { batch, m, n, k } = dims
  let fits = a.ndim === batch + m + k && b.ndim === batch + k + n
  for (let i = 0; fits && i < batch; i++) fits = a.shape[i] === b.shape[i]
  for (let i = 0; fits && i < k; i++) fits = a.shape[batch + m + i] === b.shape[batch + i]
  if (!fits) {
    throw new ShapeError(
      `${operation}: ${formatShape(a.shape)} is not [batch, m, k] to ${formatShape(b.shape)} as [batch, k, n] ` +
        `with ${batch} batch, ${m} m, ${n} n and ${k} k dims`,
    )
  }
  const dtype = promoteTypes(a.dtype, b.dtype)
  if (dtype === 'bool' || dtype === 'uint8') {
    throw new DTypeError(`${operation}: products of ${dtype} are not summed in ${dtype}; cast to int32 first`)
  }
  const [left, right] = [a.to(dtype), b.to(dtype)]
  const shape = [...a.shape.slice(0, batch + m), ...b.shape.slice(batch + k)]
  const promoted = [left, right].filter((x) => x !== a && x !== b)
  const scalars = epilogue?.scalars ?? []
  if (epilogue !== undefined && 3 + extra.length > device.maxBuffers) {
    const sums = contract(operation, left, right, dims)
    const finished = elementwise(operation, epilogue.program, [sums, ...extra], scalars)
    return lettingGo(deliver(operation, finished, out), sums, ...promoted)
  }
  const typed = epilogue && typeProgram(epilogue.program, signatureOf([{ dtype, shape }, ...extra], scalars))
  const outType = typed?.outTypes[0] ?? dtype
  const inputs = extra.map((x) => x.expand(shape))
  const apart = out !== undefined && [a, b, ...extra].every(({ storage }) => storage !== out.storage)
  if (apart) checkOut(operation, out, outType, shape)
  const results = apart ? out : NDArray.allocate(device, outType, shape)
  run(left, right, results, dims, typed ? { program: typed, inputs, scalars: scalars.map(Number) } : null)
  return lettingGo(deliver(operation, results, out), ...inputs.filter((x) => !extra.includes(x)), ...promoted)
}

/** `results` in `out`, if there is one. */
function deliver(operation: string, results: NDArray, out: NDArray | undefined): NDArray {
  if (out === undefined) return results
  if (out !== results) {
    checkOut(operation, out, results.dtype, results.shape)
    assign(out, results)
    results.dispose()
  }
  out.storage.changed()
  return out
}

function checkOut(operation: string, out: NDArray, dtype: DType, shape: Shape): void {
  if (!sameShape(out.shape, shape)) {
    throw new ShapeError(`${operation}: results of ${formatShape(shape)} do not go into ${formatShape(out.shape)}`)
  }
  if (out.dtype !== dtype) throw new DTypeError(`${operation}: results of ${dtype} do not go into ${out.dtype}`)
}

function run(a: NDArray, b: NDArray, out: NDArray, dims: ContractDims, epilogue: ArrayEpilogue | null): void {
  if (out.size === 0) return
  if (fillLayout([a, b, out, ...(epilogue?.inputs ?? [])], dims)) {
    out.device.contract(a, b, out, layout, epilogue)
    return
  }
  const copied = epilogue === null ? null : { ...epilogue, inputs: epilogue.inputs.map((x) => x.contiguous()) }
  const inOrder = out.isContiguous ? out : NDArray.allocate(out.device, out.dtype, out.shape)
  run(a.contiguous(), b.contiguous(), inOrder, dims, copied)
  if (inOrder === out) return
  assign(out, inOrder)
  inOrder.dispose()
}

interface ArrayEpilogue extends Epilogue {
  readonly inputs: readonly NDArray[]
}

/** Merge each group's axes; false where one keeps more than a device takes. */
function fillLayout(operands: readonly NDArray[], { batch, m, n, k }: ContractDims): boolean {
  // Where a group begins in a, in b, and in the output and everything after it; -1 where an operand lacks it.
  return (
    fillGroup(layout.batch, batch, operands, [0, 0, 0]) &&
    fillGroup(layout.m, m, operands, [batch, -1, batch]) &&
    fillGroup(layout.n, n, operands, [-1, batch + k, batch + m]) &&
    fillGroup(layout.k, k, operands, [batch + m, batch, -1])
  )
}

/** `starts`: see `fillLayout`. Rows are written where the next axis would stand, then merged or counted. */
function fillGroup(group: AxisGroup, ndim: number, operands: readonly NDArray[], starts: readonly number[]): boolean {
  const owner = starts[0] === -1 ? 1 : 0
  const { shape } = operands[owner]!
  group.rank = 0
  group.size = 1
  for (let axis = 0; axis < ndim; axis++) group.size *= shape[starts[owner]! + axis]!
  for (let axis = 0; axis < ndim && group.size > 0; axis++) {
    const size = shape[starts[owner]! + axis]!
    if (size === 1) continue
    const { rank } = group
    let merge = rank > 0
    for (let q = 0; q < operands.length; q++) {
      const start = starts[Math.min(q, 2)]!
      const stride = start === -1 ? 0 : operands[q]!.strides[start + axis]!
      const row = group.row(q)
      row[rank] = stride
      merge &&= row[rank - 1] === stride * size
    }
    if (merge) {
      group.sizes[rank - 1]! *= size
      for (let q = 0; q < operands.length; q++) group.row(q)[rank - 1] = group.row(q)[rank]!
    } else if (rank === MAX_GROUP_RANK) return false
    else {
      group.sizes[rank] = size
      group.rank++
    }
  }
  if (group.rank === 0 || group.size === 0) {
    group.sizes[0] = group.size
    group.rank = 1
    for (let q = 0; q < operands.length; q++) group.row(q)[0] = 0
  }
  return true
}
