import { complete, type Index, notAnIndex } from './brackets.ts'
import { updateInPlace } from './dispatch.ts'
import type { Scalar } from './dtype.ts'
import { maskedFillInPlace } from './elementwise.ts'
import { IndexError, ShapeError } from './errors.ts'
import { scalar } from './expr.ts'
import { refuseForeign } from './foreign.ts'
import { x1 } from './formulas.ts'
import { type ArrayPart, gatherParts, scatterParts, shapeOfParts } from './indexArrays.ts'
import { NDArray } from './ndarray.ts'
import { program } from './program.ts'
import { broadcastShapes, formatShape, sameShape } from './shape.ts'
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
      'a boolean mask selects a number of elements that depends on values: use await x.maskedSelect(mask)',
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

/** Write `value`, broadcast, where an index or a boolean mask says; the last of equal positions wins. */
export function setAt(x: NDArray, index: readonly Index[] | Index, value: NDArray | Scalar): void {
  const list = Array.isArray(index) ? (index as readonly Index[]) : [index as Index]
  const { view, arrays, mask } = resolve(x, list, 'set')
  if (mask !== null) {
    if (arrays.length > 0) throw new IndexError('set: a boolean mask beside integer arrays; write one after the other')
    maskedFillInPlace(view, overView(mask, view), value)
    return
  }
  if (arrays.length === 0) {
    assignTo(view, value)
    return
  }
  const source = value instanceof NDArray ? value : NDArray.allocate(x.device, x.dtype, [])
  if (!(value instanceof NDArray)) assignTo(source, value)
  const shape = shapeOfParts(view, arrays)
  if (!sameShape(broadcastShapes(shape, source.shape), shape)) {
    throw new ShapeError(
      `set: a value of shape ${formatShape(source.shape)} does not broadcast to ${formatShape(shape)}`,
    )
  }
  scatterParts('set', view, arrays, source.expand(shape), 'set')
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
