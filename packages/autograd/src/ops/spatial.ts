import { RungsError, ShapeError } from '@rungs/ndarray'
import type { Tensor } from '../tensor.ts'

/** A number for each of the last dims of an image, or one number for all of them. */
export type PerDim = number | readonly number[]

/** The least of each argument, and PyTorch's words for less. */
const bounds = {
  kernelSize: [1, 'kernel size should be greater than zero'],
  stride: [1, 'non-positive stride is not supported'],
  padding: [0, 'negative padding is not supported'],
  dilation: [1, 'dilation should be greater than zero'],
  outputPadding: [0, 'negative output_padding is not supported'],
  size: [1, 'Input and output sizes should be greater than 0'],
  outputSize: [1, 'Input and output sizes should be greater than 0'],
} as const

/** As PyTorch prints sizes and arguments in messages. */
export const listed = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))

/** `value` for each of `rank` dims. @throws {RungsError} for another number of them. */
export function listPerDim(value: PerDim, rank: number, name: string, operation: string): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value
  if (Array.isArray(list) && list.length === rank) return list
  throw new RungsError(
    `expected ${name} to be a single integer value or a list of ${rank} values to match the convolution dimensions, but got ` +
      `${name}=${listed(value)}: ${operation}`,
  )
}

/** As `listPerDim`. @throws {RungsError} unless all are integers within the bounds of their name, too. */
export function perDim(value: PerDim, rank: number, name: keyof typeof bounds, operation: string): readonly number[] {
  const list = listPerDim(value, rank, name, operation)
  const [least, complaint] = bounds[name]
  if (list.every((each) => Number.isInteger(each) && each >= least)) return list
  const words = list.every(Number.isInteger) ? complaint : `${name} must be integers`
  throw new RungsError(`${words}: ${operation} got ${name}=${listed(value)}`)
}

/**
 * Whether `x` is a batch of images, (N, C, …) with `rank` dims behind the channels, or one alone, (C, …).
 * @throws {ShapeError} for another number of dims.
 */
export function isBatch(x: Tensor, rank: number, operation: string): boolean {
  if (x.ndim === rank + 2) return true
  if (x.ndim === rank + 1) return false
  throw new ShapeError(
    `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${operation}, but got input of size: ` +
      listed(x.shape),
  )
}

/** `apply` to a batch of images; to one alone as a batch of one. */
export const overBatch = (x: Tensor, rank: number, operation: string, apply: (batch: Tensor) => Tensor): Tensor =>
  isBatch(x, rank, operation) ? apply(x) : apply(x.unsqueeze(0)).squeeze(0)
