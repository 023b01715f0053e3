import { dtypes, isFloat } from './dtype.ts'
import { type Expr, where } from './expr.ts'
import * as f from './formulas.ts'
import { type Operand, operandsFunction } from './functions.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'

/** Reckoned from the nearer end, as PyTorch does: both are met exactly. */
function between(a: Expr, b: Expr, weight: Expr): Expr {
  const step = f.sub(b, a)
  return where(f.lt(f.abs(weight), 0.5), f.add(a, f.mul(weight, step)), f.sub(b, f.mul(step, f.sub(1, weight))))
}

const interpolate = operandsFunction('lerp', (a, b, weight) => between(a!, b!, weight!))

/** `a + weight · (b - a)`. */
export const lerp = (a: NDArray, b: Operand, weight: Operand): NDArray => interpolate(a, b, weight)

export interface NanToNumOptions {
  /** In place of NaN; 0 when left out. */
  readonly nan?: number
  /** In place of infinity; the largest number of the dtype when left out. */
  readonly posinf?: number
  /** In place of minus infinity; the least number of the dtype when left out. */
  readonly neginf?: number
}

const replaceNaN = operandsFunction('nanToNum', (x, nan, posinf, neginf) =>
  where(
    f.isNaN(x!),
    nan!,
    where(f.eq(x!, Number.POSITIVE_INFINITY), posinf!, where(f.eq(x!, Number.NEGATIVE_INFINITY), neginf!, x!)),
  ),
)

/** Numbers in place of NaN and infinities; integers and booleans have none. */
export function nanToNum(x: NDArray, options: NanToNumOptions = {}): NDArray {
  checkOptions(options, ['nan', 'posinf', 'neginf'], 'nanToNum')
  if (!isFloat(x.dtype)) return x.clone()
  const { min, max } = dtypes[x.dtype]
  const { nan = 0, posinf = max, neginf = min } = options
  return replaceNaN(x, nan, posinf, neginf)
}
