import * as nd from '@rungs/ndarray'
import { expr, formulas as f, type NanToNumOptions } from '@rungs/ndarray'
import { Tensor } from '../tensor.ts'
import { type Binary, binary, clamp, type Operand } from './elementwise.ts'
import { a, b, c, Formula, g, y, ZERO } from './formula.ts'

const { and, div: over, eq: equal, ge: atLeast, gt: above, le: atMost, lt: below, mul: times, or, sub } = f
const { where: choose } = expr

const interpolated = Formula.withGradients('Lerp', [times(g, sub(1, c)), times(g, c), times(g, sub(b, a))])
/** `start + weight · (end - start)`. */
export function lerp(start: Tensor, end: Operand, weight: Operand): Tensor {
  const inputs = [start, beside(start, end), beside(start, weight)] as const
  const [from, to, by] = inputs.map((x) => x.array) as [nd.NDArray, nd.NDArray, nd.NDArray]
  return interpolated.record(nd.lerp(from, to, by), inputs)
}

/** A number as a 0-d tensor like `x`. */
const beside = ({ dtype, device }: Tensor, value: Operand): Tensor =>
  value instanceof Tensor ? value : new Tensor(nd.full([], value, { dtype, device }))

const finiteOnly = Formula.withGradients('NanToNum', [choose(f.isFinite(a), g, ZERO)])
/** Numbers in place of NaN and infinities, through which no gradient goes. */
export const nanToNum = (x: Tensor, options?: NanToNumOptions): Tensor =>
  finiteOnly.record(nd.nanToNum(x.array, options), [x])

/** The magnitude of `a` with the sign of `b`; at 0 the gradient is 0. */
export const copysign: Binary = binary('Copysign', nd.copysign, choose(equal(a, 0), ZERO, times(g, over(y, a))), ZERO)

const between = Formula.withGradients('Clip', [
  choose(and(atLeast(a, b), atMost(a, c)), g, ZERO),
  choose(and(below(a, b), below(b, c)), g, ZERO),
  choose(or(above(a, c), below(c, b)), g, ZERO),
])
/** `clamp` in NumPy's words, and by bounds of which each element has its own: they get the gradient where they bind. */
export function clip(x: Tensor, min?: Operand, max?: Operand): Tensor {
  if (!(min instanceof Tensor) && !(max instanceof Tensor)) {
    return clamp(x, { ...(min !== undefined && { min: Number(min) }), ...(max !== undefined && { max: Number(max) }) })
  }
  const inputs = [x, beside(x, min ?? Number.NEGATIVE_INFINITY), beside(x, max ?? Number.POSITIVE_INFINITY)] as const
  return between.record(nd.clip(x.array, inputs[1].array, inputs[2].array), inputs)
}
