import { complete, type Index, notAnIndex } from './brackets.ts'
import type { Scalar } from './dtype.ts'
import { maskedFillInPlace } from './elementwise.ts'
import { IndexError, ShapeError } from './errors.ts'
import { scalar } from './expr.ts'
import { refuseForeign } from './foreign.ts'
import { x1 } from './formulas.ts'
import { type ArrayPart, gatherParts, scatterParts, shapeOfParts } from './indexArrays.ts'
import { composed } from './intermediates.ts'
import { NDArray } from './ndarray.ts'
import { program } from './program.ts'
import { countSync, orderOf } from './selection.ts'
import { broadcastShapes, formatShape, sameShape, sizeOf } from './shape.ts'
import { updateInPlace } from './updateInPlace.ts'
import { select, slice as sliceDim, unsqueeze } from './views.ts'

/** What an index names: a view, and what arrays of positions or a mask pick of it. */
interface Resolved {
  readonly view: NDArray
  readonly arrays: readonly ArrayPart[]
  /** Over the dims of the view from `dim` on. */
  readonly mask: ArrayPart | null
}

function resolve(x: NDArray, index: readonly Index[], operation: string): Resolved {
  let view = x
  let dim = 0
  let mask: ArrayPart | null = null
  const arrays: ArrayPart[] = []
  for (const part of complete(x, index)) {
    const before = view
    if (part === null) view = unsqueeze(view, dim++)
    else if (typeof part === 'number') view = select(view, dim, part)
    else if (part instanceof NDArray) {
      if (part.dtype !== 'bool') arrays.push({ dim: dim++, array: part })
      else {
        if (mask !== null) throw new IndexError(`${operation}: one boolean mask at a time; join them with logicalAnd`)
        mask = { dim, array: part }
        dim += part.ndim
      }
    } else if (typeof part === 'object' && 'step' in part)
      view = sliceDim(view, dim++, part.start, part.stop, part.step)
    else {
      refuseForeign(part)
      throw notAnIndex(part)
    }
    if (before !== x && before !== view) before.dispose()
  }
  return { view, arrays, mask }
}

/**
 * The part an index names: a view, or a copy where it holds integer arrays, which broadcast. Their dims stand where the
 * arrays stood, or in front where other dims lie between them (NumPy's rule); numbers are taken first, as PyTorch does.
 */
export function at(x: NDArray, index: readonly Index[]): NDArray {
  const { view, arrays, mask } = resolve(x, index, 'at')
  if (mask !== null) {
    throw new IndexError(
      'a boolean mask selects a number of elements that depends on values: use await x.maskedSelect(mask) where it is over ' +
        'all dims, else x.at(...(await nonzero(mask)))',
    )
  }
  if (arrays.length === 0) return view
  const out = gatherParts(view, arrays, 'at')
  if (view !== x) view.dispose()
  return out
}

const assignProgram = program(x1)
const fillProgram = program(scalar(0))

/** Write into all of `view`; a number takes its dtype where it fits. */
function assignTo(view: NDArray, value: NDArray | Scalar): void {
  if (value instanceof NDArray) updateInPlace('set', assignProgram, [view], [view, value])
  else updateInPlace('set', fillProgram, [view], [view], [value])
}

/**
 * Write `value`, broadcast, where an index or a boolean mask says; the last of equal positions wins. Where a mask is true,
 * elements (or rows) go one after another, as in NumPy. A device that cannot be read at once does not count them: those
 * left over are dropped, and too few are an `IndexError` at the next read.
 */
export function setAt(x: NDArray, index: readonly Index[] | Index, value: NDArray | Scalar): NDArray {
  const list = Array.isArray(index) ? (index as readonly Index[]) : [index as Index]
  return composed(() => {
    write(resolve(x, list, 'set'), value)
    return x
  })
}

function write({ view, arrays, mask }: Resolved, value: NDArray | Scalar): void {
  if (mask !== null) {
    if (arrays.length > 0) throw new IndexError('set: a boolean mask beside integer arrays; write one after the other')
    const flags = overView(mask, view)
    maskedFillInPlace(view, flags, value instanceof NDArray ? inOrder(view, mask, value) : value)
    return
  }
  if (arrays.length === 0) {
    assignTo(view, value instanceof NDArray ? withDims(value, view.ndim) : value)
    return
  }
  const shape = shapeOfParts(view, arrays)
  const source =
    value instanceof NDArray ? withDims(value, shape.length) : NDArray.allocate(view.device, view.dtype, [])
  if (!(value instanceof NDArray)) assignTo(source, value)
  if (!sameShape(broadcastShapes(shape, source.shape), shape)) {
    throw new ShapeError(
      `set: a value of shape ${formatShape(source.shape)} does not broadcast to ${formatShape(shape)}`,
    )
  }
  scatterParts('set', view, arrays, source.expand(shape), 'set')
}

/** At most `ndim` dims, where those before them have size 1: assignment overlooks them, as in NumPy. */
function withDims(value: NDArray, ndim: number): NDArray {
  const extra = value.ndim - ndim
  const surplus = value.shape.slice(0, Math.max(extra, 0))
  return extra > 0 && sizeOf(surplus) === 1 ? value.reshape(value.shape.slice(extra)) : value
}

/** The elements (or rows) of `value` where those of the view are that they go to; one of them alone broadcasts. */
function inOrder(view: NDArray, { dim, array: mask }: ArrayPart, value: NDArray): NDArray {
  const rest = view.ndim - mask.ndim
  const source = withDims(value, rest + 1)
  const axis = source.ndim - 1 - (rest - dim)
  if (axis < 0) return source
  const length = source.shape[axis]!
  if (length === 1) return source.reshape(source.shape.toSpliced(axis, 1, ...mask.shape.map(() => 1)))
  const count = countSync(mask)
  if (count !== undefined && count !== length) {
    throw new ShapeError(
      `NumPy boolean array indexing assignment cannot assign ${length} input values to the ${count} output values where ` +
        `the mask is true: set of ${formatShape(value.shape)}`,
    )
  }
  return count === 0 ? view : gatherParts(source, [{ dim: axis, array: orderOf(mask) }], 'set')
}

/** A mask over some dims of a view, ready to broadcast. */
function overView({ dim, array: mask }: ArrayPart, view: NDArray): NDArray {
  const masked = view.shape.slice(dim, dim + mask.ndim)
  if (!sameShape(mask.shape, masked)) {
    throw new IndexError(
      `The shape of the mask ${formatShape(mask.shape)} at index ${dim} does not match the shape of the indexed tensor ` +
        `${formatShape(view.shape)} at index ${dim}`,
    )
  }
  return mask.reshape([...mask.shape, ...new Array<number>(view.ndim - dim - mask.ndim).fill(1)])
}
