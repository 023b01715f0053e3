import { lerp } from './blending.ts'
import { arange, array, zeros } from './create.ts'
import { reducedType } from './dispatch.ts'
import { isFloat, isInteger } from './dtype.ts'
import { eq, where } from './elementwise.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import { scatterInto } from './gather.ts'
import { composed } from './intermediates.ts'
import { cat } from './join.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { amax, amin } from './reductions.ts'
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
 * a bin holds its lower edge, and the last bin the upper one too (NumPy's `histogram`). A NaN is in no bin.
 * @throws {RungsError} for edges that descend, or elements that are not finite where they make the range; a device that
 * cannot be read at once looks at neither: counts or edges are meaningless then.
 */
export function histogram(
  x: NDArray,
  bins: number | readonly number[] | NDArray = 10,
  options: HistogramOptions = {},
): Histogram {
  checkOptions(options, ['range', 'weights', 'density'], 'histogram')
  const { range, weights, density = false } = options
  if (weights !== undefined && !sameShape(weights.shape, x.shape)) {
    throw new ShapeError(`histogram: weights ${formatShape(weights.shape)} for elements ${formatShape(x.shape)}`)
  }
  return composed(() => {
    const elements = isFloat(x.dtype) ? x : x.to('float32')
    const binEdges = typeof bins === 'number' ? equalBins(elements, bins, range) : givenEdges(elements, bins)
    const hist = weights === undefined ? counted(elements, binEdges) : weighed(elements, binEdges, weights)
    if (!density) return { hist, binEdges }
    const widths = binEdges.slice(0, 1).sub(binEdges.slice(0, 0, -1))
    return { hist: hist.div(widths.mul(hist.sum())), binEdges }
  })
}

function givenEdges({ dtype, device }: NDArray, bins: readonly number[] | NDArray): NDArray {
  const edges = bins instanceof NDArray ? bins : array(bins, { dtype, device })
  if (edges.ndim !== 1 || edges.size < 2) {
    throw new ShapeError(`histogram: edges are a vector of 2 or more, got ${formatShape(edges.shape)}`)
  }
  const values = edges.device.readSync === undefined ? [] : edges.toTypedArraySync()
  if (values.some((edge, i) => edge < values[i - 1]!)) {
    throw new RungsError(`\`bins\` must increase monotonically, when an array: histogram, got [${values.join(', ')}]`)
  }
  return edges
}

/** Sorted, the elements of a bin stand together: no two additions meet. */
function counted(elements: NDArray, edges: NDArray): NDArray {
  const { values } = sort(elements.flatten())
  const lower = search('histogram', values, edges.slice(0, 0, -1), false)
  const last = search('histogram', values, edges.slice(0, -1), true)
  const places = cat([lower, last])
  return places.slice(0, 1).sub(places.slice(0, 0, -1))
}

/** Each weight is added to its own bin: differences of running sums would lose the small ones behind a large one. */
function weighed(elements: NDArray, edges: NDArray, weights: NDArray): NDArray {
  const flat = elements.flatten()
  const places = search('histogram', edges, flat, true)
  // One place before the bins and one behind them hold what is outside; the last edge belongs to the last bin.
  const bins = where(eq(flat, edges.slice(0, -1)), edges.size - 1, places)
  return added(weights, edges.size + 1, bins, 'histogram').slice(0, 1, -1)
}

/** Sums of the weights at each position, in the dtype that a sum of them has. */
function added(weights: NDArray, length: number, index: NDArray, operation: string): NDArray {
  const dtype = reducedType('sum', weights.dtype)
  const sums = zeros([length], { dtype, device: weights.device })
  return scatterInto('add', sums, 0, index, weights.flatten(), operation)
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
  if (given === undefined && device.readSync !== undefined) checkFinite(low.itemSync(), high.itemSync())
  // All elements are one number: a bin of width 1 around it, as NumPy makes.
  const isPoint = eq(low, high)
  const places = arange(0, bins + 1, 1, { dtype, device }).div(bins)
  return lerp(where(isPoint, low.sub(0.5), low), where(isPoint, high.add(0.5), high), places)
}

function checkFinite(low: number, high: number): void {
  if (Number.isFinite(low) && Number.isFinite(high)) return
  throw new RungsError(`autodetected range of [${low}, ${high}] is not finite: histogram; give a range`)
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
  if (weights !== undefined && !sameShape(weights.shape, x.shape)) {
    throw new ShapeError(
      `The weights and list don't have the same length: bincount, ${formatShape(weights.shape)} for ${formatShape(x.shape)}`,
    )
  }
  if (!Number.isInteger(minLength) || minLength < 0) {
    throw new RungsError(`bincount: 'minLength' must not be negative, and an integer, got ${minLength}`)
  }
  const [least, most] = x.size === 0 ? [0, -1] : await Promise.all([amin(x).item(), amax(x).item()])
  if (least < 0) throw new RungsError(`bincount only supports 1-d non-negative integral inputs, got ${least}`)
  const length = Math.max(minLength, most + 1)
  if (weights !== undefined) {
    return composed(() => added(weights, length, x, 'bincount'))
  }
  // Sorted, equal numbers stand together: no two additions meet.
  return composed(() => {
    const edges = arange(0, length + 1, 1, { dtype: 'int32', device: x.device })
    const places = search('bincount', sort(x).values, edges, false)
    return places.slice(0, 1).sub(places.slice(0, 0, -1))
  })
}
