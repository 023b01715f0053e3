import { cat, stack, type Tensor, zerosLike } from '@rungs/autograd'

/** The gradients of all parameters in one dim; zeros where there is none. */
export const flatGradient = (params: readonly Tensor[]): Tensor =>
  cat(params.map((param) => (param.grad ?? zerosLike(param)).detach().flatten()))

/** The part of a vector that belongs to parameter `i`, in its shape. */
export function pieceOf(vector: Tensor, params: readonly Tensor[], i: number): Tensor {
  const from = params.slice(0, i).reduce((sum, { size }) => sum + size, 0)
  const { shape, size } = params[i]!
  return vector.slice(0, from, from + size).reshape(shape)
}

/** The values of tensors of one element each, read together. */
export async function read<T extends readonly Tensor[]>(...xs: T): Promise<{ [K in keyof T]: number }> {
  const { dtype } = xs[xs.length - 1]!
  const values = await stack(xs.map((x) => x.detach().reshape([]).to(dtype))).toTypedArray()
  return Array.from(values) as { [K in keyof T]: number }
}
