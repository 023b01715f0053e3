import * as nd from '@rungs/ndarray'
import { type Expr, expr, formulas as f, program } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b, c, Formula } from './formula.ts'

const s0 = expr.scalar(0)
const closed = expr.constant(Number.NEGATIVE_INFINITY)
const scaled = f.mul(a, s0)

interface Kernels {
  readonly logits: nd.Program
  /** The exponentials; its last input is the largest logit of a row. */
  readonly weights: nd.Program
}

/** A row that is masked as a whole has no largest: its weights are zeros then, not differences of infinities. */
const above = (logits: Expr, largest: Expr): Expr =>
  f.exp(f.sub(logits, expr.where(f.eq(largest, closed), expr.constant(0), largest)))

const unmasked: Kernels = { logits: program(scaled), weights: program(above(scaled, b)) }
const masked: Kernels = {
  logits: program(expr.where(b, scaled, closed)),
  weights: program(expr.where(b, above(scaled, c), expr.constant(0))),
}
const biased: Kernels = { logits: program(f.add(scaled, b)), weights: program(above(f.add(scaled, b), c)) }
const share = program(expr.where(f.eq(b, 0), expr.constant(0), f.div(a, b)))

const product = Formula.derived('SoftmaxBackward', f.mul(a, b))
const gradient = Formula.derived('SoftmaxBackward', f.mul(s0, f.mul(b, f.sub(a, c))))

const operator = defineOperator({
  name: 'MaskedSoftmax',
  forward(ctx: Context, [scores, mask]: readonly [Tensor, Tensor | null], scale: number) {
    ctx.saveOutput()
    const kernels = mask === null ? unmasked : mask.dtype === 'bool' ? masked : biased
    const inputs = mask === null ? [scores.array] : [scores.array, mask.array]
    const largest = nd.reduce('softmax', 'max', kernels.logits, inputs, -1, true, [scale])
    const weights = nd.elementwise('softmax', kernels.weights, [...inputs, largest], [scale])
    const total = nd.sum(weights, -1, { keepdim: true })
    nd.updateInPlace('softmax', share, [weights], [weights, total])
    largest.dispose()
    total.dispose()
    return weights
  },
  backward(ctx, g, scale) {
    const y = ctx.output()
    const inputs = [g, y, product.applySummed([g, y], -1)]
    return [ctx.needs(0) ? gradient.apply(inputs, [scale]) : null, ctx.needs(1) ? gradient.apply(inputs, [1]) : null]
  },
})

/**
 * `softmax(scale · scores + mask)` along the last dim; a boolean mask, of the shape of the scores, lets through where it is
 * true. A row that lets nothing through is zeros.
 *
 * A rule of its own: four kernels forward and two back, and no logits kept, where composed operations take seven and five.
 */
export const maskedSoftmax = (scores: Tensor, mask: Tensor | null, scale: number): Tensor =>
  operator([scores, mask], scale)
