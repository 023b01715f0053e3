import { updateInPlace } from './dispatch.ts'
import type { Scalar } from './dtype.ts'
import { maskedFillInPlace } from './elementwise.ts'
import { IndexError, ShapeError } from './errors.ts'
import { scalar } from './expr.ts'
import { refuseForeign } from './foreign.ts'
import { x1 } from './formulas.ts'
import { indexSelect, scatterInto } from './gather.ts'
import { NDArray } from './ndarray.ts'
import { program } from './program.ts'
import { broadcastShapes, formatShape, sameShape } from './shape.ts'
import { handOver, select, slice as sliceDim, unsqueeze } from './views.ts'

/** Positions `start`, `start + step`, … before `stop`; made by `slice`. */
export interface Slice {
  readonly start: number | undefined
  readonly stop: number | undefined
  readonly step: number
}

/** What may stand between the brackets: see `NDArray.at`. */
export type Index = number | string | null | Slice | NDArray

/** The positions from `start` to before `stop`; `'1:5:2'` says the same as text. */
export const slice = (start?: number, stop?: number, step = 1): Slice => ({ start, stop, step })

const ALL: Slice = slice()

const shown = (part: unknown): string =>
  Array.isArray(part) ? `[${part.join(', ')}]` : typeof part === 'string' ? `'${part}'` : String(part)

const notAnIndex = (part: unknown): IndexError =>
  new IndexError(
    `${shown(part)} is not an index: write a number, ':', '1:5', '::2', '...', null, slice(…) or an integer array` +
      (Array.isArray(part) ? `, here array(${shown(part)}, { dtype: 'int32' })` : ''),
  )

function parseSlice(text: string): Slice {
  const match = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(text)
  if (match === null) throw notAnIndex(text)
  const bound = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits))
  return slice(bound(match[1]), bound(match[2]), bound(match[3]) ?? 1)
}

/** An index with its text read and `'...'` spelled out. */
function complete(x: NDArray, index: readonly Index[]): Exclude<Index, string>[] {
  const dims = index.filter((part) => part !== null && part !== '...').length
  const gaps = index.filter((part) => part === '...').length
  if (gaps > 1) throw new IndexError("an index can only have a single ellipsis ('...')")
  if (dims > x.ndim) {
    throw new IndexError(
      `too many indices for tensor of dimension ${x.ndim}: ${dims} for shape ${formatShape(x.shape)}`,
    )
  }
  return index.flatMap((part) => {
    if (part === '...') return new Array<Slice>(x.ndim - dims).fill(ALL)
    return [typeof part === 'string' ? parseSlice(part) : part]
  })
}

/** The part an index names: a view, or a copy where it holds an integer array. */
export function at(x: NDArray, index: readonly Index[]): NDArray {
  const { view, dim, positions } = resolve(x, index)
  if (positions === null) return view
  const flat = indexSelect(view, dim, positions.flatten())
  const shape = [...view.shape.slice(0, dim), ...positions.shape, ...view.shape.slice(dim + 1)]
  if (view !== x) view.dispose()
  return handOver(flat, flat.reshape(shape))
}

/** The view that an index names, and the integer array along one of its dims, if there is one. */
function resolve(x: NDArray, index: readonly Index[]): { view: NDArray; dim: number; positions: NDArray | null } {
  let view = x
  let dim = 0
  let arrayDim = -1
  let positions: NDArray | null = null
  for (const part of complete(x, index)) {
    const before = view
    if (part === null) view = unsqueeze(view, dim++)
    else if (typeof part === 'number') view = select(view, dim, part)
    else if (part instanceof NDArray) {
      if (part.dtype === 'bool') {
        throw new IndexError(
          'a boolean mask selects a number of elements that depends on values: use await x.maskedSelect(mask)',
        )
      }
      if (positions !== null) throw new IndexError('at: one integer array at a time; apply the second to the result')
      positions = part
      arrayDim = dim++
    } else if (typeof part === 'object' && 'step' in part)
      view = sliceDim(view, dim++, part.start, part.stop, part.step)
    else {
      refuseForeign(part)
      throw notAnIndex(part)
    }
    if (before !== x && before !== view) before.dispose()
  }
  return { view, dim: arrayDim, positions }
}

const assignProgram = program(x1)
const fillProgram = program(scalar(0))

/** Write into all of `view`; a number takes its dtype where it fits. */
function assignTo(view: NDArray, value: NDArray | Scalar): void {
  if (value instanceof NDArray) updateInPlace('set', assignProgram, [view], [view, value])
  else updateInPlace('set', fillProgram, [view], [view], [value])
}

/** Write `value`, broadcast, where an index or a boolean mask says. */
export function setAt(x: NDArray, index: readonly Index[] | Index, value: NDArray | Scalar): void {
  const list = Array.isArray(index) ? (index as readonly Index[]) : [index as Index]
  const [mask] = list
  if (list.length === 1 && mask instanceof NDArray && mask.dtype === 'bool') {
    maskedFillInPlace(x, leading(mask, x), value)
    return
  }
  const { view, dim, positions } = resolve(x, list)
  if (positions === null) {
    assignTo(view, value)
    return
  }
  const shape = view.shape.with(dim, positions.size)
  const along = positions
    .flatten()
    .reshape(shape.map((size, i) => (i === dim ? size : 1)))
    .expand(shape)
  const target = [...view.shape.slice(0, dim), ...positions.shape, ...view.shape.slice(dim + 1)]
  const source = value instanceof NDArray ? value : NDArray.allocate(x.device, x.dtype, [])
  if (!(value instanceof NDArray)) assignTo(source, value)
  if (!sameShape(broadcastShapes(target, source.shape), target)) {
    throw new ShapeError(
      `set: a value of shape ${formatShape(source.shape)} does not broadcast to ${formatShape(target)}`,
    )
  }
  scatterInto('set', view, dim, along, source.expand(target).reshape(shape), 'set')
}

/** A mask over the leading dims of `x`, ready to broadcast. */
function leading(mask: NDArray, x: NDArray): NDArray {
  if (!sameShape(mask.shape, x.shape.slice(0, mask.ndim))) {
    throw new IndexError(
      `The shape of the mask ${formatShape(mask.shape)} at index 0 does not match the shape of the indexed tensor ` +
        `${formatShape(x.shape)} at index 0`,
    )
  }
  return mask.reshape([...mask.shape, ...new Array<number>(x.ndim - mask.ndim).fill(1)])
}
