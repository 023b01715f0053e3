import { ne, sub } from './elementwise.ts'
import { ShapeError } from './errors.ts'
import { composed } from './intermediates.ts'
import { join } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { normalizeDim } from './shape.ts'

export interface DiffOptions {
  /** How many times; 1 when left out. */
  readonly n?: number
  /** The last one when left out. */
  readonly dim?: number
  /** Put before and behind first. */
  readonly prepend?: NDArray
  readonly append?: NDArray
}

/** `x[i + 1] - x[i]` along a dim, which gets shorter by one; booleans tell where neighbours differ. */
export function diff(x: NDArray, options: DiffOptions = {}): NDArray {
  checkOptions(options, ['n', 'dim', 'prepend', 'append'], 'diff')
  const { n = 1, dim = -1, prepend, append } = options
  if (x.ndim === 0) throw new ShapeError('diff expects input to be at least one-dimensional')
  const axis = normalizeDim(dim, x.ndim, 'diff')
  if (!Number.isInteger(n) || n < 0)
    throw new ShapeError(`order must be non-negative but got ${n}: diff, whose n is an integer`)
  return composed(() => {
    const parts = [prepend, x, append].filter((part) => part !== undefined)
    let out = parts.length > 1 ? join('diff', parts, axis) : x
    for (let i = 0; i < n; i++) {
      const [later, earlier] = [out.slice(axis, 1), out.slice(axis, 0, -1)]
      const next = out.dtype === 'bool' ? ne(later, earlier) : sub(later, earlier)
      if (out !== x) out.dispose()
      out = next
    }
    return out === x ? x.clone() : out
  })
}
