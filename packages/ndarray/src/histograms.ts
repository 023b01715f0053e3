import { lerp } from './blending.ts'
import { arange, array, zeros } from './create.ts'
import { isFloat, isInteger } from './dtype.ts'
import { eq, where } from './elementwise.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import { indexAdd, indexSelect } from './gather.ts'
import { cat } from './join.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { amax, amin } from './reductions.ts'
import { cumsum } from './scans.ts'
import { search } from './searching.ts'
import { formatShape, sameShape } from './shape.ts'
import { sort } from './sorting.ts'

export interface HistogramOptions {
  /** The least and the greatest number that count; those of the elements when left out. */
  readonly range?: readonly [low: number, high: number]
  /** What each element counts for; 1 when left out. */
  readonly weights?: NDArray
  /** Divide by the total and by the widths, so that the area is 1. */
  readonly density?: boolean
}

export interface Histogram {
  readonly hist: NDArray
  /** One more than bins. */
  readonly binEdges: NDArray
}

/**
 * How many elements lie in each bin, int32, or what they weigh. `bins` is a number of equal ones or their edges, ascending;
 * a bin holds its lower edge, and the last bin the upper one too (NumPy's `histogram`). A NaN is in no bin; without a range or
 * edges it makes all edges NaN.
 */
export function histogram(x: NDArray, bins: number | NDArray = 10, options: HistogramOptions = {}): Histogram {
  checkOptions(options, ['range', 'weights', 'density'], 'histogram')
  const { range, weights, density = false } = options
  if (weights !== undefined && !sameShape(weights.shape, x.shape)) {
    throw new ShapeError(`histogram: weights ${formatShape(weights.shape)} for elements ${formatShape(x.shape)}`)
  }
  const elements = isFloat(x.dtype) ? x : x.to('float32')
  const binEdges = bins instanceof NDArray ? bins : equalBins(elements, bins, range)
  if (binEdges.ndim !== 1 || binEdges.size < 2) {
    throw new ShapeError(`histogram: edges are a vector of 2 or more, got ${formatShape(binEdges.shape)}`)
  }
  const { values, indices } = sort(elements.flatten())
  const lower = search('histogram', values, binEdges.slice(0, 0, -1), false)
  const last = search('histogram', values, binEdges.slice(0, -1), true)
  const places = cat([lower, last])
  const [from, to] = [places.slice(0, 0, -1), places.slice(0, 1)]
  const hist = weights === undefined ? to.sub(from) : weighed(weights.flatten(), indices, from, to)
  if (!density) return { hist, binEdges }
  const widths = binEdges.slice(0, 1).sub(binEdges.slice(0, 0, -1))
  return { hist: hist.div(widths.mul(hist.sum())), binEdges }
}

/** Differences of running sums in the order of the elements. */
function weighed(weights: NDArray, order: NDArray, from: NDArray, to: NDArray): NDArray {
  const running = cumsum(indexSelect(weights, 0, order), 0)
  const sums = cat([zeros([1], { dtype: running.dtype, device: running.device }), running])
  return indexSelect(sums, 0, to).sub(indexSelect(sums, 0, from))
}

function equalBins(x: NDArray, bins: number, range: HistogramOptions['range']): NDArray {
  const { dtype, device } = x
  if (!Number.isInteger(bins) || bins < 1) throw new RungsError(`histogram: bins must be positive, got ${bins}`)
  if (range !== undefined && !(range[0] <= range[1] && Number.isFinite(range[1] - range[0]))) {
    throw new RungsError(`histogram: the range goes from a finite number to a larger one, got [${range.join(', ')}]`)
  }
  const of = (value: number): NDArray => array(value, { dtype, device })
  const nothing: readonly [number, number] = [0, 1]
  const given = x.size === 0 ? (range ?? nothing) : range
  const [low, high] = given === undefined ? [amin(x), amax(x)] : [of(given[0]), of(given[1])]
  // All elements are one number: a bin of width 1 around it, as NumPy makes.
  const isPoint = eq(low, high)
  const places = arange(0, bins + 1, 1, { dtype, device }).div(bins)
  return lerp(where(isPoint, low.sub(0.5), low), where(isPoint, high.add(0.5), high), places)
}

export interface BincountOptions {
  /** What each element counts for; 1 when left out. */
  readonly weights?: NDArray
  /** The least number of counts. */
  readonly minLength?: number
}

/**
 * How often each of 0, 1, 2, … stands in a vector of integers; as many counts as the largest needs, which is why it waits
 * for values.
 * @throws {RungsError} for negative numbers.
 */
export async function bincount(x: NDArray, options: BincountOptions = {}): Promise<NDArray> {
  checkOptions(options, ['weights', 'minLength'], 'bincount')
  const { weights, minLength = 0 } = options
  if (x.ndim !== 1 || !isInteger(x.dtype)) {
    throw new DTypeError(
      `bincount only supports 1-d non-negative integral inputs, got ${x.dtype} of shape ${formatShape(x.shape)}`,
    )
  }
  const [least, most] = x.size === 0 ? [0, -1] : await Promise.all([amin(x).item(), amax(x).item()])
  if (least < 0) throw new RungsError(`bincount only supports 1-d non-negative integral inputs, got ${least}`)
  const length = Math.max(minLength, most + 1)
  if (weights !== undefined) {
    return indexAdd(zeros([length], { dtype: weights.dtype, device: x.device }), 0, x, weights)
  }
  // Sorted, equal numbers stand together: no two additions meet.
  const edges = arange(0, length + 1, 1, { dtype: 'int32', device: x.device })
  const places = search('bincount', sort(x).values, edges, false)
  return places.slice(0, 1).sub(places.slice(0, 0, -1))
}
