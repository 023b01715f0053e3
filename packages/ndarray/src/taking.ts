import { asArray } from './asarray.ts'
import { array } from './create.ts'
import { checkArray, copy } from './dispatch.ts'
import { where } from './elementwise.ts'
import { IndexError, ShapeError } from './errors.ts'
import type { Operand } from './functions.ts'
import { checkCast, gather, scatterInto } from './gather.ts'
import { gatherParts, scatterParts } from './indexArrays.ts'
import { composed } from './intermediates.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { countSync, orderOf } from './selection.ts'
import { broadcastShapes, normalizeDim } from './shape.ts'

/** Positions, as an array or as integers. */
export type Positions = NDArray | number | readonly number[]

function asPositions(index: Positions, x: NDArray, operation: string): NDArray {
  if (typeof index !== 'number' && !Array.isArray(index)) {
    checkArray(index as NDArray, operation)
    return index as NDArray
  }
  if (![index].flat().every(Number.isInteger)) {
    throw new IndexError(`${operation}: positions are integers, got ${String(index)}`)
  }
  return array(index, { dtype: 'int32', device: x.device })
}

/** Elements of the flattened array at `index`, or positions along `dim`, whose place the dims of `index` take. */
export function take(x: NDArray, index: Positions, dim?: number): NDArray {
  return composed(() => {
    const source = dim === undefined || x.ndim === 0 ? x.flatten() : x
    return gatherParts(
      source,
      [{ dim: normalizeDim(dim ?? 0, source.ndim, 'take'), array: asPositions(index, x, 'take') }],
      'take',
    )
  })
}

/**
 * As `gather`, the dims beside `dim` broadcast; without a dim, of the flattened array. With `argsort` it puts in order:
 * `takeAlongDim(x, x.argsort(1), 1)`.
 */
export function takeAlongDim(x: NDArray, index: NDArray, dim?: number): NDArray {
  checkArray(index, 'takeAlongDim')
  if (dim === undefined) return composed(() => takeAlongDim(x.flatten(), index.flatten(), 0))
  const axis = normalizeDim(dim, x.ndim, 'takeAlongDim')
  if (index.ndim !== x.ndim) {
    throw new ShapeError(
      `takeAlongDim: input and indices should have the same number of dimensions, but got ${x.ndim} dimensions for input, ` +
        `and ${index.ndim} dimensions for indices`,
    )
  }
  if (x.ndim === 0) return gather(x, 0, index)
  const shape = broadcastShapes(x.shape.with(axis, 1), index.shape.with(axis, 1))
  return composed(() =>
    gather(x.expand(shape.with(axis, x.shape[axis]!)), axis, index.expand(shape.with(axis, index.shape[axis]!))),
  )
}

export interface PutOptions {
  /** Add to what is there, in order, in place of writing over it. */
  readonly accumulate?: boolean
}

/** A copy with `values`, broadcast to the index, written (the last of equal positions wins) into the flattened array. */
export function put(x: NDArray, index: Positions, values: Operand, options: PutOptions = {}): NDArray {
  checkOptions(options, ['accumulate'], 'put')
  const op = options.accumulate === true ? 'add' : 'set'
  return composed(() => {
    const out = copy(x)
    const positions = asPositions(index, x, 'put')
    const source = asArray(values, x).expand(positions.shape)
    scatterParts(op, out.flatten(), [{ dim: 0, array: positions }], source, 'put')
    return out
  })
}

/** `out[index[i][j]][j] = source[i][j]` for dim 0, in the order of `i`; a copy of x otherwise. */
export const scatter = (x: NDArray, dim: number, index: NDArray, source: NDArray): NDArray =>
  scatterInto('set', copy(x), dim, index, source, 'scatter')

/**
 * A copy with the elements of `source`, one after another, where the mask is true: what `x[mask] = source` does in NumPy.
 * @throws {IndexError} where `source` has fewer elements than the mask has true ones; at the next read where a device
 * cannot be read at once, which takes no empty source.
 */
export function maskedScatter(x: NDArray, mask: NDArray, source: NDArray): NDArray {
  checkArray(mask, 'maskedScatter')
  checkArray(source, 'maskedScatter')
  checkCast(source, x, 'maskedScatter')
  const shape = broadcastShapes(x.shape, mask.shape)
  return composed(() => {
    const flags = mask.to('bool').expand(shape)
    const count = countSync(flags)
    if (count !== undefined && count > source.size) {
      throw new IndexError(
        `maskedScatter: number of elements of source < number of ones in mask: ${source.size} < ${count}`,
      )
    }
    if (count === 0) return copy(x.expand(shape))
    const elements = gatherParts(source.flatten(), [{ dim: 0, array: orderOf(flags) }], 'maskedScatter')
    return where(flags, elements.to(x.dtype), x)
  })
}
