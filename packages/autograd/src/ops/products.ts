import type { ContractDims, NDArray } from '@rungs/ndarray'
import * as nd from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { permute } from './views.ts'

type Product = (a: Tensor, b: Tensor) => Tensor
/** The other operand, where this one wants a gradient. */
type Other = Tensor | null

/** A product of two tensors: each gradient is a product of the upstream gradient and the other tensor. */
function product(
  name: string,
  forward: (a: NDArray, b: NDArray) => NDArray,
  backward: (g: Tensor, a: Other, b: Other, ctx: Context) => Gradients,
): Product {
  const apply = defineOperator({
    name,
    forward(ctx: Context, [a, b]: readonly [Tensor, Tensor]) {
      ctx.save(ctx.needs(1) ? a : null, ctx.needs(0) ? b : null)
      return forward(a.array, b.array)
    },
    backward: (ctx: Context, g: Tensor): Gradients =>
      backward(g, ctx.needs(1) ? ctx.saved(0) : null, ctx.needs(0) ? ctx.saved(1) : null, ctx),
  })
  return (a, b) => apply([a, b])
}

/** (M, K) times (K, N). */
export const mm: Product = product('Mm', nd.mm, (g, a, b) => [b && mm(g, b.t()), a && mm(a.t(), g)])

/** (M, K) times (K,) gives (M,). */
export const mv: Product = product('Mv', nd.mv, (g, a, x) => [x && outer(g, x), a && mv(a.t(), g)])

/** (M,) and (N,) give every product, (M, N). */
export const outer: Product = product('Outer', nd.outer, (g, a, b) => [b && mv(g, b), a && mv(g.t(), a)])

/** (B, M, K) times (B, K, N), matrix by matrix. */
export const bmm: Product = product('Bmm', nd.bmm, (g, a, b) => [
  b && bmm(g, b.transpose(1, 2)),
  a && bmm(a.transpose(1, 2), g),
])

/**
 * NumPy's matmul: a 1-d operand is a row on the left and a column on the right, whose dim goes away again; dims before the
 * last two broadcast.
 */
export const matmul: Product = product('Matmul', nd.matmul, matmulGradients)

const innerProduct: Product = product('Dot', nd.dot, matmulGradients)
/** Inner product of vectors, matrix product of matrices. */
export const dot: Product = (a, b) => (a.ndim === 0 || b.ndim === 0 ? a.mul(b) : innerProduct(a, b))

function matmulGradients(g: Tensor, a: Other, b: Other, ctx: Context): Gradients {
  return [b && leftGradient(g, b, ctx.shapeOf(0).length), a && rightGradient(a, g, ctx.shapeOf(1).length)]
}

/** The upstream gradient as (…, M, N), with the dims back that a vector on either side took away. */
function asRowsAndColumns(g: Tensor, ndimOfA: number, ndimOfB: number): Tensor {
  const columns = ndimOfB === 1 ? g.unsqueeze(-1) : g
  return ndimOfA === 1 ? columns.unsqueeze(-2) : columns
}

function leftGradient(g: Tensor, b: Tensor, ndim: number): Tensor {
  const right = b.ndim === 1 ? b.unsqueeze(-1) : b
  const gradient = matmul(asRowsAndColumns(g, ndim, b.ndim), right.transpose(-1, -2))
  return ndim === 1 ? gradient.squeeze(-2) : gradient
}

function rightGradient(a: Tensor, g: Tensor, ndim: number): Tensor {
  const left = a.ndim === 1 ? a.unsqueeze(0) : a
  const upstream = asRowsAndColumns(g, a.ndim, ndim)
  // A matrix on the right met every row of the left: one contraction over all of them, however many dims they have.
  const gradient =
    ndim <= 2
      ? contract('matmul', firstDimFromLast(left), upstream, { batch: 0, m: 1, n: 1, k: left.ndim - 1 })
      : matmul(left.transpose(-1, -2), upstream)
  return ndim === 1 ? gradient.squeeze(-1) : gradient
}

/** (…, K) as (K, …). */
const firstDimFromLast = (x: Tensor): Tensor => permute(x, [x.ndim - 1, ...range(x.ndim - 1)])
const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i)

const contraction = defineOperator({
  name: 'Contract',
  forward(ctx: Context, [a, b]: [Tensor, Tensor], operation: string, dims: ContractDims) {
    ctx.save(ctx.needs(1) ? a : null, ctx.needs(0) ? b : null)
    return nd.contract(operation, a.array, b.array, dims)
  },
  backward(ctx, g, operation, { batch, m, n, k }) {
    // (batch, k, n) as (batch, n, k), and (batch, m, k) as (batch, k, m).
    const swap = (x: Tensor, first: number, second: number): Tensor =>
      permute(x, [...range(batch), ...range(second, batch + first), ...range(first, batch)])
    return [
      ctx.needs(0) ? contract(operation, g, swap(ctx.saved(1), k, n), { batch, m, n: k, k: n }) : null,
      ctx.needs(1) ? contract(operation, swap(ctx.saved(0), m, k), g, { batch, m: k, n, k: m }) : null,
    ]
  },
})

/** Sums of products, on which every other product stands: `a` is [batch…, m…, k…], `b` is [batch…, k…, n…]. */
export const contract = (operation: string, a: Tensor, b: Tensor, dims: ContractDims): Tensor =>
  contraction([a, b], operation, dims)

/**
 * `out[…, a] = Σnm left[…, n] · weight[a, n, m] · right[…, m] + bias[a]`: left (…, N), right (…, M), weight (A, N, M), bias (A,).
 * @throws {ShapeError} where sizes differ.
 */
export function bilinear(left: Tensor, right: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const rows = left.ndim - 1
  checkBilinear(left, right, weight)
  const forms = contract('bilinear', left, permute(weight, [1, 0, 2]), { batch: 0, m: rows, n: 2, k: 1 })
  const values = contract('bilinear', forms, right, { batch: rows, m: 1, n: 0, k: 1 })
  return bias === null ? values : values.add(bias)
}

function checkBilinear(left: Tensor, right: Tensor, weight: Tensor): void {
  const shapes = [left, right, weight].map(({ shape }) => nd.formatShape(shape)).join(', ')
  const refuse = (what: string, got: number | undefined, other: string): never => {
    throw new nd.ShapeError(
      `bilinear(): ${what}: got ${got} ${other}; shapes are (…, N), (…, M) and (A, N, M), not ${shapes}`,
    )
  }
  if (left.ndim !== right.ndim) refuse('input dimensions do not match', left.ndim, `and ${right.ndim}`)
  for (let dim = 0; dim < left.ndim - 1; dim++) {
    const [size, other] = [left.shape[dim], right.shape[dim]]
    if (size !== other) refuse(`input batch dimensions do not match at dim ${dim}`, size, `and ${other}`)
  }
  for (const [i, x] of [left, right].entries()) {
    const [size, expected] = [x.shape.at(-1), weight.shape[i + 1]]
    if (weight.ndim !== 3 || size !== expected) {
      refuse(`input${i + 1} size does not match weight size`, size, `but expected ${expected}`)
    }
  }
}

const linearOperator = defineOperator({
  name: 'Linear',
  forward(ctx: Context, [x, weight, bias]: [Tensor, Tensor, Tensor | null]) {
    ctx.save(ctx.needs(1) ? x : null, ctx.needs(0) ? weight : null)
    return nd.linear(x.array, weight.array, bias?.array)
  },
  backward(ctx, g) {
    const rows = g.ndim - 1
    return [
      ctx.needs(0) ? contract('linear', g, ctx.saved(1), { batch: 0, m: rows, n: 1, k: 1 }) : null,
      ctx.needs(1) ? contract('linear', firstDimFromLast(g), ctx.saved(0), { batch: 0, m: 1, n: 1, k: rows }) : null,
      ctx.needs(2) ? g : null,
    ]
  },
})

/** `x · weightᵀ + bias` in one kernel: x (…, in), weight (out, in), bias (out,). */
export const linear = (x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor =>
  linearOperator([x, weight, bias])
