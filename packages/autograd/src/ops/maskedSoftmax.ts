import { type Expr, expr, formulas as f } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b } from './formula.ts'
import { RowFormula } from './rowFormula.ts'
import { softmaxGradient } from './softmax.ts'

const s0 = expr.scalar(0)
const NOTHING = expr.constant(0)
const closed = expr.constant(Number.NEGATIVE_INFINITY)
const scaled = f.mul(a, s0)

/** A row that is masked as a whole has no largest: its weights are zeros then, not differences of infinities. */
const softmaxOf = (inputs: number, logits: Expr): RowFormula =>
  new RowFormula('softmax', inputs, (row) => {
    const largest = row.max(logits)
    const weight = row.keep(f.exp(f.sub(logits, expr.where(f.eq(largest, closed), NOTHING, largest))))
    const total = row.sum(weight)
    return [expr.where(f.eq(total, 0), NOTHING, f.div(weight, total))]
  })

const unmasked = softmaxOf(1, scaled)
const masked = softmaxOf(2, expr.where(b, scaled, closed))
const biased = softmaxOf(2, f.add(scaled, b))

const gradient = new RowFormula('SoftmaxBackward', 2, (row) => [f.mul(s0, softmaxGradient(row))])
const gradients = new RowFormula('SoftmaxBackward', 2, (row) => {
  const ofMask = softmaxGradient(row)
  return [f.mul(s0, ofMask), ofMask]
})

const operator = defineOperator({
  name: 'MaskedSoftmax',
  forward(ctx: Context, [scores, mask]: readonly [Tensor, Tensor | null], scale: number) {
    ctx.saveOutput()
    const inputs = mask === null ? [scores.array] : [scores.array, mask.array]
    const formula = mask === null ? unmasked : mask.dtype === 'bool' ? masked : biased
    return formula.compute(inputs, -1, [scale])[0]!
  },
  backward: (ctx, g, scale) => (ctx.needs(1) ? gradients : gradient).apply([g, ctx.output()], -1, [scale]),
})

/**
 * `softmax(scale · scores + mask)` along the last dim; a boolean mask, of the shape of the scores, lets through where it is
 * true. A row that lets nothing through is zeros.
 *
 * A rule of its own: four kernels forward and two back, or one each, and no logits kept, where composed operations take
 * seven and five.
 */
export const maskedSoftmax = (scores: Tensor, mask: Tensor | null, scale: number): Tensor =>
  operator([scores, mask], scale)
