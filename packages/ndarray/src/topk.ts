import { floorDiv, minimum, remainder, where } from './elementwise.ts'
import { ShapeError } from './errors.ts'
import { composed } from './intermediates.ts'
import { cat } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { amax } from './reductions.ts'
import { normalizeDim } from './shape.ts'
import { type Sorted, sort, sortFor } from './sorting.ts'
import { takeAlongDim } from './taking.ts'

export interface TopkOptions {
  /** The smallest where false. */
  readonly largest?: boolean
}

/** The `k` largest elements along a dim, in order, and where each stood; NaN is the largest of all. */
export function topk(x: NDArray, k: number, dim = -1, options: TopkOptions = {}): Sorted {
  checkOptions(options, ['largest'], 'topk')
  const axis = normalizeDim(dim, x.ndim, 'topk')
  const size = x.shape[axis] ?? 1
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ShapeError(`selected index k out of range: topk of ${k} along a dimension of size ${size}`)
  }
  const { largest = true } = options
  if (x.ndim === 0) return sortFor('topk', x, 0, {})
  const chunk = Math.ceil(Math.sqrt(size / k))
  return composed(() =>
    largest && k > 0 && size > FEW_CHUNKS * k * chunk
      ? largestByChunks(x, k, axis, chunk)
      : first(sortFor('topk', x, axis, { descending: largest }), k, axis),
  )
}

/** With fewer chunks for each of the `k`, sorting all of the line costs no more. */
const FEW_CHUNKS = 4

/** Copies of the first `k` positions, so that the others need no memory. */
function first({ values, indices }: Sorted, k: number, axis: number): Sorted {
  const firstOf = (x: NDArray): NDArray => x.slice(axis, 0, k).clone()
  return { values: firstOf(values), indices: firstOf(indices) }
}

/**
 * The largest elements stand in the `k` chunks whose maxima are first in stable order: were one in another chunk, the maxima
 * of those `k` would all come before it. So only they are sorted, in the order in which they stand, and what is left over
 * of the line behind them. (Not for the smallest: a minimum is NaN beside a NaN, which is the largest.)
 */
function largestByChunks(x: NDArray, k: number, axis: number, size: number): Sorted {
  const line = x.transpose(axis, -1)
  const chunks = line.unfold(-1, size, { step: size })
  const cut = chunks.shape.at(-2)! * size
  const best = first(sortFor('topk', amax(chunks, -1), -1, { descending: true }), k, x.ndim - 1)
  const chosen = sort(best.indices).values
  const picked = takeAlongDim(chunks, chosen.unsqueeze(-1), -2).flatten(-2)
  const candidates = cat([picked, line.slice(-1, cut)], -1)
  const { values, indices } = first(sortFor('topk', candidates, -1, { descending: true }), k, x.ndim - 1)
  const inChunk = takeAlongDim(chosen, minimum(floorDiv(indices, size), k - 1), -1)
    .mul(size)
    .add(remainder(indices, size))
  const places = where(indices.lt(k * size), inChunk, indices.add(cut - k * size))
  return { values: values.transpose(axis, -1), indices: places.transpose(axis, -1) }
}
