import * as nd from '@rungs/ndarray'
import {
  type Dims,
  expr,
  formulas as f,
  normalizeDims,
  type ReduceOptions,
  type Shape,
  type VarianceOptions,
} from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { gradientOf } from './composition.ts'
import { a, b, c, Formula } from './formula.ts'
import { gather } from './gather.ts'

type Reduction = (x: Tensor, dims?: Dims, options?: ReduceOptions) => Tensor

/** `x`, which a reduction of `shape` gave, with the reduced dims back at size 1. */
function restore(x: Tensor, shape: Shape, dims: Dims | undefined): Tensor {
  const reduced = normalizeDims(dims, shape.length, 'sum')
  return x.reshape(shape.map((size, i) => (reduced.includes(i) ? 1 : size)))
}

function countOf(shape: Shape, dims: Dims | undefined): number {
  let count = 1
  for (const dim of normalizeDims(dims, shape.length, 'mean')) count *= shape[dim]!
  return count
}

/** A reduction of one tensor as a function with options. */
const reduction =
  <O extends ReduceOptions>(apply: (inputs: [Tensor], dims: Dims | undefined, options: O | undefined) => Tensor) =>
  (x: Tensor, dims?: Dims, options?: O): Tensor =>
    apply([x], dims, options)

export const sum: Reduction = reduction(
  defineOperator({
    name: 'Sum',
    forward: (_: Context, [x]: [Tensor], dims: Dims | undefined, options: ReduceOptions | undefined) =>
      nd.sum(x.array, dims, options),
    backward: (ctx, g, dims) => [restore(g, ctx.shapeOf(0), dims).expand(ctx.shapeOf(0))],
  }),
)

export const mean: Reduction = reduction(
  defineOperator({
    name: 'Mean',
    forward: (_: Context, [x]: [Tensor], dims: Dims | undefined, options: ReduceOptions | undefined) =>
      nd.mean(x.array, dims, options),
    backward: (ctx, g, dims) => {
      const shape = ctx.shapeOf(0)
      return [restore(g, shape, dims).div(countOf(shape, dims)).expand(shape)]
    },
  }),
)

/** The largest or the smallest; where several are, they share the gradient evenly. */
const extreme = (
  name: string,
  forward: (x: nd.NDArray, dims?: Dims, options?: ReduceOptions) => nd.NDArray,
): Reduction =>
  reduction(
    defineOperator({
      name,
      forward(ctx: Context, [x]: [Tensor], dims: Dims | undefined, options: ReduceOptions | undefined) {
        ctx.save(x)
        ctx.saveOutput()
        return forward(x.array, dims, options)
      },
      backward(ctx, g, dims) {
        const x = ctx.saved(0)
        const chosen = x.eq(restore(ctx.output(), x.shape, dims))
        const share = restore(g, x.shape, dims).div(chosen.sum(dims, { keepdim: true }))
        return [shareOut.apply([chosen, share])]
      },
    }),
  )
const shareOut = Formula.derived('EvenlyShared', expr.where(a, b, expr.constant(0)))

export const amax: Reduction = extreme('Amax', nd.amax)
export const amin: Reduction = extreme('Amin', nd.amin)

/** The product; its gradient is that of the same product as a tree of multiplications, so zeros need no special case. */
export const prod: Reduction = reduction(
  defineOperator({
    name: 'Prod',
    forward(ctx: Context, [x]: [Tensor], dims: Dims | undefined, options: ReduceOptions | undefined) {
      ctx.save(x)
      return nd.prod(x.array, dims, options)
    },
    backward: (ctx, g, dims) => [gradientOf((x) => productTree(x, dims), ctx.saved(0), g)],
  }),
)

function productTree(x: Tensor, dims: Dims | undefined): Tensor {
  const reduced = normalizeDims(dims, x.ndim, 'prod')
  const kept = x.shape.flatMap((_, i) => (reduced.includes(i) ? [] : [i]))
  const shape = kept.map((i) => x.shape[i]!)
  let product = x.permute([...kept, ...reduced]).reshape([...shape, countOf(x.shape, dims)])
  let rest: Tensor | null = null
  for (let n = product.shape.at(-1)!; n > 1; n = product.shape.at(-1)!) {
    const half = Math.floor(n / 2)
    if (n % 2 === 1) {
      const last = product.select(-1, n - 1)
      rest = rest === null ? last : rest.mul(last)
    }
    product = product.slice(-1, 0, half).mul(product.slice(-1, half, 2 * half))
  }
  if (product.shape.at(-1) === 0) return product.sum(-1).add(1)
  const single = product.squeeze(-1)
  return rest === null ? single : single.mul(rest)
}

/** `Σ (x - mean)² / (n - correction)`. */
export const variance: (x: Tensor, dims?: Dims, options?: VarianceOptions) => Tensor = reduction(
  defineOperator({
    name: 'Var',
    forward(ctx: Context, [x]: [Tensor], dims: Dims | undefined, options: VarianceOptions | undefined) {
      ctx.save(x)
      return nd.variance(x.array, dims, options)
    },
    backward: (ctx, g, dims, options) => [varianceGradient(ctx, restore(g, ctx.shapeOf(0), dims), dims, options)],
  }),
)

/** The root of `var`; where it is 0, so is the gradient. */
export const std: (x: Tensor, dims?: Dims, options?: VarianceOptions) => Tensor = reduction(
  defineOperator({
    name: 'Std',
    forward(ctx: Context, [x]: [Tensor], dims: Dims | undefined, options: VarianceOptions | undefined) {
      ctx.save(x)
      ctx.saveOutput()
      return nd.std(x.array, dims, options)
    },
    backward(ctx, g, dims, options) {
      const y = ctx.output()
      const ofVariance = g.div(y.mul(2)).maskedFill(y.eq(0), 0)
      return [varianceGradient(ctx, restore(ofVariance, ctx.shapeOf(0), dims), dims, options)]
    },
  }),
)

const twiceDeviation = Formula.derived('VarBackward', f.mul(a, f.mul(expr.scalar(0), f.sub(b, c))))

function varianceGradient(
  ctx: Context,
  g: Tensor,
  dims: Dims | undefined,
  { correction = 1 }: VarianceOptions = {},
): Tensor {
  const x = ctx.saved(0)
  const center = x.mean(dims, { keepdim: true })
  return twiceDeviation.apply([g, x, center], [2 / Math.max(0, countOf(x.shape, dims) - correction)])
}

const finite = expr.where(f.eq(c, Number.NEGATIVE_INFINITY), expr.constant(0), c)
const weights = Formula.derived('LogsumexpBackward', f.mul(a, f.exp(f.sub(b, finite))))

/** `log Σ exp(x)`, without overflow. */
export const logsumexp: Reduction = reduction(
  defineOperator({
    name: 'Logsumexp',
    forward(ctx: Context, [x]: [Tensor], dims: Dims | undefined, options: ReduceOptions | undefined) {
      ctx.save(x)
      ctx.saveOutput()
      return nd.logsumexp(x.array, dims, options)
    },
    backward(ctx, g, dims) {
      const x = ctx.saved(0)
      return [weights.apply([restore(g, x.shape, dims), x, restore(ctx.output(), x.shape, dims)])]
    },
  }),
)

/** Values along a dim and where they were found, an int32. */
export interface ValuesAndIndices {
  readonly values: Tensor
  readonly indices: Tensor
}

const along =
  (name: string, position: (x: nd.NDArray, dim: number, options: ReduceOptions) => nd.NDArray) =>
  (x: Tensor, dim: number, { keepdim = false }: ReduceOptions = {}): ValuesAndIndices => {
    if ((dim as unknown) === undefined) {
      throw new nd.AxisError(`${name}: a dim is missing; over all elements it is a${name}()`)
    }
    const found = new Tensor(position(x.array, dim, { keepdim: true }))
    const values = x.ndim === 0 ? x : gather(x, dim, found)
    if (keepdim || x.ndim === 0) return { values, indices: found }
    return { values: values.squeeze(dim), indices: found.squeeze(dim) }
  }

/** The largest along a dim; where several are, the first gets the gradient. */
export const max: (x: Tensor, dim: number, options?: ReduceOptions) => ValuesAndIndices = along('max', nd.argmax)
/** The smallest along a dim; where several are, the first gets the gradient. */
export const min: (x: Tensor, dim: number, options?: ReduceOptions) => ValuesAndIndices = along('min', nd.argmin)

const untracked =
  (forward: (x: nd.NDArray, dims?: Dims, options?: ReduceOptions) => nd.NDArray): Reduction =>
  (x, dims, options) =>
    new Tensor(forward(x.array, dims, options))
type Position = (x: Tensor, dim?: number, options?: ReduceOptions) => Tensor

export const any: Reduction = untracked(nd.any)
export const all: Reduction = untracked(nd.all)
/** Position of the first maximum, of the first NaN if there is one. */
export const argmax: Position = (x, dim, options) => new Tensor(nd.argmax(x.array, dim, options))
export const argmin: Position = (x, dim, options) => new Tensor(nd.argmin(x.array, dim, options))
