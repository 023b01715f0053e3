import type { ContractDims } from './contract.ts'
import { elementwise, reduce } from './dispatch.ts'
import { ShapeError } from './errors.ts'
import { input } from './expr.ts'
import * as f from './formulas.ts'
import { composed } from './intermediates.ts'
import { stack } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { type Program, program } from './program.ts'
import { composedOf, type Rearrangeable } from './rearrangeable.ts'
import { broadcastShapes, formatShape, normalizeDim } from './shape.ts'
import { select } from './views.ts'

/** Every element of `a` times all of `b`, in blocks: the Kronecker product, dim by dim. */
export function kron<A extends Rearrangeable<A> & { mul(other: A): A }>(a: A, b: A): A {
  const ndim = Math.max(a.ndim, b.ndim)
  const sizes = (x: A): number[] => [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape]
  const [rows, blocks] = [sizes(a), sizes(b)]
  return composedOf(a, () => {
    const product = a.reshape(rows.flatMap((size) => [size, 1])).mul(b.reshape(blocks.flatMap((size) => [1, size])))
    return product.reshape(rows.map((size, dim) => size * blocks[dim]!))
  })
}

let crossProgram: Program | undefined

/** The vector product along a dim of size 3; the others broadcast. */
export function cross(a: NDArray, b: NDArray, dim = -1): NDArray {
  const shape = broadcastShapes(a.shape, b.shape)
  const axis = normalizeDim(dim, shape.length, 'cross')
  const behind = axis - shape.length
  if (a.shape.at(behind) !== 3 || b.shape.at(behind) !== 3) {
    throw new ShapeError(
      `cross: inputs dimension ${dim} must have length 3. Got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    )
  }
  crossProgram ??= program(f.sub(f.mul(f.x0, f.x1), f.mul(f.x2, input(3))))
  const source = crossProgram
  return composed(() => {
    const [left, right] = [a.expand(shape), b.expand(shape)]
    const parts = [0, 1, 2].map((i) => {
      const [j, k] = [(i + 1) % 3, (i + 2) % 3]
      const inputs = [select(left, axis, j), select(right, axis, k), select(left, axis, k), select(right, axis, j)]
      return elementwise('cross', source, inputs)
    })
    return stack(parts, axis)
  })
}

/**
 * Sums of products over several dims: the last `dims` of `a` with the first of `b`, or those that two lists name. What is
 * left of `a` comes first.
 */
export function tensordot<
  A extends Rearrangeable<A> & { contract(other: A, dims: ContractDims, operation: string): A },
>(a: A, b: A, dims: number | readonly [readonly number[], readonly number[]] = 2): A {
  const [left, right] = typeof dims === 'number' ? contractedDims(a, b, dims) : dims
  const from = left.map((dim) => normalizeDim(dim, a.ndim, 'tensordot'))
  const to = right.map((dim) => normalizeDim(dim, b.ndim, 'tensordot'))
  if (from.length !== to.length || from.some((dim, i) => a.shape[dim] !== b.shape[to[i]!])) {
    throw new ShapeError(
      `contracted dimensions need to match, but got [${from.join(', ')}] of ${formatShape(a.shape)} and [${to.join(', ')}] ` +
        `of ${formatShape(b.shape)}: tensordot`,
    )
  }
  const rest = (x: A, taken: readonly number[]): number[] => x.shape.map((_, i) => i).filter((i) => !taken.includes(i))
  const [m, n] = [rest(a, from), rest(b, to)]
  const groups = { batch: 0, m: m.length, n: n.length, k: from.length }
  return composedOf(a, () => a.permute([...m, ...from]).contract(b.permute([...to, ...n]), groups, 'tensordot'))
}

function contractedDims<A extends Rearrangeable<A>>(a: A, b: A, count: number): [number[], number[]] {
  if (!Number.isInteger(count) || count < 0 || count > Math.min(a.ndim, b.ndim)) {
    throw new ShapeError(
      `tensordot expects dims >= 0 and at most the dims of both, got ${count} for ${formatShape(a.shape)} and ` +
        formatShape(b.shape),
    )
  }
  const places = [...new Array<number>(count).keys()]
  return [places.map((i) => a.ndim - count + i), places]
}

let productProgram: Program | undefined

/** Sums of products along a dim, the others broadcast. */
export function vecdot(a: NDArray, b: NDArray, dim = -1): NDArray {
  productProgram ??= program(f.mul(f.x0, f.x1))
  return reduce('vecdot', 'sum', productProgram, [a, b], dim, false)
}
