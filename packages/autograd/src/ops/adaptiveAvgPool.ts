import { RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { constant } from './constant.ts'
import { checkPooled } from './poolWindows.ts'
import { windowSum } from './slidingWindows.ts'

/** The size of each dim of a result, or one for all of them; null keeps a dim as it is. */
export type AdaptiveSize = number | null | readonly (number | null)[]

type AdaptivePool = (x: Tensor, outputSize: AdaptiveSize) => Tensor

const adaptiveAvgPool =
  (rank: number, operation: string): AdaptivePool =>
  (x, outputSize) => {
    checkTensors(operation, [x])
    checkPooled(operation, x, rank)
    const sizes = Array.isArray(outputSize)
      ? (outputSize as readonly (number | null)[])
      : new Array(rank).fill(outputSize)
    if (sizes.length !== rank || !sizes.every((size) => size === null || (Number.isInteger(size) && size > 0))) {
      throw new RungsError(
        `${operation}: outputSize is a positive integer, or one for each of ${rank} dims, where null keeps a dim; got ` +
          `${Array.isArray(outputSize) ? `[${outputSize.join(', ')}]` : String(outputSize)}`,
      )
    }
    const first = x.ndim - rank
    if (sizes.every((size) => size === 1))
      return x.mean(
        sizes.map((_, i) => first + i),
        { keepdim: true },
      )
    return sizes.reduceRight<Tensor>(
      (pooled, size, i) => (size === null ? pooled : averageTo(pooled, first + i, size)),
      x,
    )
  }

/** Means of as many parts of a dim as wanted, which overlap where they do not divide it. */
function averageTo(x: Tensor, dim: number, output: number): Tensor {
  const input = x.shape[dim]!
  if (output === input) return x
  if (output === 1) return x.mean(dim, { keepdim: true })
  if (input % output !== 0) return unevenAverage(x, dim, output)
  const size = input / output
  return windowSum(x, dim, { input, before: 0, output, size, stride: size, dilation: 1 }, null).div(size)
}

/** Part o of a dim is from ⌊o · input / output⌋ up to ⌈(o + 1) · input / output⌉. */
function unevenAverage(x: Tensor, dim: number, output: number): Tensor {
  const input = x.shape[dim]!
  const parts = Array.from({ length: output }, (_, o) => {
    const start = Math.floor((o * input) / output)
    return { start, size: Math.ceil(((o + 1) * input) / output) - start }
  })
  const longest = Math.max(...parts.map(({ size }) => size))
  const places = Array.from({ length: longest }, (_, k) => k)
  const behind = new Array<number>(x.ndim - 1 - dim).fill(1)
  // Shorter parts repeat their last element, which then does not count.
  const positions = parts.flatMap(({ start, size }) => places.map((k) => start + Math.min(k, size - 1)))
  const surplus = parts.flatMap(({ size }) => places.map((k) => Number(k >= size)))
  const sizes = parts.map(({ size }) => size)
  return x
    .indexSelect(dim, constant(positions, [positions.length], x, 'int32'))
    .reshape([...x.shape.slice(0, dim), output, longest, ...x.shape.slice(dim + 1)])
    .maskedFill(constant(surplus, [output, longest, ...behind], x, 'bool'), 0)
    .sum(dim + 1)
    .div(constant(sizes, [output, ...behind], x))
}

/**
 * Means of as many parts of signals (N, C, L) or (C, L) as wanted: (N, C, outputSize) or (C, outputSize). Part o is from
 * `⌊o · L / outputSize⌋` up to `⌈(o + 1) · L / outputSize⌉`.
 * @throws {ShapeError} for other dims. @throws {RungsError} for sizes that are not positive integers.
 */
export const adaptiveAvgPool1d: AdaptivePool = adaptiveAvgPool(1, 'adaptiveAvgPool1d')
/** As `adaptiveAvgPool1d`, of rectangles in images (N, C, H, W) or (C, H, W). */
export const adaptiveAvgPool2d: AdaptivePool = adaptiveAvgPool(2, 'adaptiveAvgPool2d')
