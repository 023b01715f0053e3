import { IndexError } from './errors.ts'
import { NDArray } from './ndarray.ts'
import { formatShape } from './shape.ts'

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

export const notAnIndex = (part: unknown): IndexError =>
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

/** How many dims of an array a part of an index stands for. */
function dimsNamedBy(part: Index): number {
  if (part === null || part === '...') return 0
  return part instanceof NDArray && part.dtype === 'bool' ? part.ndim : 1
}

/** An index with its text read and `'...'` spelled out. */
export function complete(x: NDArray, index: readonly Index[]): Exclude<Index, string>[] {
  const dims = index.reduce<number>((sum, part) => sum + dimsNamedBy(part), 0)
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
