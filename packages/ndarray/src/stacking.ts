import { atLeast1d, atLeast2d, atLeast3d } from './axes.ts'
import { composed } from './intermediates.ts'
import { join } from './join.ts'
import type { NDArray } from './ndarray.ts'

/** Side by side: vectors one behind another, all else along dim 1 (NumPy's `hstack`). */
export function hstack(arrays: readonly NDArray[]): NDArray {
  return composed(() => {
    const list = arrays.map(atLeast1d)
    return join('hstack', list, list[0]?.ndim === 1 ? 0 : 1)
  })
}

/** One below another, a vector being a row (NumPy's `vstack`). */
export const vstack = (arrays: readonly NDArray[]): NDArray => composed(() => join('vstack', arrays.map(atLeast2d), 0))

/** One behind another in depth: along dim 2, a matrix being a sheet (NumPy's `dstack`). */
export const dstack = (arrays: readonly NDArray[]): NDArray => composed(() => join('dstack', arrays.map(atLeast3d), 2))

/** As columns: vectors become columns, matrices stay (NumPy's `column_stack`). */
export const columnStack = (arrays: readonly NDArray[]): NDArray =>
  composed(() =>
    join(
      'columnStack',
      arrays.map((x) => (x.ndim < 2 ? atLeast1d(x).unsqueeze(1) : x)),
      1,
    ),
  )
