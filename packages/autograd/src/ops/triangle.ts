import * as nd from '@rungs/ndarray'
import { expr, formulas as f } from '@rungs/ndarray'
import type { Tensor } from '../tensor.ts'
import { a, Formula } from './formula.ts'

type Triangle = (x: Tensor, diagonal?: number) => Tensor

function triangle(
  name: string,
  forward: (x: nd.NDArray, diagonal: number) => nd.NDArray,
  within: typeof f.le,
): Triangle {
  /** Formulas name coordinates, so there is one for each number of dims. */
  const formulas = new Map<number, Formula>()
  return (x, diagonal = 0) => {
    const array = forward(x.array, diagonal)
    let formula = formulas.get(x.ndim)
    if (formula === undefined) {
      const right = f.sub(expr.coord(x.ndim - 1), expr.coord(x.ndim - 2))
      formula = Formula.derived(name, expr.where(within(right, expr.scalar(0)), a, expr.constant(0)))
      formulas.set(x.ndim, formula)
    }
    return formula.record(array, [x], [diagonal])
  }
}

/** The lower triangle of each matrix, zeros elsewhere; `diagonal` counts from the main one to the right. */
export const tril: Triangle = triangle('Tril', nd.tril, f.le)
/** The upper triangle of each matrix, zeros elsewhere. */
export const triu: Triangle = triangle('Triu', nd.triu, f.ge)
