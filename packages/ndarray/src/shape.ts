import { AxisError, ShapeError } from './errors.ts'

/** Sizes of the dims, outermost first. */
export type Shape = readonly number[]

/** One or several, as a list. */
export const listOf = (values: number | readonly number[]): readonly number[] =>
  typeof values === 'number' ? [values] : values

/** The largest number of dims an array may have. */
export const MAX_NDIM = 16
/** The most elements: positions are 32-bit integers in kernels. */
const MAX_SIZE = 2 ** 31 - 1

export const sizeOf = (shape: Shape): number => {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]!
  return size
}

/** The size of a shape that was worked out from checked ones. @throws {ShapeError} past the limits of dims and elements. */
export function checkedSize(shape: Shape): number {
  const size = sizeOf(shape)
  if (size > MAX_SIZE || shape.length > MAX_NDIM) checkShape(shape, 'shape')
  return size
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Strides, in elements, of a C-contiguous array: the last dim runs fastest. */
export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  for (let i = shape.length - 1, step = 1; i >= 0; i--) {
    strides[i] = step
    step *= Math.max(shape[i]!, 1)
  }
  return strides
}

/** As Python prints it: `(2, 3)`, `(3,)`, `()`. */
export const formatShape = (shape: Shape): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`)

/** @throws {ShapeError} for sizes or dims that are not in an array, as other languages write them. */
export function checkList(list: readonly number[], operation: string): void {
  if (!Array.isArray(list)) throw new ShapeError(notAShape(list, operation))
}

/**
 * A copy of the shape, which whoever gave it may change.
 * @throws {ShapeError} unless every size is a non-negative integer and there are at most 16 of them.
 */
export function checkShape(shape: Shape, operation: string): Shape {
  checkList(shape, operation)
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(`${operation}: sizes are integers of 0 or more, got ${size} in [${shape.join(', ')}]`)
    }
  }
  if (shape.length > MAX_NDIM) {
    throw new ShapeError(`${operation}: at most ${MAX_NDIM} dims, got ${shape.length}`)
  }
  if (sizeOf(shape) > MAX_SIZE) {
    throw new ShapeError(`${operation}: at most ${MAX_SIZE} elements, got ${formatShape(shape)} = ${sizeOf(shape)}`)
  }
  return [...shape]
}

function notAShape(shape: unknown, operation: string): string {
  const plain = typeof shape === 'object' && shape !== null && Object.getPrototypeOf(shape) === Object.prototype
  const keyword = plain ? Object.keys(shape)[0] : undefined
  // Python's text for what NumPy's users write: `ones(size=(2, 3))`.
  if (keyword !== undefined) {
    return `${operation}() got an unexpected keyword argument '${keyword}': a shape is an array of sizes; write ${operation}([2, 3])`
  }
  const sizes = shape === undefined ? '2, 3' : String(shape)
  return `${operation}: a shape is an array of sizes, got ${String(shape)}; write [${sizes}], with all sizes in one array`
}

/**
 * The shape two arrays broadcast to, by NumPy's rule; the very object `a` or `b` where it is one of them.
 * @throws {ShapeError} with PyTorch's text where sizes differ and neither is 1.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a
  const ndim = Math.max(a.length, b.length)
  const out = new Array<number>(ndim)
  let isA = a.length === ndim
  let isB = b.length === ndim
  for (let i = 1; i <= ndim; i++) {
    const x = i > a.length ? 1 : a[a.length - i]!
    const y = i > b.length ? 1 : b[b.length - i]!
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${ndim - i}: ` +
          `shapes ${formatShape(a)} and ${formatShape(b)}; sizes must be equal or 1, counted from the last dim`,
      )
    }
    const size = x === 1 ? y : x
    out[ndim - i] = size
    isA &&= size === x
    isB &&= size === y
  }
  return isA ? a : isB ? b : out
}

/** `dim` counted from the front. @throws {AxisError} outside `[-ndim, ndim)`. */
export function normalizeDim(dim: number, ndim: number, operation: string): number {
  const bound = Math.max(ndim, 1)
  if ((dim as unknown) === undefined) {
    throw new AxisError(`${operation}: a dim is missing; give one from ${-bound} to ${bound - 1}`)
  }
  if (!Number.isInteger(dim) || dim < -bound || dim >= bound) {
    throw new AxisError(
      `Dimension out of range (expected to be in range of [${-bound}, ${bound - 1}], but got ${dim}): ${operation}`,
    )
  }
  return dim < 0 ? dim + bound : dim
}

/** Dims counted from the front, in ascending order; all of them when none is given. */
export function normalizeDims(dims: number | readonly number[] | undefined, ndim: number, operation: string): number[] {
  if (dims === undefined) return Array.from({ length: ndim }, (_, i) => i)
  if (typeof dims !== 'number' && !Array.isArray(dims)) {
    throw new AxisError(`${operation}: dims are a number or an array of numbers; write x.${operation}(0)`)
  }
  const list = listOf(dims).map((dim) => normalizeDim(dim, ndim, operation))
  list.sort((a, b) => a - b)
  for (let i = 1; i < list.length; i++) {
    if (list[i] === list[i - 1]) {
      throw new AxisError(`dim ${list[i]} appears multiple times in the list of dims: ${operation}`)
    }
  }
  return ndim === 0 ? [] : list
}
