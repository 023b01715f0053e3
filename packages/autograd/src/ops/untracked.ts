import type {
  BincountOptions,
  ClosenessOptions,
  Dims,
  HistogramOptions,
  ReduceOptions,
  SearchOptions,
} from '@rungs/ndarray'
import * as nd from '@rungs/ndarray'
import { DTypeError, isInteger, RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { type Operand, operand } from './elementwise.ts'

/** What has no gradient, because it counts, compares, or tells positions: ndarray's functions, of tensors. */

const ofOne =
  (fn: (x: nd.NDArray) => nd.NDArray) =>
  (x: Tensor): Tensor =>
    new Tensor(fn(x.array))
const ofTwo =
  (fn: (a: nd.Operand, b: nd.Operand) => nd.NDArray) =>
  (a: Operand, b: Operand): Tensor =>
    new Tensor(fn(operand(a), operand(b)))

/** True for both infinities. */
export const isInf: (x: Tensor) => Tensor = ofOne(nd.isInf)
/** True for negative numbers and -0. */
export const signbit: (x: Tensor) => Tensor = ofOne(nd.signbit)
export const logicalAnd: (a: Operand, b: Operand) => Tensor = ofTwo(nd.logicalAnd)
export const logicalOr: (a: Operand, b: Operand) => Tensor = ofTwo(nd.logicalOr)
export const logicalXor: (a: Operand, b: Operand) => Tensor = ofTwo(nd.logicalXor)

/** `|a - b| ≤ atol + rtol · |b|`, element by element. */
export const isclose = (a: Tensor, b: Operand, options?: ClosenessOptions): Tensor =>
  new Tensor(nd.isclose(a.array, operand(b), options))
/** Whether all elements are close: a 0-d tensor, for nothing is read. */
export const allclose = (a: Tensor, b: Operand, options?: ClosenessOptions): Tensor =>
  new Tensor(nd.allclose(a.array, operand(b), options))

/** How many elements are other than zero, over dims (all of them when none is given), int32. */
export const countNonzero = (x: Tensor, dims?: Dims, options?: ReduceOptions): Tensor =>
  new Tensor(nd.countNonzero(x.array, dims, options))
/** The positions of all elements other than zero, one int32 vector for each dim. */
export const nonzero = async (x: Tensor): Promise<Tensor[]> => wrap(await nd.nonzero(x.array))
/** As `nonzero`, the positions as rows: (count, ndim). */
export const argwhere = async (x: Tensor): Promise<Tensor> => new Tensor(await nd.argwhere(x.array))
/** Where `values` go into `sorted` so that it stays in order: int32 positions, as many as there are values. */
export const searchsorted = (sorted: Tensor, values: Operand, options?: SearchOptions): Tensor =>
  new Tensor(nd.searchsorted(sorted.array, operand(values), options))

/** A result with tensors in place of arrays. */
type OfTensors<R> = { readonly [K in keyof R]: Tensor }

const wrap = (arrays: readonly nd.NDArray[]): Tensor[] => arrays.map((x) => new Tensor(x))
const wrapAll = <R extends object>(result: R): OfTensors<R> =>
  Object.fromEntries(Object.entries(result).map(([name, x]) => [name, new Tensor(x as nd.NDArray)])) as OfTensors<R>

/** The different elements in ascending order, where each first stands, which one each element is, how often each occurs. */
export const unique = async (x: Tensor): Promise<OfTensors<nd.Unique>> => wrapAll(await nd.unique(x.array))

export interface TensorHistogramOptions extends Omit<HistogramOptions, 'weights'> {
  readonly weights?: Tensor
}
/** How many elements lie in each bin, or what they weigh; `bins` is a number of equal ones or their edges. */
export function histogram(
  x: Tensor,
  bins?: number | readonly number[] | Tensor,
  { weights, ...options }: TensorHistogramOptions = {},
): OfTensors<nd.Histogram> {
  const edges = bins instanceof Tensor ? bins.array : bins
  return wrapAll(nd.histogram(x.array, edges, weights === undefined ? options : { ...options, weights: weights.array }))
}

export interface TensorBincountOptions extends Omit<BincountOptions, 'weights'> {
  readonly weights?: Tensor
}
/** How often each integer from 0 on occurs, or what its occurrences weigh; it waits for the greatest. */
export const bincount = async (x: Tensor, { weights, ...options }: TensorBincountOptions = {}): Promise<Tensor> =>
  new Tensor(await nd.bincount(x.array, weights === undefined ? options : { ...options, weights: weights.array }))

/**
 * For integers (…) from 0 to before `numClasses`, int32 (…, numClasses): a 1 at each number's place, zeros elsewhere.
 * @throws {DTypeError} for what is no integer. @throws {IndexError} for a number that is no class.
 */
export function oneHot(labels: Tensor, numClasses: number): Tensor {
  checkTensors('oneHot', [labels])
  if (!Number.isInteger(numClasses) || numClasses < 1) {
    throw new RungsError(`oneHot: numClasses must be a positive integer, got ${String(numClasses)}`)
  }
  const { array, shape, device } = labels
  const zeros = nd.zeros([...shape, numClasses], { dtype: 'int32', device })
  if (!isInteger(array.dtype)) {
    throw new DTypeError(
      `one_hot is only applicable to index tensor: oneHot got ${array.dtype}; cast it with x.to('int32')`,
    )
  }
  // Negative ones would count from the end; as the number of classes they are outside.
  const places = nd.where(array.lt(0), numClasses, array).unsqueeze(-1)
  return new Tensor(nd.scatterInto('set', zeros, -1, places, nd.onesLike(places, { dtype: 'int32' }), 'oneHot'))
}

/** Whether a change of one can change the other. */
export const sharesMemory = (a: Tensor, b: Tensor): boolean => nd.sharesMemory(a.array, b.array)
