import type { IndexedAxis, ScatterOp } from './device.ts'
import { checkWritable, elementwise } from './dispatch.ts'
import { IndexError } from './errors.ts'
import { type Expr, input, scalar, where } from './expr.ts'
import * as f from './formulas.ts'
import { asIndex, checkCast, gatherFrom, scatterTo } from './gather.ts'
import { composed } from './intermediates.ts'
import type { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'
import { broadcastShapes, formatShape, type Shape, sizeOf } from './shape.ts'

/** An array that stands for dims of a view, from `dim` on. */
export interface ArrayPart {
  readonly dim: number
  readonly array: NDArray
}

/** Where the dims of the index arrays, broadcast to `shape`, go among those that are kept. */
interface Arrangement {
  readonly shape: Shape
  /** Dims of the view that no array stands for. */
  readonly kept: readonly number[]
  /** How many of them come first. */
  readonly before: number
}

function arrange(view: NDArray, parts: readonly ArrayPart[]): Arrangement {
  const shape = parts.map(({ array }) => array.shape).reduce((a, b) => broadcastShapes(a, b))
  const dims = parts.map(({ dim }) => dim)
  const kept = view.shape.map((_, dim) => dim).filter((dim) => !dims.includes(dim))
  const adjacent = dims.every((dim, i) => i === 0 || dim === dims[i - 1]! + 1)
  return { shape, kept, before: adjacent ? dims[0]! : 0 }
}

/** `list` of the kept dims with `middle` where the arrays' dims go. */
const spliced = <T>(list: readonly T[], before: number, middle: readonly T[]): T[] => [
  ...list.slice(0, before),
  ...middle,
  ...list.slice(before),
]

const sizesOf = (view: NDArray, { shape, kept, before }: Arrangement): number[] =>
  spliced(
    kept.map((dim) => view.shape[dim]!),
    before,
    shape,
  )

/** The shape of what the arrays pick. */
export const shapeOfParts = (view: NDArray, parts: readonly ArrayPart[]): Shape => sizesOf(view, arrange(view, parts))

/** What the arrays pick, as one call of the device. */
export function gatherParts(view: NDArray, parts: readonly ArrayPart[], operation: string): NDArray {
  return composed(() => {
    const arrangement = arrange(view, parts)
    const { shape, kept, before } = arrangement
    const { positions, axis, start } = together(view, parts, shape, operation)
    const sizes = sizesOf(view, arrangement)
    const still = shape.map(() => 0)
    const strides = spliced(
      kept.map((dim) => view.strides[dim]!),
      before,
      still,
    )
    const ones = spliced(
      kept.map(() => 1),
      before,
      shape,
    )
    const places = positions.reshape(ones).expand(sizes)
    return located(view, parts, operation, () => gatherFrom(view.view(sizes, strides, start), places, axis))
  })
}

/** Write or add `source`, which has the shape of what the arrays pick, where they say. */
export function scatterParts(
  op: ScatterOp,
  view: NDArray,
  parts: readonly ArrayPart[],
  source: NDArray,
  operation: string,
): NDArray {
  checkWritable(view)
  checkCast(source, view, operation)
  return composed(() => {
    const { shape, kept, before } = arrange(view, parts)
    const { positions, axis, start } = together(view, parts, shape, operation)
    // The device walks the positions in order, so they become one axis, and the last.
    const count = sizeOf(shape)
    const sizes = [...kept.map((dim) => view.shape[dim]!), count]
    const target = view.view(sizes, [...kept.map((dim) => view.strides[dim]!), 0], start)
    const order = spliced(
      [...kept.keys()].map((i) => (i < before ? i : i + shape.length)),
      kept.length,
      shape.map((_, i) => before + i),
    )
    const rows = source.permute(order).reshape(sizes)
    const places = positions.reshape([count]).expand(sizes)
    located(view, parts, operation, () => scatterTo(op, view, target, places, rows, axis))
    return view
  })
}

/** Says which index is outside its dim, where the device saw only where all of them together point. */
function located<T>(view: NDArray, parts: readonly ArrayPart[], operation: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (error instanceof IndexError && view.device.readSync !== undefined) {
      for (const { dim, array } of parts) {
        const size = view.shape[dim]!
        const outside = array.toTypedArraySync().find((index) => index < -size || index >= size)
        if (outside !== undefined) {
          throw new IndexError(`index ${outside} is out of bounds for dimension with size ${size}: ${operation}`)
        }
      }
    }
    throw error
  }
}

interface Positions {
  readonly positions: NDArray
  readonly axis: IndexedAxis
  /** Where position 0 is. */
  readonly start: number
}

/** One index array for all: where in memory they point, counted from the lowest element that they can reach. */
function together(view: NDArray, parts: readonly ArrayPart[], shape: Shape, operation: string): Positions {
  const [{ dim, array }] = parts as readonly [ArrayPart]
  if (parts.length === 1) {
    const axis = { stride: view.strides[dim]!, size: view.shape[dim]!, operation }
    return { positions: asIndex(array, operation), axis, start: view.offset }
  }
  let start = view.offset
  let first = 0
  let reach = 0
  const numbers: number[] = []
  for (const part of parts) {
    const size = view.shape[part.dim]!
    const stride = view.strides[part.dim]!
    const span = Math.max(size - 1, 0) * stride
    if (span < 0) {
      start += span
      first -= span
    }
    reach += Math.abs(span)
    numbers.push(size, stride)
  }
  const sizes = parts.map((part) => view.shape[part.dim]!)
  if (sizes.includes(0) && sizeOf(shape) > 0) {
    throw new IndexError(`${operation}: nothing to index in dims of sizes ${formatShape(sizes)}`)
  }
  const arrays = parts.map((part) => asIndex(part.array, operation))
  const positions = elementwise(operation, programFor(parts.length), arrays, [reach + 1, first, ...numbers])
  const axis = {
    stride: 1,
    size: reach + 1,
    operation: `${operation}, of dims with sizes ${formatShape(sizes)} together`,
  }
  return { positions, axis, start }
}

const programs = new Map<number, Program>()

/** `first + Σ index · stride`, and past the end (scalar 0) where an index is outside its dim. */
function programFor(count: number): Program {
  let made = programs.get(count)
  if (made === undefined) {
    let inside: Expr | null = null
    let position: Expr = scalar(1)
    for (let i = 0; i < count; i++) {
      const index = input(i)
      const size = scalar(2 + 2 * i)
      const fits = f.and(f.ge(index, f.neg(size)), f.lt(index, size))
      inside = inside === null ? fits : f.and(inside, fits)
      position = f.add(position, f.mul(where(f.lt(index, 0), f.add(index, size), index), scalar(3 + 2 * i)))
    }
    made = program(where(inside!, position, scalar(0)))
    programs.set(count, made)
  }
  return made
}
