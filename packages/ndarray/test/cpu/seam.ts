import { createCpuDevice } from '../../src/cpu/device.ts'
import type { Device, Epilogue, ReduceOp, View } from '../../src/device.ts'
import { type DType, dtypes, type TypedArray } from '../../src/dtype.ts'
import { AxisGroup, type ContractLayout, Layout } from '../../src/layout.ts'
import { type Program, type TypedProgram, typeProgram } from '../../src/program.ts'
import { rowMajor, sizeOf } from '../../src/shape.ts'
import { Storage } from '../../src/storage.ts'

/** Both forms of code. */
export const devices: readonly [name: string, device: Device][] = [
  ['function', createCpuDevice({ codegen: 'function' })],
  ['closures', createCpuDevice({ codegen: 'closures' })],
]

export interface ViewOptions {
  readonly strides?: readonly number[]
  readonly offset?: number
  /** Elements of the storage, where a view does not show all of them. */
  readonly size?: number
}

/** A view over fresh memory that holds `data` (repeated as often as it takes). */
export function view(
  device: Device,
  dtype: DType,
  shape: readonly number[],
  data: ArrayLike<number>,
  { strides = rowMajor(shape), offset = 0, size = sizeOf(shape) }: ViewOptions = {},
): View {
  const storage = new Storage(device, dtype, size)
  const filled = new dtypes[dtype].array(size)
  for (let i = 0; i < size; i++) filled[i] = data[i % Math.max(data.length, 1)] ?? 0
  device.write(storage, 0, filled)
  return { storage, dtype, shape, strides, offset }
}

export const storageOf = ({ storage }: View): TypedArray => storage.device.readSync!(storage, 0, storage.size)

/** Addresses of a view's elements in row-major order. */
export function addresses(shape: readonly number[], strides: readonly number[], offset = 0): number[] {
  let found = [offset]
  shape.forEach((size, axis) => {
    found = found.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[axis]!))
  })
  return found
}

/** The elements of a view in row-major order. */
export function values(view: View): number[] {
  const all = storageOf(view)
  return addresses(view.shape, view.strides, view.offset).map((at) => all[at]!)
}

export const typed = (
  source: Program,
  inputs: readonly DType[],
  scalars: readonly DType[] = [],
  outs?: DType[],
): TypedProgram => typeProgram(source, { inputs, scalars, outs })

export interface MapCall {
  readonly scalars?: readonly number[]
  readonly scalarTypes?: readonly DType[]
  readonly outs?: readonly View[]
  readonly shape?: readonly number[]
}

/** Run a program over views; gives its outputs. */
export function runMap(device: Device, source: Program, inputs: readonly View[], call: MapCall = {}): readonly View[] {
  const { scalars = [], scalarTypes = scalars.map(() => 'float32' as DType), shape = inputs[0]?.shape ?? [] } = call
  const types = inputs.map((input) => input.dtype)
  const program = typed(
    source,
    types,
    scalarTypes,
    call.outs?.map((out) => out.dtype),
  )
  const outs = call.outs ?? program.outTypes.map((dtype) => view(device, dtype, shape, [77]))
  const operands = [...outs, ...inputs]
  device.map(program, operands, scalars, new Layout().setMap(operands, shape, program.usesCoords))
  return outs
}

/** Run a reduction; the output has the reduced dims with size 1. */
export function runReduce(
  device: Device,
  op: ReduceOp,
  source: Program,
  inputs: readonly View[],
  dims: readonly number[],
  outType?: DType,
): View {
  const { shape } = inputs[0]!
  const program = typed(
    source,
    inputs.map((input) => input.dtype),
  )
  const out = view(
    device,
    outType ?? program.outTypes[0]!,
    shape.map((size, dim) => (dims.includes(dim) ? 1 : size)),
    [77],
  )
  const operands = [out, ...inputs]
  device.reduce(op, program, operands, [], new Layout().setReduce(operands, shape, dims, program.usesCoords))
  return out
}

/** A group of a contraction's axes: a row of strides for each operand. */
export function group(sizes: readonly number[], rows: readonly (readonly number[])[]): AxisGroup {
  const made = new AxisGroup()
  made.rank = Math.max(sizes.length, 1)
  made.size = sizeOf(sizes)
  made.sizes.set(sizes.length === 0 ? [1] : sizes)
  for (const row of rows) made.strides.push(Int32Array.from([...row, 0, 0, 0, 0].slice(0, 4)))
  return made
}

export type Sizes = readonly number[]
export interface ContractSizes {
  readonly batch: Sizes
  readonly m: Sizes
  readonly n: Sizes
  readonly k: Sizes
}

/** The layout of views of dims a [batch…, m…, k…], b [batch…, k…, n…], out and epilogue inputs [batch…, m…, n…]. */
export function contractLayout(
  { batch, m, n, k }: ContractSizes,
  a: View,
  b: View,
  outs: readonly View[],
): ContractLayout {
  const B = batch.length
  const part = (view: View, from: number, count: number): readonly number[] => view.strides.slice(from, from + count)
  const zeros = (sizes: Sizes): number[] => sizes.map(() => 0)
  return {
    batch: group(
      batch,
      [a, b, ...outs].map((view) => part(view, 0, B)),
    ),
    m: group(m, [part(a, B, m.length), zeros(m), ...outs.map((out) => part(out, B, m.length))]),
    n: group(n, [zeros(n), part(b, B + k.length, n.length), ...outs.map((out) => part(out, B + m.length, n.length))]),
    k: group(k, [part(a, B + m.length, k.length), part(b, B, k.length), ...outs.map(() => zeros(k))]),
  }
}

export function runContract(sizes: ContractSizes, a: View, b: View, out: View, epilogue: Epilogue | null = null): void {
  const { device } = out.storage
  device.contract(a, b, out, contractLayout(sizes, a, b, [out, ...(epilogue?.inputs ?? [])]), epilogue)
}

/** Numbers that repeat: a linear congruential generator, so that no seed hides elsewhere. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
