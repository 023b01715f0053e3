import type {
  ArraySource,
  ChoiceOptions,
  CreateOptions,
  HostSampleOptions,
  MultinomialOptions,
  NDArray,
  SampleOptions,
  Scalar,
  Shape,
  TypedArray,
} from '@rungs/ndarray'
import * as nd from '@rungs/ndarray'
import { ShapeError } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { Tensor } from './tensor.ts'

/** Whether gradients reach what is made. */
export interface Tracked {
  readonly requiresGrad?: boolean
}
export type TensorOptions = CreateOptions & Tracked
export type RandomOptions = SampleOptions & Tracked

const made = (array: NDArray, options: Tracked = {}): Tensor => new Tensor(array, options.requiresGrad)

/** A tensor of numbers and booleans in lists of any depth and kind, typed arrays, or an image (height, width, 4). */
export function tensor(source: ArraySource, options?: TensorOptions): Tensor {
  if (source instanceof Tensor) {
    throw new AutogradError(
      'tensor: expected numbers, got a tensor: x.clone() copies one, x.detach() goes without its history',
    )
  }
  return made(nd.array(source, options), options)
}

/** A tensor over an array's own memory: a change of one is a change of both. */
export const fromArray = (array: NDArray, options?: Tracked): Tensor => made(array, options)

/** A tensor with the values of a typed array, row by row, and its dtype unless another is asked for. Copies. */
export const fromTypedArray = (source: TypedArray, shape: Shape, options?: TensorOptions): Tensor =>
  made(nd.fromTypedArray(source, shape, options), options)

export const zeros = (shape: Shape, options?: TensorOptions): Tensor => made(nd.zeros(shape, options), options)
export const ones = (shape: Shape, options?: TensorOptions): Tensor => made(nd.ones(shape, options), options)
/** A tensor whose every element is `value`. */
export const full = (shape: Shape, value: Scalar, options?: TensorOptions): Tensor =>
  made(nd.full(shape, value, options), options)
/** Memory as it comes: fill it before reading it. */
export const empty = (shape: Shape, options?: TensorOptions): Tensor => made(nd.empty(shape, options), options)

export const zerosLike = (x: Tensor, options?: TensorOptions): Tensor => made(nd.zerosLike(x.array, options), options)
export const onesLike = (x: Tensor, options?: TensorOptions): Tensor => made(nd.onesLike(x.array, options), options)
export const fullLike = (x: Tensor, value: Scalar, options?: TensorOptions): Tensor =>
  made(nd.fullLike(x.array, value, options), options)
export const emptyLike = (x: Tensor, options?: TensorOptions): Tensor => made(nd.emptyLike(x.array, options), options)

/** `start, start + step, …` before `stop`; with one number, from 0 to it. float32 unless asked otherwise. */
export const arange = (start: number, stop?: number, step?: number, options?: TensorOptions): Tensor =>
  made(nd.arange(start, stop, step, options), options)
/** `count` numbers from `start` to `stop`, both included, evenly spaced. */
export const linspace = (start: number, stop: number, count: number, options?: TensorOptions): Tensor =>
  made(nd.linspace(start, stop, count, options), options)
/** Ones on the main diagonal, zeros elsewhere. */
export const eye = (rows: number, columns?: number, options?: TensorOptions): Tensor =>
  made(nd.eye(rows, columns, options), options)

/** Standard normal numbers: mean 0, standard deviation 1. */
export const randn = (shape: Shape, options?: RandomOptions): Tensor => made(nd.randn(shape, options), options)
/** Numbers uniform in [0, 1). */
export const rand = (shape: Shape, options?: RandomOptions): Tensor => made(nd.rand(shape, options), options)
/** Numbers uniform in [low, high). */
export const uniform = (shape: Shape, low: number, high: number, options?: RandomOptions): Tensor =>
  made(nd.uniform(shape, low, high, options), options)
/** Integers from `low` to before `high`, int32 unless asked otherwise. */
export const randint = (low: number, high: number, shape: Shape, options?: RandomOptions): Tensor =>
  made(nd.randint(low, high, shape, options), options)
/** The integers from 0 to before `count`, shuffled. */
export const randperm = (count: number, options?: RandomOptions): Tensor => made(nd.randperm(count, options), options)
/** Normal numbers of a mean and a standard deviation of 0 or more. */
export const normal = (shape: Shape, mean?: number, std?: number, options?: RandomOptions): Tensor =>
  made(nd.normal(shape, mean, std, options), options)
/** 1 with probability `p`, else 0; with a tensor, each element has its own probability. */
export const bernoulli = (shape: Shape, p: number | Tensor, options?: RandomOptions): Tensor =>
  made(nd.bernoulli(shape, p instanceof Tensor ? p.array : p, options), options)
/** Waiting times of mean `1 / rate`. */
export const exponential = (shape: Shape, rate?: number, options?: RandomOptions): Tensor =>
  made(nd.exponential(shape, rate, options), options)
/** Positions drawn with probabilities in proportion to weights: (K) gives (count), (N, K) gives (N, count), int32. */
export const multinomial = (weights: Tensor, count: number, options?: MultinomialOptions): Tensor =>
  made(nd.multinomial(weights.array, count, options))
/** One position of each row of logits (…, K), with probabilities `softmax(logits)`: (…), int32. */
export const categorical = (logits: Tensor, options?: Pick<MultinomialOptions, 'generator'>): Tensor =>
  made(nd.categorical(logits.array, options))

/** A number's integers, or a tensor's rows, in random order; gradients find their way back. */
export const permutation = (source: Tensor | number, options?: RandomOptions): Tensor =>
  source instanceof Tensor
    ? source.indexSelect(0, made(nd.permutation(rowsOf(source), { device: source.device, ...options })))
    : made(nd.permutation(source, options), options)
/** Put a tensor's rows in random order, in place. */
export const shuffle_ = (x: Tensor, options?: SampleOptions): Tensor => x.copy_(permutation(x, options))
/** Elements of a vector (rows of a tensor, or integers below a number) at random, in a shape. */
export function choice(source: Tensor | number, shape: Shape, options?: ChoiceOptions): Tensor {
  if (typeof source === 'number') return made(nd.choice(source, shape, options))
  const places = made(nd.choice(rowsOf(source), shape, options)).to(source.device)
  return source.at(places)
}
/** `x^(k-1) · exp(-rate · x)` up to a factor; with a tensor, each element has its own k. No gradient reaches k. */
export const gamma = (
  shape: Shape,
  concentration: number | Tensor,
  rate?: number,
  options?: HostSampleOptions & Tracked,
): Tensor =>
  made(nd.gamma(shape, concentration instanceof Tensor ? concentration.array : concentration, rate, options), options)

function rowsOf({ shape }: Tensor): number {
  const [rows] = shape
  if (rows !== undefined) return rows
  throw new ShapeError('a 0-d tensor has no rows; pass a number or a tensor with a first dim')
}
