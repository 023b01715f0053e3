import type { ContractDims, DType, Shape } from '@rungs/ndarray'

/**
 * What einsum needs of an array: the fewest methods in which every equation can be said. `NDArray` has them, and so has
 * `Tensor` of `@rungs/autograd`, whose own gradients make einsum differentiable.
 */
export interface Contractible<A> {
  readonly shape: Shape
  readonly dtype: DType
  /** Whether a graph holds what it was made of. */
  readonly requiresGrad?: boolean
  to(dtype: DType): A
  /** Views: no element moves. */
  permute(dims: readonly number[]): A
  reshape(shape: Shape): A
  diagonal(dims: { readonly dim0: number; readonly dim1: number }): A
  sum(dims: readonly number[]): A
  /** Elementwise, broadcast. */
  mul(other: A): A
  /** `out[batch, m, n] = Σk this[batch, m, k] · other[batch, k, n]`, with so many dims in each group. */
  contract(other: A, dims: ContractDims, operation: string): A
  /** Let go of an array that einsum made on the way; views of it live on. */
  dispose?(): void
}
