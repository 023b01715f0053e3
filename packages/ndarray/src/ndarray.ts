// `using` works where a program was compiled for an older library, too: its declarations bring Symbol.dispose along.
/// <reference lib="esnext.disposable" preserve="true" />

import * as act from './activations.ts'
import { inspectAsText, toText } from './asText.ts'
import type { Index } from './brackets.ts'
import { type ContractDims, contract } from './contract.ts'
import { cpu } from './cpu/device.ts'
import { checkDevice, defaultDevice } from './defaults.ts'
import type { Device, View } from './device.ts'
import { copy, toNumber } from './dispatch.ts'
import { type DType, inferType, type Scalar, type TypedArray } from './dtype.ts'
import * as e from './elementwise.ts'
import { DeviceError, ShapeError } from './errors.ts'
import { BRAND } from './foreign.ts'
import { type FormatOptions, format, type Surroundings } from './format.ts'
import type { Operand } from './functions.ts'
import * as g from './gather.ts'
import { convertHost, type Nested, nest } from './host.ts'
import { at, setAt } from './indexing.ts'
import { remember } from './intermediates.ts'
import * as m from './matmul.ts'
import * as r from './reductions.ts'
import { cumprod, cumsum } from './scans.ts'
import { maskedSelect } from './selection.ts'
import { checkedSize, formatShape, normalizeDim, rowMajor, type Shape, sameShape, sizeOf } from './shape.ts'
import { argsort, type Sorted, type SortOptions, sort } from './sorting.ts'
import { Storage } from './storage.ts'
import * as v from './views.ts'

/**
 * Numbers of one dtype in a shape, on a device. Several arrays may be views of one memory; operations give new arrays,
 * those that end in `_` change this one.
 */
export class NDArray implements View {
  readonly dtype: DType
  /** Sizes, outermost dim first. */
  readonly shape: Shape
  /** Elements to step over for one step in each dim; 0 repeats, negative goes back. */
  readonly strides: readonly number[]
  /** Where the first element is in the storage. */
  readonly offset: number
  /** Number of elements. */
  readonly size: number
  /** Elements stand one behind another, the last dim fastest. */
  readonly isContiguous: boolean
  private memory: Storage | null

  constructor(
    storage: Storage,
    shape: Shape,
    strides: readonly number[],
    offset: number,
    size: number,
    contiguous: boolean,
  ) {
    this.memory = storage
    this.dtype = storage.dtype
    this.shape = shape
    this.strides = strides
    this.offset = offset
    this.size = size
    this.isContiguous = contiguous
    storage.addView(this)
    remember(this)
  }

  /** A contiguous array whose content is undefined. */
  static allocate(device: Device, dtype: DType, shape: Shape): NDArray {
    const size = checkedSize(shape)
    return new NDArray(new Storage(device, dtype, size), shape, rowMajor(shape), 0, size, true)
  }

  /** As `allocate`, with the shape of a contiguous array, whose `shape` and `strides` are shared. */
  static allocateLike({ device, shape, strides, size }: NDArray, dtype: DType): NDArray {
    return new NDArray(new Storage(device, dtype, size), shape, strides, 0, size, true)
  }

  /** A 0-d array of one number. */
  static from(value: Scalar, device: Device = defaultDevice()): NDArray {
    const out = NDArray.allocate(device, inferType(value), [])
    device.write(out.storage, 0, convertHost([toNumber(value)], out.dtype))
    return out
  }

  /** @throws {DeviceError} after `dispose`. */
  get storage(): Storage {
    if (this.memory === null) {
      throw new DeviceError(
        `this array of shape ${formatShape(this.shape)} has been disposed; keep it, or clone it first`,
      )
    }
    return this.memory
  }
  get device(): Device {
    return this.storage.device
  }
  get ndim(): number {
    return this.shape.length
  }
  /** As `size`, in PyTorch's word. */
  get numel(): number {
    return this.size
  }
  /** Changes made in place to the memory, by any view of it. */
  get version(): number {
    return this.storage.version
  }

  /** The same memory read otherwise; nothing checks that it stays inside. */
  view(shape: Shape, strides: readonly number[], offset: number): NDArray {
    const size = checkedSize(shape)
    return new NDArray(this.storage, shape, strides, offset, size, isRowMajor(shape, strides, size))
  }

  reshape(shape: Shape): NDArray {
    const sizes = v.inferShape(this, shape, 'reshape')
    const view = v.tryReshape(this, sizes)
    if (view !== null) return view
    const whole = copy(this)
    return v.handOver(whole, whole.view(sizes, rowMajor(sizes), 0))
  }
  /** All elements in one dim; a view where strides allow. */
  flatten(startDim = 0, endDim = -1): NDArray {
    if (this.ndim === 0) return this.reshape([1])
    const [first, last] = [normalizeDim(startDim, this.ndim, 'flatten'), normalizeDim(endDim, this.ndim, 'flatten')]
    if (first > last)
      throw new ShapeError(`flatten() has invalid args: start_dim ${startDim} comes after end_dim ${endDim}`)
    const middle = sizeOf(this.shape.slice(first, last + 1))
    return this.reshape([...this.shape.slice(0, first), middle, ...this.shape.slice(last + 1)])
  }
  permute(dims: readonly number[]): NDArray {
    return v.permute(this, dims)
  }
  transpose(dim0: number, dim1: number): NDArray {
    return v.transpose(this, dim0, dim1)
  }
  /** The transpose of a matrix; vectors and numbers stay as they are. */
  t(): NDArray {
    if (this.ndim > 2)
      throw new ShapeError(`t() expects a tensor with <= 2 dimensions, but self is ${this.ndim}D; see permute`)
    return this.T
  }
  /** All dims in reverse order. */
  get T(): NDArray {
    return v.permute(
      this,
      this.shape.map((_, i) => this.ndim - 1 - i),
    )
  }
  squeeze(dim?: number): NDArray {
    return v.squeeze(this, dim)
  }
  unsqueeze(dim: number): NDArray {
    return v.unsqueeze(this, dim)
  }
  /** Dims of size 1 repeated, new ones in front; nothing is copied: the stride is 0. A size of -1 stays. */
  expand(shape: Shape): NDArray {
    return sameShape(shape, this.shape) ? this : v.expand(this, shape)
  }
  expandAs(other: NDArray): NDArray {
    return this.expand(other.shape)
  }
  slice(dim: number, start?: number, stop?: number, step?: number): NDArray {
    return v.slice(this, dim, start, stop, step)
  }
  /** One position of a dim, which goes away. */
  select(dim: number, index: number): NDArray {
    return v.select(this, dim, index)
  }
  /** Backwards along dims, all of them when none is given; a view. */
  flip(dims?: number | readonly number[]): NDArray {
    return v.flip(this, dims)
  }
  diagonal({ offset = 0, dim0 = 0, dim1 = 1 }: { offset?: number; dim0?: number; dim1?: number } = {}): NDArray {
    return v.diagonal(this, offset, dim0, dim1)
  }
  unfold(dim: number, size: number, { step = 1, dilation = 1 }: { step?: number; dilation?: number } = {}): NDArray {
    return v.unfold(this, dim, size, step, dilation)
  }
  /** Part of the array, as NumPy's brackets: numbers, `':'`, `'1:5:2'`, `'...'`, null, `slice(…)`, integer arrays. */
  at(...index: readonly Index[]): NDArray {
    return at(this, index)
  }
  /** Write into the part that `at(...index)` or a boolean mask names. */
  set(index: readonly Index[] | Index, value: NDArray | Scalar): this {
    setAt(this, index, value)
    return this
  }

  add(other: Operand, { alpha = 1 }: AlphaOption = {}): NDArray {
    return e.add(this, scaled(other, alpha))
  }
  sub(other: Operand, { alpha = 1 }: AlphaOption = {}): NDArray {
    return e.sub(this, scaled(other, alpha))
  }
  mul(other: Operand): NDArray {
    return e.mul(this, other)
  }
  div(other: Operand): NDArray {
    return e.div(this, other)
  }
  floorDiv(other: Operand): NDArray {
    return e.floorDiv(this, other)
  }
  remainder(other: Operand): NDArray {
    return e.remainder(this, other)
  }
  pow(exponent: Operand): NDArray {
    return e.pow(this, exponent)
  }
  lt(other: Operand): NDArray {
    return e.lt(this, other)
  }
  le(other: Operand): NDArray {
    return e.le(this, other)
  }
  gt(other: Operand): NDArray {
    return e.gt(this, other)
  }
  ge(other: Operand): NDArray {
    return e.ge(this, other)
  }
  eq(other: Operand): NDArray {
    return e.eq(this, other)
  }
  ne(other: Operand): NDArray {
    return e.ne(this, other)
  }
  neg(): NDArray {
    return e.neg(this)
  }
  abs(): NDArray {
    return e.abs(this)
  }
  sign(): NDArray {
    return e.sign(this)
  }
  exp(): NDArray {
    return e.exp(this)
  }
  log(): NDArray {
    return e.log(this)
  }
  sqrt(): NDArray {
    return e.sqrt(this)
  }
  rsqrt(): NDArray {
    return e.rsqrt(this)
  }
  reciprocal(): NDArray {
    return e.reciprocal(this)
  }
  square(): NDArray {
    return e.square(this)
  }
  sin(): NDArray {
    return e.sin(this)
  }
  cos(): NDArray {
    return e.cos(this)
  }
  tanh(): NDArray {
    return e.tanh(this)
  }
  sigmoid(): NDArray {
    return act.sigmoid(this)
  }
  relu(): NDArray {
    return act.relu(this)
  }
  /** Integers below `value` only where it fits; a bound left out does not bind. */
  clamp(bounds: e.ClampBounds<Operand>): NDArray {
    return e.clamp(this, bounds)
  }
  clampMin(min: number): NDArray {
    return e.clamp(this, { min })
  }
  clampMax(max: number): NDArray {
    return e.clamp(this, { max })
  }
  maskedFill(mask: NDArray, value: Scalar): NDArray {
    return e.maskedFill(this, mask, value)
  }

  sum(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.sum(this, dims, options)
  }
  prod(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.prod(this, dims, options)
  }
  mean(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.mean(this, dims, options)
  }
  amax(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.amax(this, dims, options)
  }
  amin(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.amin(this, dims, options)
  }
  any(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.any(this, dims, options)
  }
  all(dims?: r.Dims, options?: r.ReduceOptions): NDArray {
    return r.all(this, dims, options)
  }
  argmax(dim?: number, options?: r.ReduceOptions): NDArray {
    return r.argmax(this, dim, options)
  }
  argmin(dim?: number, options?: r.ReduceOptions): NDArray {
    return r.argmin(this, dim, options)
  }
  var(dims?: r.Dims, options?: r.VarianceOptions): NDArray {
    return r.variance(this, dims, options)
  }
  std(dims?: r.Dims, options?: r.VarianceOptions): NDArray {
    return r.std(this, dims, options)
  }
  /** Running sum along a dim. */
  cumsum(dim: number): NDArray {
    return cumsum(this, dim)
  }
  /** Running product along a dim. */
  cumprod(dim: number): NDArray {
    return cumprod(this, dim)
  }
  /** In order along a dim, NaN last, and where each element stood. */
  sort(dim?: number, options?: SortOptions): Sorted {
    return sort(this, dim, options)
  }
  argsort(dim?: number, options?: SortOptions): NDArray {
    return argsort(this, dim, options)
  }

  mm(other: NDArray): NDArray {
    return m.mm(this, other)
  }
  matmul(other: NDArray): NDArray {
    return m.matmul(this, other)
  }
  dot(other: NDArray): NDArray {
    return m.dot(this, other)
  }
  /** Sums of products: this is [batch…, m…, k…], `other` [batch…, k…, n…], the result [batch…, m…, n…]. */
  contract(other: NDArray, dims: ContractDims, operation = 'contract'): NDArray {
    return contract(operation, this, other, dims)
  }
  /** The elements where the mask is true, in one dim; how many they are depends on values, so it waits for them. */
  async maskedSelect(mask: NDArray): Promise<NDArray> {
    return maskedSelect(this, mask)
  }
  gather(dim: number, index: NDArray): NDArray {
    return g.gather(this, dim, index)
  }
  indexSelect(dim: number, index: NDArray): NDArray {
    return g.indexSelect(this, dim, index)
  }

  add_(other: Operand, { alpha = 1 }: AlphaOption = {}): this {
    e.addInPlace('add', this, other, alpha)
    return this
  }
  sub_(other: Operand, { alpha = 1 }: AlphaOption = {}): this {
    e.addInPlace('sub', this, other, alpha)
    return this
  }
  mul_(other: Operand): this {
    e.binaryInPlace('mul', this, other)
    return this
  }
  div_(other: Operand): this {
    e.binaryInPlace('div', this, other)
    return this
  }
  pow_(exponent: Operand): this {
    e.binaryInPlace('pow', this, exponent)
    return this
  }
  copy_(source: NDArray): this {
    e.binaryInPlace('copy', this, source)
    return this
  }
  fill_(value: Operand): this {
    e.binaryInPlace('copy', this, value)
    return this
  }
  zero_(): this {
    // Takes the dtype of every array, as the number 0 does not of booleans.
    return this.fill_(false)
  }
  clamp_(bounds: e.ClampBounds): this {
    e.clampInPlace(this, bounds)
    return this
  }
  maskedFill_(mask: NDArray, value: Scalar): this {
    e.maskedFillInPlace(this, mask, value)
    return this
  }

  clone(): NDArray {
    return copy(this)
  }
  /** NumPy's word for `clone`. */
  copy(): NDArray {
    return copy(this)
  }
  /** This array where it is contiguous, else a contiguous copy. */
  contiguous(): NDArray {
    return this.isContiguous ? this : copy(this)
  }
  /** As another dtype or on another device; this very array where nothing changes. */
  to(target: DType | Device): NDArray {
    if (typeof target === 'string') return target === this.dtype ? this : e.astype(this, target)
    if (target === this.device) return this
    return this.onDevice(checkDevice(target), this.toTypedArraySync())
  }
  /** `to('float32')`, in PyTorch's word. */
  float(): NDArray {
    return this.to('float32')
  }
  /** A copy on another device, from any device. */
  async transfer(device: Device): Promise<NDArray> {
    return device === this.device ? this : this.onDevice(device, await this.toTypedArray())
  }

  /** The elements, row by row, in a typed array of their own. */
  async toTypedArray(): Promise<TypedArray> {
    const source = this.contiguous()
    const values = await source.device.read(source.storage, source.offset, source.size)
    if (source !== this) source.dispose()
    return values
  }
  /** As `toTypedArray`, at once. @throws {DeviceError} where the device cannot. */
  toTypedArraySync(): TypedArray {
    const source = this.contiguous()
    const { device } = source
    if (device.readSync === undefined) {
      throw new DeviceError(
        `${device.name} cannot be read at once: use await item(), toArray(), toTypedArray() or format(), or move the array ` +
          'with await x.transfer(cpu)',
      )
    }
    const values = device.readSync(source.storage, source.offset, source.size)
    if (source !== this) source.dispose()
    return values
  }
  /** Nested arrays of numbers, or of booleans; a 0-d array gives its value. */
  async toArray(): Promise<Nested> {
    return nest(await this.toTypedArray(), this.shape, this.dtype)
  }
  toArraySync(): Nested {
    return nest(this.toTypedArraySync(), this.shape, this.dtype)
  }
  /** The only element. @throws {ShapeError} where there are more. */
  async item(): Promise<number> {
    return onlyElement(await this.oneElement().toTypedArray())
  }
  itemSync(): number {
    return onlyElement(this.oneElement().toTypedArraySync())
  }
  /** The array as text, on every device. */
  async format(options?: FormatOptions): Promise<string> {
    return format(await this.toTypedArray(), this.shape, this.dtype, this.surroundings(), options)
  }
  /** As `format` where the device can be read at once; else what the array is and how to see it. */
  toString(options?: FormatOptions): string {
    if (this.device.readSync !== undefined) {
      return format(this.toTypedArraySync(), this.shape, this.dtype, this.surroundings(), options)
    }
    return `array(shape=${formatShape(this.shape)}, dtype=${this.dtype}, device=${this.device.name}; await x.format() shows values)`
  }

  /** For `JSON.stringify`: nested arrays, as `toArraySync`. @throws {DeviceError} where the device cannot be read at once. */
  toJSON(): Nested {
    return this.toArraySync()
  }

  /** Its parts along the first dim, which are views: `for (const row of x)`, `const [a, b] = x`. A 0-d one has none. */
  get [Symbol.iterator](): () => Generator<NDArray, void, undefined> {
    // Absent where there is nothing to go along, so that JavaScript says so, and test runners do not try.
    return this.ndim === 0 ? (undefined as never) : partsOf
  }

  /**
   * Let go of this view; its memory goes when no other view is left, those included that operations made for themselves and
   * the engine has not collected yet. Using it afterwards throws. `tidy` gives memory back whoever holds views.
   */
  dispose(): void {
    if (this.memory?.dropView(this)) this.memory = null
  }
  [Symbol.dispose](): void {
    this.dispose()
  }

  private surroundings(): Surroundings {
    return { prefix: 'array', suffixes: this.device === cpu ? [] : [`device='${this.device.name}'`] }
  }

  private oneElement(): NDArray {
    if (this.size !== 1) {
      throw new ShapeError(
        `only one element tensors can be converted to Python scalars: item() of shape ${formatShape(this.shape)} has ` +
          `${this.size} elements; reduce it, or use toArray()`,
      )
    }
    return this
  }

  private onDevice(device: Device, values: TypedArray): NDArray {
    const out = NDArray.allocate(device, this.dtype, this.shape)
    device.write(out.storage, 0, values)
    return out
  }
}

Object.defineProperties(NDArray.prototype, {
  [BRAND]: { value: '@rungs/ndarray' },
  [Symbol.for('nodejs.util.inspect.custom')]: { value: inspectAsText },
  [Symbol.toPrimitive]: { value: toText },
})

function* partsOf(this: NDArray): Generator<NDArray, void, undefined> {
  for (let i = 0; i < this.shape[0]!; i++) yield v.select(this, 0, i)
}

interface AlphaOption {
  /** What the other operand is multiplied by first. */
  readonly alpha?: number
}

const scaled = (other: Operand, alpha: number): Operand =>
  alpha === 1 ? other : other instanceof NDArray ? e.mul(other, alpha) : toNumber(other) * alpha

function onlyElement(values: TypedArray): number {
  return values[0]!
}

function isRowMajor(shape: Shape, strides: readonly number[], size: number): boolean {
  if (size === 0) return true
  for (let i = shape.length - 1, step = 1; i >= 0; i--) {
    if (shape[i] === 1) continue
    if (strides[i] !== step) return false
    step *= shape[i]!
  }
  return true
}
