import { type Dims, type ReduceOptions, RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

/**
 * The length of a vector, `(Σ |x|ᵖ)^(1/p)`, over dims (all elements when none is given); with an infinite `p` the largest
 * magnitude, or the smallest. Of zeros the gradient is 0.
 * @throws {RungsError} unless `p` is positive, or -∞.
 */
export function norm(x: Tensor, p: number = 2, dims?: Dims, options?: ReduceOptions): Tensor {
  checkTensors('norm', [x])
  if (p === Number.POSITIVE_INFINITY) return x.abs().amax(dims, options)
  if (p === Number.NEGATIVE_INFINITY) return x.abs().amin(dims, options)
  if (!(p > 0)) throw new RungsError(`norm: p must be a positive number or -Infinity, got ${String(p)}`)
  if (p === 1) return x.abs().sum(dims, options)
  const total = (p === 2 ? x.square() : x.abs().pow(p)).sum(dims, options)
  // The root of 0 has no slope: 1 stands in for it, and nothing goes back.
  const zeros = total.eq(0)
  return total
    .maskedFill(zeros, 1)
    .pow(1 / p)
    .maskedFill(zeros, 0)
}
