import { compute } from './dispatch.ts'
import { IndexError, ShapeError } from './errors.ts'
import { coord, scalar, where } from './expr.ts'
import * as f from './formulas.ts'
import type { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'
import { formatShape } from './shape.ts'

/** Formulas name coordinates, so there is one for each number of dims. */
const programs = new Map<string, Program>()

function triangle(name: 'tril' | 'triu', x: NDArray, diagonal: number): NDArray {
  const { ndim } = x
  if (ndim < 2) throw new ShapeError(`${name}: input must have at least 2 dimensions, got ${formatShape(x.shape)}`)
  if (!Number.isInteger(diagonal)) throw new IndexError(`${name}: diagonal must be an integer, got ${diagonal}`)
  const nearest = Math.min(Math.max(diagonal, -x.shape[ndim - 2]!), x.shape[ndim - 1]!)
  const key = name + ndim
  let source = programs.get(key)
  if (source === undefined) {
    const last = f.add(coord(ndim - 2), scalar(0))
    const inside = name === 'tril' ? f.le(coord(ndim - 1), last) : f.ge(coord(ndim - 1), last)
    source = program(where(inside, f.x0, scalar(1)))
    programs.set(key, source)
  }
  return compute(name, source, [x], [nearest, 0], { inputs: [x.dtype], scalars: ['int32', x.dtype] })
}

/** The lower triangle of each matrix, zeros elsewhere; `diagonal` counts from the main one to the right. */
export const tril = (x: NDArray, diagonal = 0): NDArray => triangle('tril', x, diagonal)
/** The upper triangle of each matrix, zeros elsewhere. */
export const triu = (x: NDArray, diagonal = 0): NDArray => triangle('triu', x, diagonal)
