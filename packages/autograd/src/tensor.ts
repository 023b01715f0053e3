import {
  BRAND,
  type ClampBounds,
  type ContractDims,
  currentScope,
  type Device,
  type Dims,
  type DType,
  dtypes,
  type FormatOptions,
  formatShape,
  inspectAsText,
  isFloat,
  type NDArray,
  type Nested,
  type ReduceOptions,
  type Scalar,
  type Shape,
  type SortOptions,
  type Storage,
  type TopkOptions,
  type TypedArray,
  toText,
  type VarianceOptions,
  warn,
} from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { type BackwardOptions, backward } from './grad.ts'
import { isInferenceModeEnabled, markInference } from './gradMode.ts'
import { edgeOf, type Node } from './graph.ts'
import type { AccumulatedHook, GradientHook, HookHandle } from './hooks.ts'
import * as hooks from './hooks.ts'
import * as a from './ops/activations.ts'
import * as convert from './ops/convert.ts'
import { cumprod } from './ops/cumprod.ts'
import * as e from './ops/elementwise.ts'
import * as g from './ops/gather.ts'
import { at, type Index } from './ops/indexing.ts'
import * as inPlace from './ops/inPlace.ts'
import { norm } from './ops/norm.ts'
import * as o from './ops/ordering.ts'
import * as m from './ops/products.ts'
import { chunk, split, unbind } from './ops/rearranging.ts'
import * as r from './ops/reductions.ts'
import * as s from './ops/softmax.ts'
import * as tri from './ops/triangle.ts'
import * as v from './ops/views.ts'
import { describe, print } from './print.ts'
import { keep, savedBehind } from './tidy.ts'

/** Whose memory a view shares, and that tensor's history when the view was taken. */
interface Origin {
  readonly base: Tensor
  readonly gradFn: Node | null
}

/**
 * An array that remembers how it was computed. Operations on tensors that require a gradient are recorded, and `backward`
 * goes back through the record. Operations give new tensors; those that end in `_` change this one.
 */
export class Tensor {
  /** The values, without history. Assign to `data` to replace them. */
  array: NDArray
  private node: Node | null = null
  private tracked = false
  private gradient: Tensor | null = null
  /** Where the gradients of a leaf arrive; made when the leaf is first used. */
  accumulator: Node | null = null
  /** What this tensor is a view of; null where it has its memory to itself. */
  origin: Origin | null = null

  constructor(array: NDArray, requiresGrad = false) {
    this.array = array
    if (isInferenceModeEnabled()) markInference(array)
    if (requiresGrad) this.requiresGrad = true
  }

  /** Whether gradients reach this tensor. Settable on leaves. */
  get requiresGrad(): boolean {
    return this.tracked
  }
  /** @throws {AutogradError} where the dtype is not a float, or the tensor is not a leaf. */
  set requiresGrad(value: boolean) {
    if (value && !isFloat(this.dtype)) {
      throw new AutogradError(
        `only Tensors of floating point dtype can require gradients, this one is ${this.dtype}; cast it with x.to('float32')`,
      )
    }
    if (value && this.isInference && !isInferenceModeEnabled()) {
      throw new AutogradError(
        'Setting requires_grad=True on inference tensor outside InferenceMode is not allowed. Make a clone() and set it there.',
      )
    }
    if (this.node !== null && !value) {
      throw new AutogradError(
        'you can only change requires_grad flags of leaf variables: this tensor is the result of ' +
          `${this.node.name}; use x.detach() for a tensor without history`,
      )
    }
    this.tracked = value
  }
  requiresGrad_(value = true): this {
    this.requiresGrad = value
    return this
  }
  /** The operation that this tensor is the result of; null for leaves. */
  get gradFn(): Node | null {
    return this.node
  }
  /** Made by the user, or without a record: not the result of a recorded operation. */
  get isLeaf(): boolean {
    return this.node === null
  }
  /** Take over a history. */
  track(node: Node): void {
    this.node = node
    this.tracked = true
  }

  /** The gradient that backward passes have added up here, for leaves and after `retainGrad()`; null before the first. */
  get grad(): Tensor | null {
    if (this.gradient === null && this.node !== null && !this.retainsGrad) warnOfNoGradient()
    return this.gradient
  }
  /** @throws {AutogradError} for a gradient of another shape, dtype or device. */
  set grad(value: Tensor | null) {
    if (value !== null) {
      checkGradient(this, value)
      // A gradient outlives the `tidy` in which it is written.
      const scope = currentScope()
      if (scope !== null) for (const x of [value, ...savedBehind([value])]) scope.storages.delete(x.storage)
    }
    this.gradient = value
  }

  get shape(): Shape {
    return this.array.shape
  }
  get strides(): readonly number[] {
    return this.array.strides
  }
  get ndim(): number {
    return this.array.ndim
  }
  /** Number of elements. */
  get size(): number {
    return this.array.size
  }
  get numel(): number {
    return this.array.size
  }
  get dtype(): DType {
    return this.array.dtype
  }
  get device(): Device {
    return this.array.device
  }
  get storage(): Storage {
    return this.array.storage
  }
  /** Changes made in place to the memory, by any view of it. */
  get version(): number {
    return this.array.version
  }
  get isContiguous(): boolean {
    return this.array.isContiguous
  }
  /** The same values without history, in the same memory. */
  get data(): Tensor {
    return this.detach()
  }
  /**
   * Other values for the same leaf, on any device and of any float dtype: what `module.to(device)` does. The gradient goes.
   * @throws {AutogradError} where this is the result of an operation, or the dtype cannot have the gradient it requires.
   */
  set data(values: Tensor) {
    if (this.node !== null) {
      throw new AutogradError(`data can be replaced on leaves only: this tensor is the result of ${this.node.name}`)
    }
    if (this.tracked) new Tensor(values.array, true)
    this.array = keep(values).array
    this.gradient = null
    this.origin = null
    const registered = this.accumulator?.hooks
    this.accumulator = null
    if (registered != null) edgeOf(this).hooks = registered
  }
  /** The same values without history, in the same memory. */
  detach(): Tensor {
    const { shape, strides, offset } = this.array
    return new Tensor(this.array.view(shape, strides, offset))
  }

  /** Whether this was made in `inferenceMode`, or is a view of what was. */
  get isInference(): boolean {
    return this.version < 0
  }
  /**
   * Call `hook` with the gradient of this tensor, all of it, whenever a pass has it; a tensor that the hook returns goes on
   * in its place. Hooks run in the order in which they were registered.
   * @throws {AutogradError} where no gradient reaches this tensor.
   */
  registerHook(hook: GradientHook): HookHandle {
    return hooks.registerHook(this, hook)
  }
  /**
   * Call `hook` with this leaf whenever `backward()` has added to its `grad`: to update it at once and let the gradient go.
   * @throws {AutogradError} for a tensor that is not a leaf.
   */
  registerPostAccumulateGradHook(hook: AccumulatedHook): HookHandle {
    return hooks.registerPostAccumulateGradHook(this, hook)
  }
  /** Have `backward()` add to `grad` though this is the result of an operation. Leaves do that anyway. */
  retainGrad(): void {
    hooks.retainGrad(this)
  }
  get retainsGrad(): boolean {
    return hooks.retainsGrad(this)
  }

  /**
   * Compute the gradients of this tensor with respect to the leaves behind it, and add them to their `grad`.
   * @param gradient the gradient of what follows with respect to this tensor; 1 for one element when left out.
   * @throws {AutogradError} where nothing is tracked, the graph was freed, or saved values were changed in place.
   */
  backward(gradient?: Tensor | null, options?: BackwardOptions): void {
    backward([this], gradient == null ? undefined : [gradient], options)
  }

  reshape(shape: Shape): Tensor {
    return v.reshape(this, shape)
  }
  /** All elements in one dim; a view where strides allow. */
  flatten(startDim?: number, endDim?: number): Tensor {
    return v.flatten(this, startDim, endDim)
  }
  /** One dim as several; a size of -1 is what is left. */
  unflatten(dim: number, sizes: Shape): Tensor {
    return v.unflatten(this, dim, sizes)
  }
  permute(dims: readonly number[]): Tensor {
    return v.permute(this, dims)
  }
  transpose(dim0: number, dim1: number): Tensor {
    return v.transpose(this, dim0, dim1)
  }
  /** The transpose of a matrix; vectors and numbers stay as they are. */
  t(): Tensor {
    return v.t(this)
  }
  /** All dims in reverse order. */
  get T(): Tensor {
    return v.reversed(this)
  }
  squeeze(dim?: number): Tensor {
    return v.squeeze(this, dim)
  }
  unsqueeze(dim: number): Tensor {
    return v.unsqueeze(this, dim)
  }
  /** Dims of size 1 repeated, new ones in front; nothing is copied. A size of -1 stays. */
  expand(shape: Shape): Tensor {
    return v.expand(this, shape)
  }
  expandAs(other: Tensor): Tensor {
    return v.expand(this, other.shape)
  }
  slice(dim: number, start?: number, stop?: number, step?: number): Tensor {
    return v.slice(this, dim, start, stop, step)
  }
  /** One position of a dim, which goes away. */
  select(dim: number, index: number): Tensor {
    return v.select(this, dim, index)
  }
  flip(dims: number | readonly number[]): Tensor {
    return v.flip(this, dims)
  }
  diagonal(options?: v.DiagonalOptions): Tensor {
    return v.diagonal(this, options)
  }
  unfold(dim: number, size: number, options?: v.UnfoldOptions): Tensor {
    return v.unfold(this, dim, size, options)
  }
  /** Views of `size` positions along a dim, the last of what is left; or of the sizes that a list says. */
  split(size: number | readonly number[], dim?: number): Tensor[] {
    return split(this, size, dim)
  }
  /** Views, at most `chunks` and all of one size but the last. */
  chunk(chunks: number, dim?: number): Tensor[] {
    return chunk(this, chunks, dim)
  }
  /** The positions of a dim one by one, without it. */
  unbind(dim?: number): Tensor[] {
    return unbind(this, dim)
  }
  /** Part of the tensor, as NumPy's brackets: numbers, `':'`, `'1:5:2'`, `'...'`, null, `slice(…)`, an integer tensor. */
  at(...index: readonly Index[]): Tensor {
    return at(this, index)
  }
  /** Write into the part that `at(...index)` names, or where a boolean mask says. */
  set(index: readonly Index[] | Index, value: Tensor | Scalar): this {
    inPlace.set(this, index, value)
    return this
  }

  add(other: e.Operand, { alpha = 1 }: AlphaOption = {}): Tensor {
    return e.add(this, scaled(other, alpha))
  }
  sub(other: e.Operand, { alpha = 1 }: AlphaOption = {}): Tensor {
    return e.sub(this, scaled(other, alpha))
  }
  mul(other: e.Operand): Tensor {
    return e.mul(this, other)
  }
  div(other: e.Operand): Tensor {
    return e.div(this, other)
  }
  floorDiv(other: e.Operand): Tensor {
    return e.floorDiv(this, other)
  }
  remainder(other: e.Operand): Tensor {
    return e.remainder(this, other)
  }
  pow(exponent: e.Operand): Tensor {
    return e.pow(this, exponent)
  }
  maximum(other: e.Operand): Tensor {
    return e.maximum(this, other)
  }
  minimum(other: e.Operand): Tensor {
    return e.minimum(this, other)
  }
  lt(other: e.Operand): Tensor {
    return e.lt(this, other)
  }
  le(other: e.Operand): Tensor {
    return e.le(this, other)
  }
  gt(other: e.Operand): Tensor {
    return e.gt(this, other)
  }
  ge(other: e.Operand): Tensor {
    return e.ge(this, other)
  }
  eq(other: e.Operand): Tensor {
    return e.eq(this, other)
  }
  ne(other: e.Operand): Tensor {
    return e.ne(this, other)
  }
  logicalNot(): Tensor {
    return e.logicalNot(this)
  }
  isNaN(): Tensor {
    return e.isNaN(this)
  }
  isFinite(): Tensor {
    return e.isFinite(this)
  }
  neg(): Tensor {
    return e.neg(this)
  }
  abs(): Tensor {
    return e.abs(this)
  }
  sign(): Tensor {
    return e.sign(this)
  }
  /** Steps such as this one have a gradient of zero. */
  floor(): Tensor {
    return e.floor(this)
  }
  ceil(): Tensor {
    return e.ceil(this)
  }
  /** To the nearest integer, halves to even. */
  round(): Tensor {
    return e.round(this)
  }
  trunc(): Tensor {
    return e.trunc(this)
  }
  exp(): Tensor {
    return e.exp(this)
  }
  expm1(): Tensor {
    return e.expm1(this)
  }
  log(): Tensor {
    return e.log(this)
  }
  log1p(): Tensor {
    return e.log1p(this)
  }
  erf(): Tensor {
    return e.erf(this)
  }
  sqrt(): Tensor {
    return e.sqrt(this)
  }
  rsqrt(): Tensor {
    return e.rsqrt(this)
  }
  reciprocal(): Tensor {
    return e.reciprocal(this)
  }
  square(): Tensor {
    return e.square(this)
  }
  sin(): Tensor {
    return e.sin(this)
  }
  cos(): Tensor {
    return e.cos(this)
  }
  tanh(): Tensor {
    return e.tanh(this)
  }
  sigmoid(): Tensor {
    return a.sigmoid(this)
  }
  relu(): Tensor {
    return a.relu(this)
  }
  /** A bound left out does not bind. */
  clamp(bounds: ClampBounds): Tensor {
    return e.clamp(this, bounds)
  }
  clampMin(min: number): Tensor {
    return e.clamp(this, { min })
  }
  clampMax(max: number): Tensor {
    return e.clamp(this, { max })
  }
  maskedFill(mask: Tensor, value: Scalar): Tensor {
    return e.maskedFill(this, mask, value)
  }

  sum(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.sum(this, dims, options)
  }
  prod(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.prod(this, dims, options)
  }
  mean(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.mean(this, dims, options)
  }
  amax(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.amax(this, dims, options)
  }
  amin(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.amin(this, dims, options)
  }
  /** Values and positions of the largest along a dim. */
  max(dim: number, options?: ReduceOptions): r.ValuesAndIndices {
    return r.max(this, dim, options)
  }
  /** Values and positions of the smallest along a dim. */
  min(dim: number, options?: ReduceOptions): r.ValuesAndIndices {
    return r.min(this, dim, options)
  }
  any(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.any(this, dims, options)
  }
  all(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.all(this, dims, options)
  }
  argmax(dim?: number, options?: ReduceOptions): Tensor {
    return r.argmax(this, dim, options)
  }
  argmin(dim?: number, options?: ReduceOptions): Tensor {
    return r.argmin(this, dim, options)
  }
  var(dims?: Dims, options?: VarianceOptions): Tensor {
    return r.variance(this, dims, options)
  }
  std(dims?: Dims, options?: VarianceOptions): Tensor {
    return r.std(this, dims, options)
  }
  /** The length of a vector, `(Σ |x|ᵖ)^(1/p)`; p is 2 when left out. */
  norm(p?: number, dims?: Dims, options?: ReduceOptions): Tensor {
    return norm(this, p, dims, options)
  }
  logsumexp(dims?: Dims, options?: ReduceOptions): Tensor {
    return r.logsumexp(this, dims, options)
  }
  softmax(dim: number): Tensor {
    return s.softmax(this, dim)
  }
  logSoftmax(dim: number): Tensor {
    return s.logSoftmax(this, dim)
  }

  mm(other: Tensor): Tensor {
    return m.mm(this, other)
  }
  mv(other: Tensor): Tensor {
    return m.mv(this, other)
  }
  bmm(other: Tensor): Tensor {
    return m.bmm(this, other)
  }
  matmul(other: Tensor): Tensor {
    return m.matmul(this, other)
  }
  dot(other: Tensor): Tensor {
    return m.dot(this, other)
  }
  outer(other: Tensor): Tensor {
    return m.outer(this, other)
  }
  cumsum(dim: number): Tensor {
    return o.cumsum(this, dim)
  }
  cumprod(dim: number): Tensor {
    return cumprod(this, dim)
  }
  /** In order along a dim, NaN last, and where each element stood. */
  sort(dim?: number, options?: SortOptions): r.ValuesAndIndices {
    return o.sort(this, dim, options)
  }
  argsort(dim?: number, options?: SortOptions): Tensor {
    return o.argsort(this, dim, options)
  }
  /** The `k` largest along a dim, in order, and where each stood. */
  topk(k: number, dim?: number, options?: TopkOptions): r.ValuesAndIndices {
    return o.topk(this, k, dim, options)
  }
  /** The elements where the mask is true; how many they are depends on values, so it waits for them. */
  maskedSelect(mask: Tensor): Promise<Tensor> {
    return o.maskedSelect(this, mask)
  }
  /** Sums of products: this is [batch…, m…, k…], `other` [batch…, k…, n…], the result [batch…, m…, n…]. */
  contract(other: Tensor, dims: ContractDims, operation = 'contract'): Tensor {
    return m.contract(operation, this, other, dims)
  }
  gather(dim: number, index: Tensor): Tensor {
    return g.gather(this, dim, index)
  }
  indexSelect(dim: number, index: Tensor): Tensor {
    return g.indexSelect(this, dim, index)
  }
  scatterAdd(dim: number, index: Tensor, source: Tensor): Tensor {
    return g.scatterAdd(this, dim, index, source)
  }
  tril(diagonal?: number): Tensor {
    return tri.tril(this, diagonal)
  }
  triu(diagonal?: number): Tensor {
    return tri.triu(this, diagonal)
  }

  add_(other: e.Operand, options?: AlphaOption): this {
    inPlace.add_(this, other, options)
    return this
  }
  sub_(other: e.Operand, options?: AlphaOption): this {
    inPlace.sub_(this, other, options)
    return this
  }
  mul_(other: e.Operand): this {
    inPlace.mul_(this, other)
    return this
  }
  div_(other: e.Operand): this {
    inPlace.div_(this, other)
    return this
  }
  pow_(exponent: e.Operand): this {
    inPlace.pow_(this, exponent)
    return this
  }
  copy_(source: Tensor): this {
    inPlace.copy_(this, source)
    return this
  }
  fill_(value: e.Operand): this {
    inPlace.fill_(this, value)
    return this
  }
  zero_(): this {
    // Takes the dtype of every array, as the number 0 does not of booleans.
    return this.fill_(false)
  }
  clamp_(bounds: ClampBounds): this {
    inPlace.clamp_(this, bounds)
    return this
  }
  maskedFill_(mask: Tensor, value: Scalar): this {
    inPlace.maskedFill_(this, mask, value)
    return this
  }

  clone(): Tensor {
    return convert.clone(this)
  }
  /** NumPy's word for `clone`. */
  copy(): Tensor {
    return convert.clone(this)
  }
  /** This tensor where it is contiguous, else a contiguous copy. */
  contiguous(): Tensor {
    return this.isContiguous ? this : convert.clone(this)
  }
  /** As another dtype or on another device; this very tensor where nothing changes. */
  to(target: DType | Device): Tensor {
    return convert.to(this, target)
  }
  /** `to('float32')`, in PyTorch's word. */
  float(): Tensor {
    return convert.to(this, 'float32')
  }
  /** `to('float64')`. */
  double(): Tensor {
    return convert.to(this, 'float64')
  }
  /** `to('int32')`. */
  int(): Tensor {
    return convert.to(this, 'int32')
  }
  /** `to('bool')`: whether an element is not 0. */
  bool(): Tensor {
    return convert.to(this, 'bool')
  }
  /** A copy on another device, from any device. */
  transfer(device: Device): Promise<Tensor> {
    return convert.transfer(this, device)
  }

  /** The only element. @throws {ShapeError} where there are more. */
  item(): Promise<number> {
    return this.array.item()
  }
  itemSync(): number {
    return this.array.itemSync()
  }
  /** Nested arrays of numbers, or of booleans; a 0-d tensor gives its value. */
  toArray(): Promise<Nested> {
    return this.array.toArray()
  }
  toArraySync(): Nested {
    return this.array.toArraySync()
  }
  /** The elements, row by row, in a typed array of their own. */
  toTypedArray(): Promise<TypedArray> {
    return this.array.toTypedArray()
  }
  toTypedArraySync(): TypedArray {
    return this.array.toTypedArraySync()
  }
  /** The tensor as text, on every device. */
  async format(options?: FormatOptions): Promise<string> {
    return print(this, await this.toTypedArray(), options)
  }
  /** As `format` where the device can be read at once; else what the tensor is and how to see it. */
  toString(options?: FormatOptions): string {
    return this.device.readSync === undefined ? describe(this) : print(this, this.toTypedArraySync(), options)
  }

  /** For `JSON.stringify`: nested arrays, as `toArraySync`. @throws {DeviceError} where the device cannot be read at once. */
  toJSON(): Nested {
    return this.array.toArraySync()
  }
  /** Its parts along the first dim, which are views: `for (const row of x)`, `const [a, b] = x`. A 0-d one has none. */
  get [Symbol.iterator](): () => IterableIterator<Tensor> {
    // Absent where there is nothing to go along, as of arrays.
    return this.ndim === 0 ? (undefined as never) : () => unbind(this).values()
  }
  /** Let go of this view; its memory goes when no other view is left. Using it afterwards throws. */
  dispose(): void {
    this.array.dispose()
  }
  [Symbol.dispose](): void {
    this.array.dispose()
  }
}

Object.defineProperties(Tensor.prototype, {
  [BRAND]: { value: '@rungs/autograd' },
  [Symbol.for('nodejs.util.inspect.custom')]: { value: inspectAsText },
  [Symbol.toPrimitive]: { value: toText },
})

const warnOfNoGradient = (): void =>
  warn(
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during " +
      'backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retainGrad() on the non-leaf ' +
      'Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead.',
  )

interface AlphaOption {
  /** What the other operand is multiplied by first. */
  readonly alpha?: number
}

/** `alpha · other`; of two numbers a number, which takes the tensor's dtype. */
function scaled(other: e.Operand, alpha: number): e.Operand {
  if (alpha === 1) return other
  return typeof other === 'number' ? other * alpha : e.mul(other, alpha)
}

function checkGradient(x: Tensor, gradient: Tensor): void {
  if (!(gradient instanceof Tensor)) {
    throw new AutogradError(`assigned grad expected to be a Tensor or null but got grad of type: ${typeof gradient}`)
  }
  if (gradient.shape.length !== x.ndim || gradient.shape.some((size, i) => size !== x.shape[i])) {
    throw new AutogradError(
      `assigned grad has data of a different size: ${formatShape(gradient.shape)} for a tensor of ${formatShape(x.shape)}`,
    )
  }
  if (gradient.dtype !== x.dtype || gradient.device !== x.device) {
    const kind = (t: Tensor): string => `${dtypes[t.dtype].tensorName} on ${t.device.name}`
    throw new AutogradError(`assigned grad has data of a different type: ${kind(gradient)} for a tensor of ${kind(x)}`)
  }
}
