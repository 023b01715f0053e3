import { ShapeError } from './errors.ts'
import type { Rearrangeable } from './rearrangeable.ts'
import { formatShape, normalizeDim } from './shape.ts'

/** Views of an array cut along a dim. */

/** Parts that begin where the one before ends; the last ends with the array. */
function cut<A extends Rearrangeable<A>>(x: A, dim: number, bounds: readonly number[]): A[] {
  return [0, ...bounds].map((start, i) => x.slice(dim, start, bounds[i]))
}

function sizeAlong<A extends Rearrangeable<A>>(x: A, dim: number, operation: string): number {
  normalizeDim(dim, x.ndim, operation)
  if (x.ndim === 0) throw new ShapeError(`${operation} expects at least a 1-dimensional tensor, got a 0-d one`)
  return x.shape.at(dim)!
}

/** Parts of `size` positions along a dim, the last of what is left; or of the sizes that a list says. */
export function split<A extends Rearrangeable<A>>(x: A, size: number | readonly number[], dim = 0): A[] {
  const length = sizeAlong(x, dim, 'split')
  if (typeof size === 'number') {
    if (!Number.isInteger(size) || size < 1) throw new ShapeError(`split: a part has 1 position or more, got ${size}`)
    const parts = Math.max(1, Math.ceil(length / size))
    return cut(
      x,
      dim,
      Array.from({ length: parts - 1 }, (_, i) => (i + 1) * size),
    )
  }
  const total = size.reduce((sum, part) => sum + part, 0)
  if (total !== length || size.some((part) => !Number.isInteger(part) || part < 0)) {
    throw new ShapeError(
      `split_with_sizes expects split_sizes to sum exactly to ${length} (input tensor's size at dimension ${dim}), but got ` +
        `split_sizes=[${size.join(', ')}]`,
    )
  }
  let end = 0
  return size.map((part) => {
    end += part
    return x.slice(dim, end - part, end)
  })
}

/** At most `chunks` parts of one size, the last of what is left. */
export function chunk<A extends Rearrangeable<A>>(x: A, chunks: number, dim = 0): A[] {
  const length = sizeAlong(x, dim, 'chunk')
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new ShapeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`)
  }
  return split(x, Math.max(1, Math.ceil(length / chunks)), dim)
}

/** `sections` parts, the first ones longer by one where they are not equal; or cut before the positions that a list says. */
export function tensorSplit<A extends Rearrangeable<A>>(x: A, sections: number | readonly number[], dim = 0): A[] {
  const length = sizeAlong(x, dim, 'tensorSplit')
  if (typeof sections !== 'number') return cut(x, dim, sections)
  if (!Number.isInteger(sections) || sections < 1) {
    throw new ShapeError(`number of sections must be larger than 0, got ${sections}: tensorSplit`)
  }
  const size = Math.floor(length / sections)
  const longer = length % sections
  return cut(
    x,
    dim,
    Array.from({ length: sections - 1 }, (_, i) => (i + 1) * size + Math.min(i + 1, longer)),
  )
}

/** @throws {ShapeError} where a number of sections does not divide the size, as NumPy's `split`. */
function equalSplit<A extends Rearrangeable<A>>(
  x: A,
  sections: number | readonly number[],
  dim: number,
  operation: string,
): A[] {
  if (x.ndim <= dim) {
    throw new ShapeError(
      `${operation} requires a tensor with at least ${dim + 1} dimension, got ${formatShape(x.shape)}`,
    )
  }
  if (typeof sections === 'number' && x.shape[dim]! % sections !== 0) {
    throw new ShapeError(
      `${operation} attempted to split along dimension ${dim}, but the size of the dimension ${x.shape[dim]} is not divisible ` +
        `by the split_size ${sections}; see tensorSplit`,
    )
  }
  return tensorSplit(x, sections, dim)
}

/** Cut into columns: along dim 1, or 0 of a vector. */
export const hsplit = <A extends Rearrangeable<A>>(x: A, sections: number | readonly number[]): A[] =>
  equalSplit(x, sections, x.ndim === 1 ? 0 : 1, 'hsplit')
/** Cut into rows. */
export const vsplit = <A extends Rearrangeable<A>>(x: A, sections: number | readonly number[]): A[] => {
  if (x.ndim < 2)
    throw new ShapeError(`vsplit requires a tensor with at least 2 dimension, got ${formatShape(x.shape)}`)
  return equalSplit(x, sections, 0, 'vsplit')
}
/** Cut in depth, along dim 2. */
export const dsplit = <A extends Rearrangeable<A>>(x: A, sections: number | readonly number[]): A[] =>
  equalSplit(x, sections, 2, 'dsplit')

/** The positions of a dim one by one, without it. */
export const unbind = <A extends Rearrangeable<A>>(x: A, dim = 0): A[] =>
  Array.from({ length: sizeAlong(x, dim, 'unbind') }, (_, i) => x.select(dim, i))
