import type { ReduceOp } from './device.ts'
import { reduce } from './dispatch.ts'
import { isFloat } from './dtype.ts'
import { div, log } from './elementwise.ts'
import { DTypeError } from './errors.ts'
import { constant, type Expr, scalar, where } from './expr.ts'
import * as f from './formulas.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { program } from './program.ts'
import { type Row, type RowProgram, rowProgram, rowwise } from './rows.ts'
import { normalizeDim, normalizeDims } from './shape.ts'
import { handOver, lettingGo } from './views.ts'

/** One dim, several, or (left out) all. */
export type Dims = number | readonly number[]

export interface ReduceOptions {
  /** Keep reduced dims with size 1. */
  readonly keepdim?: boolean
}

type Reduction = (x: NDArray, dims?: Dims, options?: ReduceOptions) => NDArray

const identity = program(f.x0)

const reduction =
  (name: string, op: ReduceOp): Reduction =>
  (x, dims, options) =>
    reduce(name, op, identity, [x], dims, keepdimOf(options, name))

const names = ['keepdim']

function keepdimOf(options: ReduceOptions | undefined, operation: string): boolean {
  if (options === undefined) return false
  checkOptions(options, names, operation)
  return options.keepdim ?? false
}

export const sum: Reduction = reduction('sum', 'sum')
export const prod: Reduction = reduction('prod', 'prod')
export const amax: Reduction = reduction('amax', 'max')
export const amin: Reduction = reduction('amin', 'min')
export const any: Reduction = reduction('any', 'any')
export const all: Reduction = reduction('all', 'all')
/** Position of the first maximum, of the first NaN if there is one; without a dim, in the flattened array. */
export const argmax: Reduction = reduction('argmax', 'argmax')
export const argmin: Reduction = reduction('argmin', 'argmin')

/** How many elements a reduction folds into one. */
function reducedCount(x: NDArray, dims: Dims | undefined, operation: string): number {
  return normalizeDims(dims, x.ndim, operation).reduce((count, dim) => count * x.shape[dim]!, 1)
}

export const mean: Reduction = (x, dims, options) => {
  checkFloat(x, 'mean')
  const total = sum(x, dims, options)
  return lettingGo(div(total, reducedCount(x, dims, 'mean')), total)
}

export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the number of elements in the divisor: 1 (unbiased) or 0. */
  readonly correction?: number
}

/** Scalars are the number of elements, and what the sum is divided by. */
const varianceRows = rowProgram(1, (row) => {
  const mean = row.keep(f.div(row.sum(f.x0), scalar(0)))
  return [f.div(row.sum(f.square(f.sub(f.x0, mean))), scalar(1))]
})

/** `Σ (x - mean)² / (n - correction)`. */
export function variance(x: NDArray, dims?: Dims, options: VarianceOptions = {}): NDArray {
  checkOptions(options, ['correction', 'keepdim'], 'var')
  const { correction = 1, keepdim = false } = options
  checkFloat(x, 'var')
  const count = reducedCount(x, dims, 'var')
  return rowValue('var', varianceRows, x, dims, keepdim, [count, Math.max(0, count - correction)])
}

/** The result of a row program with one value a row. */
function rowValue(
  operation: string,
  rows: RowProgram,
  x: NDArray,
  dims: Dims | undefined,
  keepdim: boolean,
  scalars?: readonly number[],
): NDArray {
  const reduced = normalizeDims(dims, x.ndim, operation)
  const [value] = rowwise(operation, rows, [x], reduced, scalars) as [NDArray]
  return keepdim ? value : handOver(value, value.reshape(x.shape.filter((_, i) => !reduced.includes(i))))
}

export function std(x: NDArray, dims?: Dims, options?: VarianceOptions): NDArray {
  const squared = variance(x, dims, options)
  return lettingGo(squared.sqrt(), squared)
}

/** An infinite maximum would make inf - inf; 0 leaves exp(x) its own infinity or zero. */
const finiteOrZero = (x: Expr): Expr => where(f.eq(f.abs(x), constant(Number.POSITIVE_INFINITY)), constant(0), x)
const logTotal = (row: Row): Expr => {
  const shift = row.keep(finiteOrZero(row.max(f.x0)))
  return row.keep(f.add(f.log(row.sum(f.exp(f.sub(f.x0, shift)))), shift))
}
const logTotalRows = rowProgram(1, (row) => [logTotal(row)])
const logSoftmaxRows = rowProgram(1, (row) => [f.sub(f.x0, logTotal(row))])

/** `log Σ exp(x)`, without overflow. */
export const logsumexp: Reduction = (x, dims, options) => {
  const keepdim = keepdimOf(options, 'logsumexp')
  checkFloat(x, 'logsumexp')
  // Of nothing: the logarithm of no sum.
  if (reducedCount(x, dims, 'logsumexp') === 0) {
    const nothing = sum(x, dims, options)
    return lettingGo(log(nothing), nothing)
  }
  return rowValue('logsumexp', logTotalRows, x, dims, keepdim)
}

const softmaxRows = rowProgram(1, (row) => {
  const weight = row.keep(f.exp(f.sub(f.x0, row.max(f.x0))))
  return [f.div(weight, row.sum(weight))]
})

/** `exp(x) / Σ exp(x)` along a dim. */
export function softmax(x: NDArray, dim: number): NDArray {
  checkFloat(x, 'softmax')
  return rowwise('softmax', softmaxRows, [x], normalizeDim(dim, x.ndim, 'softmax'))[0]!
}

/** `x - log Σ exp(x)` along a dim. */
export function logSoftmax(x: NDArray, dim: number): NDArray {
  checkFloat(x, 'logSoftmax')
  return rowwise('logSoftmax', logSoftmaxRows, [x], normalizeDim(dim, x.ndim, 'logSoftmax'))[0]!
}

function checkFloat(x: NDArray, operation: string): void {
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `${operation}(): could not infer output dtype. Input dtype must be a floating point dtype. Got: ${x.dtype}; ` +
        "cast it first with x.to('float32')",
    )
  }
}
