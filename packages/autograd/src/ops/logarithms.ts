import * as nd from '@rungs/ndarray'
import { formulas as f } from '@rungs/ndarray'
import { type Binary, binary, type Unary, unary } from './elementwise.ts'
import { a, b, g, y } from './formula.ts'

const { div: over, mul: times, sub } = f

/** `2ˣ`. */
export const exp2: Unary = unary('Exp2', nd.exp2, times(g, times(y, Math.LN2)))
export const log2: Unary = unary('Log2', nd.log2, over(g, times(a, Math.LN2)))
export const log10: Unary = unary('Log10', nd.log10, over(g, times(a, Math.LN10)))
/** `log(exp(a) + exp(b))` without overflow. */
export const logaddexp: Binary = binary(
  'Logaddexp',
  nd.logaddexp,
  times(g, f.sigmoid(sub(a, b))),
  times(g, f.sigmoid(sub(b, a))),
)
