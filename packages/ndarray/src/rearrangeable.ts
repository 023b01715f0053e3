import { composed } from './intermediates.ts'
import { NDArray } from './ndarray.ts'
import type { Shape } from './shape.ts'

/** What functions that are written once, for arrays and for tensors, ask of either. */
export interface Rearrangeable<A> {
  readonly shape: Shape
  readonly ndim: number
  readonly size: number
  reshape(shape: Shape): A
  permute(dims: readonly number[]): A
  transpose(dim0: number, dim1: number): A
  unsqueeze(dim: number): A
  expand(shape: Shape): A
  slice(dim: number, start?: number, stop?: number): A
  select(dim: number, index: number): A
  clone(): A
}

/** As `composed` where `x` is an array; a tensor's history may need whatever `body` makes. */
export const composedOf = <T extends object>(x: unknown, body: () => T): T =>
  x instanceof NDArray ? composed(body) : body()
