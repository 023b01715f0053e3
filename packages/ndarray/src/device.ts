import type { DType, TypedArray } from './dtype.ts'
import type { ContractLayout, Layout } from './layout.ts'
import type { TypedProgram } from './program.ts'
import type { TypedRows } from './rows.ts'
import type { Storage } from './storage.ts'

/** Part of a storage seen as an array; strides and offset count elements and may be 0 or negative. */
export interface View {
  readonly storage: Storage
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** Memory of one storage, whatever a device makes of it: only the device that gave it looks inside. */
export type DeviceBuffer = object

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'argmax' | 'argmin'
export type ScatterOp = 'set' | 'add'
export type ScanOp = 'sum' | 'prod'

/** What happens to each sum of a contraction before it is stored: input 0 is the sum, the others follow. */
export interface Epilogue {
  readonly program: TypedProgram
  /** Rows 3 and on of the contraction's strides; one may be the output itself, exactly. */
  readonly inputs: readonly View[]
  readonly scalars: readonly number[]
}

/**
 * What arrays on a device take: those alive now, and the most bytes there ever were. On processors, arrays of up to 16 kB
 * share slabs, each counted as one array, and those of up to 16 elements are not counted.
 */
export interface MemoryUsage {
  arrays: number
  bytes: number
  peakBytes: number
}

/**
 * Where arrays live and are computed. Everything numerical passes through this interface, and everything that passes has
 * been checked: shapes fit, dtypes are settled, no output overlaps an input unless they are exactly the same view, and
 * every array of a call lives on this device. A device that keeps a layout past a call copies it.
 *
 * Calls take effect in the order in which they are made. What holds for numbers on every device: NaN propagates, also
 * through `max` and `min`; float32 results are rounded to float32; integers wrap; integer division and remainder by zero
 * give 0; a float becomes an integer truncated and saturated, NaN as 0; `floorDiv` and `remainder` follow Python's signs;
 * `round` goes to even; shift counts are taken modulo 32; sums of one device are made in one order, always.
 */
export interface Device {
  /** `cpu`, `wasm` or `webgpu`, or what a device of your own is called. */
  readonly name: string
  /** For people: which processor or adapter. */
  readonly description: string
  readonly dtypes: ReadonlySet<DType>
  /** Buffers that one call may name, inputs and outputs together. */
  readonly maxBuffers: number
  /** The largest array. */
  readonly maxBytes: number
  /** Memory is outside the JavaScript heap, so each array must be finalised and its size made felt. */
  readonly ownsMemory: boolean
  /** Arrays of up to so many bytes share slabs, which the device counts and gives back itself; left out, none do. */
  readonly slabBytes?: number
  readonly usage: MemoryUsage

  /** Memory for `size` elements, its content undefined. @throws {DeviceError} when there is none. */
  allocate(dtype: DType, size: number): DeviceBuffer
  release(buffer: DeviceBuffer): void
  write(storage: Storage, offset: number, data: TypedArray): void
  /** A fresh typed array of `length` elements from `offset` on. */
  read(storage: Storage, offset: number, length: number): Promise<TypedArray>
  /** As `read`, at once; absent where a device cannot. */
  readSync?(storage: Storage, offset: number, length: number): TypedArray
  /** Let pending work finish and the event loop turn, so that memory nobody holds comes back. */
  turn(): Promise<void>

  /** Elementwise: `operands` are the program's outputs, then its inputs, the rows of `layout` likewise. */
  map(program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void
  /**
   * `op` over the axes of `layout` from `layout.kept` on, of a program with one result; operands are the output, then the
   * inputs. `argmax` and `argmin` give the position, in row-major order of the reduced axes, of the first extreme (the
   * first NaN, if any). No elements: sum 0, prod 1, any false, all true; the rest never come empty.
   */
  reduce(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly View[],
    scalars: readonly number[],
    layout: Layout,
  ): void
  /**
   * All steps of a row program at once, as a device can that has many threads; operands are the results, then the inputs,
   * and rows go along the axes from `layout.kept` on. Gives false, and does nothing, where steps one by one serve better.
   */
  rows?(program: TypedRows, operands: readonly View[], scalars: readonly number[], layout: Layout): boolean
  /** `out[b, m, n] = epilogue(Σk a[b, m, k] · b[b, k, n])`; with no `k` the sum is 0. */
  contract(a: View, b: View, out: View, layout: ContractLayout, epilogue: Epilogue | null): void
  /**
   * `out = source` where `index` says: operands are out, source (stride 0 along the indexed axis) and int32 index; the
   * position along that axis adds `index * axis.stride`. Indices from `-axis.size` on count from the end.
   * @throws {IndexError} at once, or at the next read where a device cannot look at values.
   */
  gather(operands: readonly View[], layout: Layout, axis: IndexedAxis): void
  /**
   * The reverse: operands are target (stride 0 along the indexed axis), index and source; the last axis of the layout
   * (`layout.kept` on) is the indexed one and is walked in order, so the last `set` wins and sums have one order.
   */
  scatter(op: ScatterOp, operands: readonly View[], layout: Layout, axis: IndexedAxis): void
  /**
   * Running `op` of a program with one result along the last axis of `layout` (the only one from `layout.kept` on);
   * operands are the output, then the inputs, as in `reduce`.
   */
  scan(op: ScanOp, program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void
  /**
   * Stable sort along the last axis of `layout` (the only one from `layout.kept` on); operands are values, indices (int32)
   * and the input, which may stand still or go backwards along that axis. Elements move bit for bit. NaN counts as greater
   * than everything, -0 equals 0, and equal elements keep their order in both directions.
   */
  sort(operands: readonly View[], layout: Layout, descending: boolean): void
}

/** The axis that an index array points along. */
export interface IndexedAxis {
  readonly stride: number
  readonly size: number
  /** For messages: the operation that the user called. */
  readonly operation: string
}
