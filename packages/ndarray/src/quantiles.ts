import { isFloat } from './dtype.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import { where } from './expr.ts'
import * as f from './formulas.ts'
import { operandsFunction } from './functions.ts'
import { composed } from './intermediates.ts'
import { stack } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import type { Dims, ReduceOptions } from './reductions.ts'
import { formatShape, listOf, normalizeDims } from './shape.ts'
import { sort } from './sorting.ts'
import { select } from './views.ts'

export interface QuantileOptions extends ReduceOptions {
  /** Between the two nearest elements: linear when left out. */
  readonly interpolation?: keyof typeof weights
}

/** How far from the lower neighbour to the higher one, from the fraction of the way; ties of 'nearest' go to even places. */
const weights = {
  linear: (fraction: number): number => fraction,
  lower: () => 0,
  higher: (fraction: number): number => (fraction > 0 ? 1 : 0),
  midpoint: (fraction: number): number => (fraction > 0 ? 0.5 : 0),
  nearest: (fraction: number, place: number): number =>
    fraction > 0.5 || (fraction === 0.5 && place % 2 === 1) ? 1 : 0,
}

/** Between which places of `count` sorted elements a part `q` of them ends, and how far from the lower one to the higher. */
export function quantilePlace(
  q: number,
  count: number,
  interpolation: keyof typeof weights = 'linear',
): { readonly low: number; readonly high: number; readonly weight: number } {
  const place = q * (count - 1)
  const below = Math.floor(place)
  const weight = weights[interpolation](place - below, below)
  return { low: weight === 1 ? below + 1 : below, high: weight === 0 ? below : below + 1, weight }
}

/** Neighbours that are equal have nothing between them, infinities included; NaN stands last where there is one. */
const mix = operandsFunction('quantile', (low, high, weight, last) => {
  const between = f.add(f.mul(low!, f.sub(1, weight!)), f.mul(high!, weight!))
  return where(f.isNaN(last!), last!, where(f.eq(low!, high!), low!, between))
})

/**
 * The elements below which a part `q` of all elements lies, over dims (all of them when none is given); a list of parts
 * gives a new first dim. NaN where there is one among the elements (NumPy's `quantile`).
 */
export function quantile(
  x: NDArray,
  q: number | readonly number[],
  dims?: Dims,
  options: QuantileOptions = {},
): NDArray {
  checkOptions(options, ['keepdim', 'interpolation'], 'quantile')
  return quantileOf('quantile', x, q, dims, options)
}

/**
 * The middle element, or the mean of the two in the middle (NumPy's `median`; PyTorch's is the lower one). Integers and
 * booleans give float64, float32 where the device has no more.
 */
export function median(x: NDArray, dims?: Dims, options: ReduceOptions = {}): NDArray {
  checkOptions(options, ['keepdim'], 'median')
  const dtype = isFloat(x.dtype) ? x.dtype : x.device.dtypes.has('float64') ? 'float64' : 'float32'
  return composed(() => quantileOf('median', x.to(dtype), 0.5, dims, { ...options, interpolation: 'midpoint' }))
}

function quantileOf(
  operation: string,
  x: NDArray,
  q: number | readonly number[],
  dims: Dims | undefined,
  { keepdim = false, interpolation = 'linear' }: QuantileOptions,
): NDArray {
  if (!Object.hasOwn(weights, interpolation)) {
    throw new RungsError(
      `${operation}: unknown interpolation '${String(interpolation)}'; there are ${Object.keys(weights).join(', ')}`,
    )
  }
  if (typeof q !== 'number' && !Array.isArray(q)) {
    throw new RungsError(`${operation}: q is a number or a list of numbers, got ${String(q)}`)
  }
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `${operation}() input tensor must be either float or double dtype, got ${x.dtype}; cast it first`,
    )
  }
  for (const part of listOf(q)) {
    if (!(part >= 0 && part <= 1))
      throw new RungsError(`${operation}() q values must be in the range [0, 1], got ${part}`)
  }
  const reduced = normalizeDims(dims, x.ndim, operation)
  const kept = x.shape.map((_, dim) => dim).filter((dim) => !reduced.includes(dim))
  const sizes = kept.map((dim) => x.shape[dim]!)
  const count = reduced.reduce((product, dim) => product * x.shape[dim]!, 1)
  return composed(() => {
    const rows = x.permute([...kept, ...reduced]).reshape([...sizes, count])
    if (count === 0) throw new ShapeError(`${operation}() input tensor must be non-empty, got ${formatShape(x.shape)}`)
    const sorted = sort(rows)
    const last = select(sorted.values, -1, count - 1)
    const shape = keepdim ? x.shape.map((size, dim) => (reduced.includes(dim) ? 1 : size)) : sizes
    const at = (part: number): NDArray => {
      const { low, high, weight } = quantilePlace(part, count, interpolation)
      const found = mix(select(sorted.values, -1, low), select(sorted.values, -1, high), weight, last)
      return found.reshape(shape)
    }
    return typeof q === 'number' ? at(q) : stack(listOf(q).map(at))
  })
}
