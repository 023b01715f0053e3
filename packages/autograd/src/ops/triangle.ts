import { elementwise, expr, formulas as f, formatShape, ShapeError } from '@rungs/ndarray'
import type { Tensor } from '../tensor.ts'
import { a, Formula } from './formula.ts'

/** Formulas that name coordinates, by number of dims. */
const triangles = new Map<string, Formula>()

function triangle(name: 'Tril' | 'Triu', x: Tensor, diagonal: number): Tensor {
  if (x.ndim < 2)
    throw new ShapeError(`${name.toLowerCase()}: input must have at least 2 dimensions, got ${formatShape(x.shape)}`)
  const key = `${name}${x.ndim}`
  let formula = triangles.get(key)
  if (formula === undefined) {
    const above = f.sub(expr.coord(x.ndim - 1), expr.coord(x.ndim - 2))
    const inside = name === 'Tril' ? f.le(above, expr.scalar(0)) : f.ge(above, expr.scalar(0))
    formula = Formula.derived(name, expr.where(inside, a, expr.constant(0)))
    triangles.set(key, formula)
  }
  return formula.record(elementwise(name, formula.program, [x.array], [diagonal]), [x], [diagonal])
}

/** The lower triangle of each matrix, zeros elsewhere; `diagonal` counts from the main one to the right. */
export const tril = (x: Tensor, diagonal = 0): Tensor => triangle('Tril', x, diagonal)
/** The upper triangle of each matrix, zeros elsewhere. */
export const triu = (x: Tensor, diagonal = 0): Tensor => triangle('Triu', x, diagonal)
