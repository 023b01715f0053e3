import type { ArrayLike, TypedArray } from './module.ts'

/** A way in which a view of shape (4, 6) lies in memory. */
export interface ViewKind {
  readonly name: string
  /** Every position is an element of its own, so that it can be written through. */
  readonly writable: boolean
  /** The shape of the array that the view is of. */
  readonly base: readonly number[]
  readonly of: (base: ArrayLike) => ArrayLike
}

const writable = (name: string, base: readonly number[], of: ViewKind['of']): ViewKind => ({
  name,
  writable: true,
  base,
  of,
})
const readable = (name: string, base: readonly number[], of: ViewKind['of']): ViewKind => ({
  name,
  writable: false,
  base,
  of,
})

export const VIEW_SHAPE: readonly number[] = [4, 6]

/** Every way to lie in memory that the library can express, at one shape, so that each meets each. */
export const viewKinds: readonly ViewKind[] = [
  writable('contiguous', [4, 6], (x) => x),
  writable('transposed', [6, 4], (x) => x.permute([1, 0])),
  writable('reversed rows', [4, 6], (x) => x.flip([0])),
  writable('reversed columns', [4, 6], (x) => x.flip([1])),
  writable('reversed both', [4, 6], (x) => x.flip([0, 1])),
  writable('cut out', [7, 9], (x) => x.slice(0, 2, 6).slice(1, 3)),
  writable('rows of a wider array', [4, 9], (x) => x.slice(1, 1, 7)),
  writable('every second', [8, 12], (x) => x.slice(0, 1, undefined, 2).slice(1, 0, undefined, 2)),
  writable('every third backwards', [4, 18], (x) => x.slice(1, undefined, undefined, -3)),
  writable('diagonals', [6, 6, 4], (x) => x.diagonal()),
  writable('diagonals below the main', [8, 6, 4], (x) => x.diagonal({ offset: -2 })),
  writable('dims of 1 left out', [4, 1, 6, 1], (x) => x.at(':', 0, ':', 0)),
  writable('behind an offset', [29], (x) => x.slice(0, 5).reshape([4, 6])),
  writable('transposed, reversed and cut', [9, 5], (x) => x.permute([1, 0]).flip([0, 1]).slice(0, 1).slice(1, 1, 7)),
  writable('windows side by side', [24], (x) => x.unfold(0, 6, { step: 6 })),
  readable('one row repeated', [6], (x) => x.expand([4, 6])),
  readable('one column repeated', [4, 1], (x) => x.expand([4, 6])),
  readable('one element repeated', [3], (x) => x.at(1).expand([4, 6])),
  readable('a reversed row repeated', [6], (x) => x.flip([0]).expand([4, 6])),
  readable('sliding windows', [9], (x) => x.unfold(0, 6)),
  readable('dilated windows', [14], (x) => x.unfold(0, 6, { dilation: 2 })),
  readable('overlapping windows', [12], (x) => x.unfold(0, 6, { step: 2 })),
]

/** Where the elements of a view are in its storage, row by row. */
export function positionsOf({ shape, strides, offset }: ArrayLike): number[] {
  let positions = [offset]
  shape.forEach((size, dim) => {
    positions = positions.flatMap((start) => Array.from({ length: size }, (_, i) => start + i * strides[dim]!))
  })
  return positions
}

/** The elements of a view of memory that the host knows. */
export const elementsOf = (view: ArrayLike, memory: TypedArray | readonly number[]): number[] =>
  positionsOf(view).map((position) => memory[position]!)
