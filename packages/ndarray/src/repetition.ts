import { array } from './create.ts'
import { assign } from './dispatch.ts'
import { ShapeError } from './errors.ts'
import { indexSelect } from './gather.ts'
import { composed } from './intermediates.ts'
import { NDArray } from './ndarray.ts'
import { composedOf, type Rearrangeable } from './rearrangeable.ts'
import { listOf, normalizeDim } from './shape.ts'

/** The array `repeats[i]` times along each dim, as tiles are laid; the shorter list is filled up with ones in front. */
export function tile<A extends Rearrangeable<A>>(x: A, repeats: number | readonly number[]): A {
  const list = listOf(repeats)
  for (const count of list) checkCount(count, 'tile')
  const ndim = Math.max(x.ndim, list.length)
  const sizes = [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape]
  const counts = [...new Array<number>(ndim - list.length).fill(1), ...list]
  return composedOf(x, () => {
    const spread = x.reshape(sizes.flatMap((size) => [1, size])).expand(sizes.flatMap((size, i) => [counts[i]!, size]))
    return spread.clone().reshape(sizes.map((size, i) => size * counts[i]!))
  })
}

/** Each position `repeats` times in a row along a dim (of the flattened array, where none is given); a list says it for each. */
export function repeatInterleave(x: NDArray, repeats: number | readonly number[], dim?: number): NDArray {
  if (dim === undefined || x.ndim === 0) return composed(() => repeatInterleave(x.flatten(), repeats, 0))
  const axis = normalizeDim(dim, x.ndim, 'repeatInterleave')
  const size = x.shape[axis]!
  if (typeof repeats !== 'number' && repeats.length === 1) return repeatInterleave(x, repeats[0]!, axis)
  if (typeof repeats === 'number') {
    checkCount(repeats, 'repeatInterleave')
    return composed(() => {
      const spread = x.unsqueeze(axis + 1).expand(x.shape.toSpliced(axis + 1, 0, repeats))
      return spread.clone().reshape(x.shape.with(axis, size * repeats))
    })
  }
  if (repeats.length !== size) {
    throw new ShapeError(
      `repeats must have the same size as input along dim, but got repeats.size = ${repeats.length} and ` +
        `input.size(${axis}) = ${size}: repeatInterleave`,
    )
  }
  const places = repeats.flatMap((count, i) => new Array<number>(checkCount(count, 'repeatInterleave')).fill(i))
  return composed(() => indexSelect(x, axis, array(places, { dtype: 'int32', device: x.device })))
}

function checkCount(count: number, operation: string): number {
  if (!Number.isInteger(count) || count < 0) {
    throw new ShapeError(`${operation}: repeats are integers of 0 or more, got ${count}`)
  }
  return count
}

/** Elements moved on by `shifts` along `dims`, those at the end to the front; without dims, in the flattened array. */
export function roll(x: NDArray, shifts: number | readonly number[], dims?: number | readonly number[]): NDArray {
  if (dims === undefined) {
    return composed(() => roll(x.flatten(), shifts, 0).reshape(x.shape))
  }
  const steps = listOf(shifts)
  const axes = listOf(dims).map((dim) => normalizeDim(dim, x.ndim, 'roll'))
  if (!steps.every(Number.isInteger)) throw new ShapeError(`roll: shifts are integers, got [${steps.join(', ')}]`)
  if (steps.length !== axes.length) {
    throw new ShapeError(`shifts and dimensions must align. shifts: ${steps.length}, dims: ${axes.length}: roll`)
  }
  return composed(() => {
    let out = x
    for (const [i, axis] of axes.entries()) {
      const next = rolled(out, steps[i]!, axis)
      if (out !== x) out.dispose()
      out = next
    }
    return out === x ? x.clone() : out
  })
}

function rolled(x: NDArray, shift: number, axis: number): NDArray {
  const size = x.shape[axis] ?? 1
  const out = NDArray.allocate(x.device, x.dtype, x.shape)
  const by = size === 0 ? 0 : ((shift % size) + size) % size
  if (by === 0) {
    assign(out, x)
    return out
  }
  assign(out.slice(axis, by), x.slice(axis, 0, size - by))
  assign(out.slice(axis, 0, by), x.slice(axis, size - by))
  return out
}
