import { asArray } from './asarray.ts'
import { zeros } from './create.ts'
import { checkArray, commonDevice, compute } from './dispatch.ts'
import { DTypeError, ShapeError } from './errors.ts'
import { constant, scalar, where } from './expr.ts'
import * as f from './formulas.ts'
import type { Operand } from './functions.ts'
import { gatherFrom } from './gather.ts'
import { composed } from './intermediates.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { type Program, program } from './program.ts'
import { formatShape, sameShape } from './shape.ts'

export interface SearchOptions {
  /** Behind equal elements; before them when left out. */
  readonly right?: boolean
}

const programs: { left?: Program; right?: Program } = {}

/** Half of the range goes on: the upper one where the element in the middle (input 1) is below the value (input 2). */
function stepProgram(side: 'left' | 'right'): Program {
  const [middle, value] = [f.x1, f.x2]
  const isBelow =
    side === 'left'
      ? f.or(f.lt(middle, value), f.and(f.isNaN(value), f.not(f.isNaN(middle))))
      : f.or(f.le(middle, value), f.isNaN(value))
  return program(f.add(f.x0, where(isBelow, scalar(0), constant(0, 'int32'))))
}

/**
 * Where `values` go into `sorted` so that it stays in order: int32 positions, as many as there are values. `sorted` is a
 * vector, or has rows for the rows of `values`, which may be a number; NaN counts as greater than everything.
 */
export function searchsorted(sorted: NDArray, values: Operand, options: SearchOptions = {}): NDArray {
  checkOptions(options, ['right'], 'searchsorted')
  checkArray(sorted, 'searchsorted')
  return composed(() => search('searchsorted', sorted, asArray(values, sorted), options.right ?? false))
}

export function search(operation: string, sorted: NDArray, values: NDArray, right: boolean): NDArray {
  const device = commonDevice([sorted, values], operation)
  const isVector = sorted.ndim === 1
  if ([sorted.dtype, values.dtype].sort().join() === 'int32,uint32') {
    throw new DTypeError(
      `${operation}: no dtype holds both ${sorted.dtype} and ${values.dtype}; cast one with x.to(dtype)`,
    )
  }
  if (!isVector && !(sorted.ndim > 0 && sameShape(sorted.shape.slice(0, -1), values.shape.slice(0, -1)))) {
    throw new ShapeError(
      `${operation}: boundaries should be 1 dimension or the first N-1 dimensions of boundaries and input value must match, ` +
        `got ${formatShape(sorted.shape)} and ${formatShape(values.shape)}`,
    )
  }
  return composed(() => {
    const side = right ? 'right' : 'left'
    programs[side] ??= stepProgram(side)
    const source = programs[side]
    const stride = sorted.strides.at(-1)!
    const strides = values.shape.map((_, dim) => (isVector || dim === values.ndim - 1 ? 0 : sorted.strides[dim]!))
    let position = zeros(values.shape, { dtype: 'int32', device })
    const signature = { inputs: ['int32', sorted.dtype, values.dtype] as const, scalars: ['int32'] as const }
    for (let left = sorted.shape.at(-1)!; left > 0 && position.size > 0; ) {
      const half = Math.max(left >> 1, 1)
      // Positions are counted from the element before the middle, so that the gather does the adding.
      const middle = sorted.view(values.shape, strides, sorted.offset + (half - 1) * stride)
      const axis = { stride, size: sorted.shape.at(-1)! - half + 1, operation }
      const elements = gatherFrom(middle, position, axis)
      const next = compute(operation, source, [position, elements, values], [half], signature)
      elements.dispose()
      position.dispose()
      position = next
      left = left === 1 ? 0 : left - half
    }
    return position
  })
}
