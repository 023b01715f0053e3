import { assign, commonDevice } from './dispatch.ts'
import { ShapeError } from './errors.ts'
import { composed } from './intermediates.ts'
import { NDArray } from './ndarray.ts'
import { resultType } from './program.ts'
import { formatShape, normalizeDim } from './shape.ts'

/** Arrays one behind another along a dim; all other sizes are equal. */
export const cat = (arrays: readonly NDArray[], dim = 0): NDArray => join('cat', arrays, dim)

export function join(operation: string, arrays: readonly NDArray[], dim: number): NDArray {
  const first = arrays[0]
  if (first === undefined) throw new ShapeError(`${operation}(): expected a non-empty list of arrays`)
  const device = commonDevice(arrays, operation)
  if (first.ndim === 0)
    throw new ShapeError('zero-dimensional tensor (at position 0) cannot be concatenated; use stack')
  const axis = normalizeDim(dim, first.ndim, operation)
  for (const [i, { shape }] of arrays.entries()) {
    if (shape.length !== first.ndim || shape.some((size, d) => d !== axis && size !== first.shape[d])) {
      throw new ShapeError(
        `Sizes of tensors must match except in dimension ${axis}. Got ${formatShape(first.shape)} and ` +
          `${formatShape(shape)} in the list (array ${i})`,
      )
    }
  }
  const total = arrays.reduce((sum, { shape }) => sum + shape[axis]!, 0)
  const out = NDArray.allocate(device, resultType(arrays), first.shape.with(axis, total))
  let at = 0
  for (const x of arrays) {
    const next = at + x.shape[axis]!
    const part = out.slice(axis, at, next)
    assign(part, x)
    part.dispose()
    at = next
  }
  return out
}

/** Arrays of one shape side by side along a new dim. */
export function stack(arrays: readonly NDArray[], dim = 0): NDArray {
  const first = arrays[0]
  if (first === undefined) throw new ShapeError('stack(): expected a non-empty list of arrays')
  for (const [i, { shape }] of arrays.entries()) {
    if (shape.join() !== first.shape.join()) {
      throw new ShapeError(
        `stack expects each tensor to be equal size, but got ${formatShape(first.shape)} at entry 0 and ` +
          `${formatShape(shape)} at entry ${i}`,
      )
    }
  }
  const axis = normalizeDim(dim, first.ndim + 1, 'stack')
  return composed(() =>
    join(
      'stack',
      arrays.map((x) => x.unsqueeze(axis)),
      axis,
    ),
  )
}
