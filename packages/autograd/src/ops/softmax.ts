import * as nd from '@rungs/ndarray'
import { type Expr, formulas as f, type Row } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b } from './formula.ts'
import { RowFormula } from './rowFormula.ts'

// Rules of their own: they read only the result, and take two kernels, or one, where the composed gradient takes five.
/** Of the upstream gradient `a` and the result `b`. */
export const softmaxGradient = (row: Row): Expr => f.mul(b, f.sub(a, row.sum(f.mul(a, b))))
const softmaxBackward = new RowFormula('SoftmaxBackward', 2, (row) => [softmaxGradient(row)])
const logSoftmaxBackward = new RowFormula('LogSoftmaxBackward', 2, (row) => [f.sub(a, f.mul(f.exp(b), row.sum(a)))])

const softmaxOperator = defineOperator({
  name: 'Softmax',
  forward(ctx: Context, [x]: [Tensor], dim: number) {
    ctx.saveOutput()
    return nd.softmax(x.array, dim)
  },
  backward: (ctx, g, dim) => softmaxBackward.apply([g, ctx.output()], dim),
})

const logSoftmaxOperator = defineOperator({
  name: 'LogSoftmax',
  forward(ctx: Context, [x]: [Tensor], dim: number) {
    ctx.saveOutput()
    return nd.logSoftmax(x.array, dim)
  },
  backward: (ctx, g, dim) => logSoftmaxBackward.apply([g, ctx.output()], dim),
})

/** `exp(x) / Σ exp(x)` along a dim. */
export const softmax = (x: Tensor, dim: number): Tensor => softmaxOperator([x], dim)
/** `softmax` of `-x`: the smallest gets the most. */
export const softmin = (x: Tensor, dim: number): Tensor => softmax(x.neg(), dim)
/** `x - log Σ exp(x)` along a dim. */
export const logSoftmax = (x: Tensor, dim: number): Tensor => logSoftmaxOperator([x], dim)
