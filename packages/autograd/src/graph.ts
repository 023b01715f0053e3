import { type DType, dtypes, type NDArray, type Shape } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import type { Hooks } from './hooks.ts'
import type { Tensor } from './tensor.ts'

/** One gradient for each input; null where it is zero or not wanted. */
export type Gradients = readonly (Tensor | null)[]

/** What all nodes of one operator share. */
export interface Rule {
  /** What the node's name begins with: `Mul` of `MulBackward0`. */
  readonly name: string
  /** Written by users, who may keep what passes through it: nothing is released early then. */
  readonly custom?: boolean
  /** What backward reads beside what nodes save. */
  readonly reads?: readonly Tensor[]
  backward(node: Node, upstream: Tensor): Gradients
}

/** What an operator's forward and backward know about one call. */
export interface Context {
  /** Whether a gradient is wanted for input `i`. */
  needs(i: number): boolean
  /** Keep tensors for backward; null keeps a place empty. Called in forward, at most once. */
  save(...tensors: (Tensor | null)[]): void
  /** Keep the result for backward. */
  saveOutput(): void
  /** The tensor saved in place `i`. @throws {AutogradError} where it was changed in place since, or freed. */
  saved(i: number): Tensor
  /** The result, where `saveOutput` was called. */
  output(): Tensor
  /** The shape of input `i`, which must be one that needs a gradient. */
  shapeOf(i: number): Shape
}

/** A recorded operation as users see it: `tensor.gradFn`. */
export interface GradFn {
  /** As PyTorch names it: `MulBackward0`. */
  readonly name: string
  /** Where the inputs came from; null for those without a gradient. */
  readonly nextFunctions: readonly (GradFn | null)[]
}

/** A tensor kept for backward, with what it was when it was kept. */
export class Saved {
  readonly tensor: Tensor
  readonly array: NDArray
  readonly version: number
  readonly gradFn: Node | null

  constructor(tensor: Tensor, gradFn: Node | null = tensor.gradFn) {
    this.tensor = tensor
    this.array = tensor.array
    this.version = tensor.array.storage.version
    this.gradFn = gradFn
    if (this.version < 0) throw inferenceError()
  }

  /** @throws {AutogradError} where the tensor was changed in place, or given other values, since it was saved. */
  read(): Tensor {
    const { array } = this.tensor
    if (array !== this.array || array.storage.version !== this.version) throw modifiedError(this)
    return this.tensor
  }
}

const NOTHING: readonly never[] = []
const FREED: readonly never[] = []
let created = 0

/** One recorded call, or (with a `leaf`) the place where a leaf's gradient arrives. */
export class Node implements Context, GradFn {
  /** A checkpoint replaces it, and the options, while what was saved is not there. */
  rule: Rule
  /** The nodes that the inputs came from; null for those without a gradient. */
  readonly edges: readonly (Node | null)[]
  options: readonly unknown[]
  readonly leaf: Tensor | null
  /** In the order of making: a node's inputs always have smaller numbers. */
  readonly sequence: number = ++created
  /** Of the result. */
  shape: Shape
  dtype: DType
  /** By place; see `Context.save`. */
  kept: readonly (Saved | null)[] = NOTHING
  private keepsOutput = false
  /** Forward runs: which inputs later passes ask about is not known, whatever a pass that it runs in asks about. */
  private open = true
  /** The sum of the gradients that have arrived, while a backward pass runs. */
  pending: Tensor | null = null
  /** The last pass that came by. */
  pass = 0
  /** False while a pass runs that no input of interest lies behind. */
  wanted = true
  /** What users want done with the gradient of the result. */
  hooks: Hooks | null = null

  constructor(
    rule: Rule,
    edges: readonly (Node | null)[],
    options: readonly unknown[],
    result: { readonly shape: Shape; readonly dtype: DType },
    leaf: Tensor | null = null,
  ) {
    this.rule = rule
    this.edges = edges
    this.options = options
    this.shape = result.shape
    this.dtype = result.dtype
    this.leaf = leaf
    if (observers !== null && leaf === null) for (const observe of observers) observe(this)
  }

  get name(): string {
    return this.leaf === null && this.rule.custom !== true ? `${this.rule.name}Backward0` : this.rule.name
  }
  get nextFunctions(): readonly (GradFn | null)[] {
    return this.edges
  }

  needs(i: number): boolean {
    const edge = this.edges[i]
    return edge != null && (this.open || edge.wanted)
  }
  save(...tensors: (Tensor | null)[]): void {
    this.kept = tensors.map((tensor) => (tensor === null ? null : new Saved(tensor)))
  }
  saveOutput(): void {
    this.keepsOutput = true
  }
  /** Called once, with the result of forward. */
  finish(result: Tensor): void {
    this.open = false
    this.shape = result.array.shape
    this.dtype = result.array.dtype
    if (this.keepsOutput) this.kept = [...this.kept, new Saved(result, this)]
  }
  saved(i: number): Tensor {
    const saved = this.kept[i]
    if (saved == null)
      throw this.kept === FREED ? freedError() : new AutogradError(`${this.name}: nothing is saved in place ${i}`)
    return saved.read()
  }
  output(): Tensor {
    return this.saved(this.kept.length - 1)
  }
  shapeOf(i: number): Shape {
    return this.edges[i]?.shape ?? this.shape
  }
  /** Let go of what was saved: a second pass that needs it throws. */
  free(): void {
    if (this.kept.length > 0) this.kept = FREED
  }
  get isFreed(): boolean {
    return this.kept === FREED
  }
}

type Observer = (node: Node) => void
/** Null while there are none, which is nearly always. */
let observers: Set<Observer> | null = null

/** Call `observe` with every operation that is recorded, until the function that this gives is called. */
export function observeRecording(observe: Observer): () => void {
  observers ??= new Set()
  observers.add(observe)
  return () => {
    observers?.delete(observe)
    if (observers?.size === 0) observers = null
  }
}

/** The context of a call that nothing records. */
export const UNRECORDED: Context = {
  needs: () => false,
  save: () => {},
  saveOutput: () => {},
  saved: () => {
    throw freedError()
  },
  output: () => {
    throw freedError()
  },
  shapeOf: () => NOTHING,
}

const accumulateGrad: Rule = {
  name: 'AccumulateGrad',
  backward: () => NOTHING,
}

/** Where a gradient of `x`, which requires one, has to go. */
export function edgeOf(x: Tensor): Node {
  if (x.gradFn !== null) return x.gradFn
  x.accumulator ??= new Node(accumulateGrad, NOTHING, NOTHING, x.array, x)
  return x.accumulator
}

const inferenceError = (): AutogradError =>
  new AutogradError(
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it ' +
      'in autograd.',
  )

const freedError = (): AutogradError =>
  new AutogradError(
    'Trying to backward through the graph a second time (or directly access saved tensors after they have already been ' +
      'freed). Saved intermediate values of the graph are freed when you call backward() or grad(). Specify ' +
      '{ retainGraph: true } if you need to backward through the graph a second time or if you need to access saved tensors ' +
      'after calling backward.',
  )

function modifiedError(saved: Saved): AutogradError {
  const { dtype, shape, storage } = saved.tensor.array
  const change =
    saved.tensor.array === saved.array
      ? `is at version ${storage.version}; expected version ${saved.version} instead`
      : 'has been given other values, by assigning to its data'
  const origin = saved.gradFn === null ? '' : `, which is output 0 of ${saved.gradFn.name},`
  return new AutogradError(
    'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
      `[torch.${dtypes[dtype].tensorName} [${shape.join(', ')}]]${origin} ${change}. Hint: the derivative reads the ` +
      'values from before the change; work on a clone(), or use the operation that does not end in _.',
  )
}
