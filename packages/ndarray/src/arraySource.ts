import { type DType, dtypeOf, promoteTypes, type Scalar, type TypedArray } from './dtype.ts'
import { DTypeError } from './errors.ts'
import { BRAND, refuseForeign } from './foreign.ts'
import type { Nested } from './host.ts'
import { stack } from './join.ts'
import { NDArray } from './ndarray.ts'

/** Pixels as a canvas gives and takes them: rows of red, green, blue and opacity. */
export interface ImageDataLike {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** What an array can be made of: numbers and booleans, and lists of any kind of what an array can be made of. */
export type ArraySource = Scalar | TypedArray | Uint8ClampedArray | ImageDataLike | NDArray | Iterable<ArraySource>

export const isImageData = (source: unknown): source is ImageDataLike =>
  typeof source === 'object' && source !== null && 'data' in source && source.data instanceof Uint8ClampedArray

/** Lists of any kind as plain arrays, all the way down. */
export interface PlainLists {
  readonly lists: Nested
  /** What the typed arrays among them promote to, where there are no numbers beside them. */
  readonly dtype: DType | undefined
}

export function plainLists(source: ArraySource): PlainLists {
  let [typed, plain]: [DType | undefined, boolean] = [undefined, false]
  const visit = (part: ArraySource): Nested => {
    if (ArrayBuffer.isView(part)) {
      const dtype = dtypeOf(part as TypedArray)
      typed = typed === undefined ? dtype : promoteTypes(typed, dtype)
      return Array.from(part as TypedArray)
    }
    if (typeof part !== 'object' || part === null || BRAND in part) plain = true
    else if (Array.isArray(part) && part.every((each) => typeof each === 'number')) plain = true
    else if (Symbol.iterator in part) return Array.from(part as Iterable<ArraySource>, visit)
    return part as Nested
  }
  const lists = visit(source)
  return { lists, dtype: plain ? undefined : typed }
}

/** Whether the first innermost element of lists is an array. */
export function holdsArrays(lists: unknown): boolean {
  let first = lists
  while (Array.isArray(first)) first = first[0]
  return first instanceof NDArray
}

/**
 * Arrays in lists side by side, a new dim for each level of lists.
 * @throws {ShapeError} where their shapes differ, or lists are of different depths.
 */
export function stackLists(lists: unknown): NDArray {
  if (lists instanceof NDArray) return lists
  refuseForeign(lists)
  if (Array.isArray(lists)) return stack(lists.map(stackLists))
  throw new DTypeError(
    `array: a list with an array in it holds arrays alone, got ${String(lists)}; make an array of it first`,
  )
}
