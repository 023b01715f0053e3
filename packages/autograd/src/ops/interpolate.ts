import { checkOptions, formulas as f, RungsError, ShapeError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { adaptiveAvgPool1d, adaptiveAvgPool2d } from './adaptiveAvgPool.ts'
import { constant } from './constant.ts'
import { a, b, c, Formula } from './formula.ts'
import { indexSelect } from './gather.ts'
import { windowSpread } from './slidingWindows.ts'
import { listPerDim, type PerDim, perDim } from './spatial.ts'

export type InterpolationMode = 'nearest' | 'linear' | 'bilinear' | 'area'

export interface InterpolateOptions {
  /** Sizes of the result; this or `scaleFactor`. */
  readonly size?: PerDim
  /** What each size is multiplied by, and rounded down. */
  readonly scaleFactor?: PerDim
  /** The nearest element; both neighbours by their nearness, in one dim or (`bilinear`) two; the mean of an area. */
  readonly mode?: InterpolationMode
  /** Whether the outermost elements keep their places, or else their outer edges do (when left out): in linear modes. */
  readonly alignCorners?: boolean
}

/** How many dims an image has for a mode. */
const ranks: { readonly [M in InterpolationMode]: readonly number[] } = {
  nearest: [1, 2],
  area: [1, 2],
  linear: [1],
  bilinear: [2],
}

/**
 * Signals (N, C, L) or images (N, C, H, W) in another size. With `scale = input / output` (or 1 / scaleFactor), element o comes
 * from position `(o + ½) · scale - ½`, with `alignCorners` from `o · (input - 1) / (output - 1)`; the nearest is at
 * `⌊o · scale⌋`; areas are those of `adaptiveAvgPool2d`.
 * @throws {ShapeError} for other dims.
 * @throws {RungsError} for options that are missing, out of bounds, or not for the mode.
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkTensors('interpolate', [x])
  checkOptions(options, ['size', 'scaleFactor', 'mode', 'alignCorners'], 'interpolate')
  const { mode = 'nearest', alignCorners } = options
  checkMode(x, mode, alignCorners)
  const { sizes, factors } = sizesOf(x, options)
  if (mode === 'area') return sizes.length === 1 ? adaptiveAvgPool1d(x, sizes) : adaptiveAvgPool2d(x, sizes)
  return sizes.reduceRight((image, size, i) => {
    const input = x.shape[i + 2]!
    const scale = factors === null ? input / size : 1 / factors[i]!
    if (mode === 'nearest') return size === input && scale === 1 ? image : nearest(image, i + 2, size, scale)
    return linear(image, i + 2, positionsOf(input, size, scale, alignCorners ?? false))
  }, x)
}

function checkMode(x: Tensor, mode: InterpolationMode, alignCorners: boolean | undefined): void {
  if (!Object.hasOwn(ranks, mode)) {
    throw new RungsError(`interpolate: unknown mode '${String(mode)}'; there are ${Object.keys(ranks).join(', ')}`)
  }
  if (alignCorners !== undefined && (mode === 'nearest' || mode === 'area')) {
    throw new RungsError(
      'alignCorners option can only be set with the interpolating modes: linear | bilinear; ' +
        `interpolate got mode='${mode}'`,
    )
  }
  if (ranks[mode].includes(x.ndim - 2)) return
  const needed = ranks[mode].map((rank) => `${rank + 2}D`).join(' or ')
  throw new ShapeError(
    `Got ${x.ndim}D input, but ${mode} mode needs ${needed} input: interpolate of [${x.shape.join(', ')}]`,
  )
}

function sizesOf(
  x: Tensor,
  { size, scaleFactor }: InterpolateOptions,
): { sizes: readonly number[]; factors: readonly number[] | null } {
  const rank = x.ndim - 2
  if (size !== undefined && scaleFactor !== undefined) {
    throw new RungsError('only one of size or scaleFactor should be defined: interpolate')
  }
  if (size !== undefined) return { sizes: perDim(size, rank, 'size', 'interpolate'), factors: null }
  if (scaleFactor === undefined) {
    throw new RungsError('either size or scaleFactor should be defined: interpolate')
  }
  const factors = listPerDim(scaleFactor, rank, 'scaleFactor', 'interpolate')
  const sizes = factors.map((factor, i) => Math.floor(x.shape[i + 2]! * factor))
  return { sizes: perDim(sizes, rank, 'size', 'interpolate'), factors }
}

/** Where each element of a dim comes from, in elements of the input. */
function positionsOf(input: number, output: number, scale: number, alignCorners: boolean): number[] {
  const step = output > 1 ? (input - 1) / (output - 1) : 0
  return Array.from({ length: output }, (_, o) => (alignCorners ? o * step : Math.max(0, (o + 0.5) * scale - 0.5)))
}

/** In float32, as PyTorch finds them: where rounding decides, it decides alike. */
function nearest(x: Tensor, dim: number, output: number, scale: number): Tensor {
  const input = x.shape[dim]!
  const repeats = output / input
  if (Number.isInteger(repeats) && scale * repeats === 1) {
    // The gradients of repeated elements are the sums of windows: no scattered additions.
    const windows = { input: output, before: 0, output: input, size: repeats, stride: repeats, dilation: 1 }
    return windowSpread(x, dim, windows, null)
  }
  const factor = Math.fround(scale)
  const positions = Array.from({ length: output }, (_, o) => Math.min(Math.floor(Math.fround(o * factor)), input - 1))
  return pick(x, dim, positions)
}

/** Two neighbours, and how near the second is. */
const between = Formula.derived('Interpolate', f.add(f.mul(a, f.sub(1, c)), f.mul(b, c)))

function linear(x: Tensor, dim: number, positions: readonly number[]): Tensor {
  const last = x.shape[dim]! - 1
  const lower = positions.map((position) => Math.min(Math.floor(position), last))
  const upper = lower.map((position) => Math.min(position + 1, last))
  const nearness = positions.map((position, i) => position - lower[i]!)
  const shape = x.shape.map((_, i) => (i === dim ? positions.length : 1)).slice(dim)
  return between.apply([pick(x, dim, lower), pick(x, dim, upper), constant(nearness, shape, x)])
}

const pick = (x: Tensor, dim: number, positions: readonly number[]): Tensor =>
  indexSelect(x, dim, constant(positions, [positions.length], x, 'int32'))
