import * as nd from '@rungs/ndarray'
import { formulas as f } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b, c, Formula } from './formula.ts'

// Rules of their own: they read only the result, and take two kernels where the composed gradient takes five.
const product = Formula.derived('SoftmaxBackward', f.mul(a, b))
const softmaxGradient = Formula.derived('SoftmaxBackward', f.mul(b, f.sub(a, c)))
const logSoftmaxGradient = Formula.derived('LogSoftmaxBackward', f.sub(a, f.mul(f.exp(b), c)))

const softmaxOperator = defineOperator({
  name: 'Softmax',
  forward(ctx: Context, [x]: [Tensor], dim: number) {
    ctx.saveOutput()
    return nd.softmax(x.array, dim)
  },
  backward(ctx, g, dim) {
    const y = ctx.output()
    return [softmaxGradient.apply([g, y, product.applySummed([g, y], dim)])]
  },
})

const logSoftmaxOperator = defineOperator({
  name: 'LogSoftmax',
  forward(ctx: Context, [x]: [Tensor], dim: number) {
    ctx.saveOutput()
    return nd.logSoftmax(x.array, dim)
  },
  backward: (ctx, g, dim) => [logSoftmaxGradient.apply([g, ctx.output(), g.sum(dim, { keepdim: true })])],
})

/** `exp(x) / Σ exp(x)` along a dim. */
export const softmax = (x: Tensor, dim: number): Tensor => softmaxOperator([x], dim)
/** `softmax` of `-x`: the smallest gets the most. */
export const softmin = (x: Tensor, dim: number): Tensor => softmax(x.neg(), dim)
/** `x - log Σ exp(x)` along a dim. */
export const logSoftmax = (x: Tensor, dim: number): Tensor => logSoftmaxOperator([x], dim)
