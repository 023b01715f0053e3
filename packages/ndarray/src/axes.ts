import { AxisError, RungsError, ShapeError } from './errors.ts'
import { checkOptions } from './options.ts'
import { composedOf, type Rearrangeable } from './rearrangeable.ts'
import { broadcastShapes, listOf, normalizeDim, type Shape } from './shape.ts'

/** Views that move dims about or repeat them. */

/** Dims `source` moved to the places `destination`; the others keep their order. */
export function movedim<A extends Rearrangeable<A>>(
  x: A,
  source: number | readonly number[],
  destination: number | readonly number[],
): A {
  const from = listOf(source).map((dim) => normalizeDim(dim, x.ndim, 'movedim'))
  const to = listOf(destination).map((dim) => normalizeDim(dim, x.ndim, 'movedim'))
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw new AxisError(
      `movedim: source and destination name as many dims, each once; got [${from.join(', ')}] and [${to.join(', ')}]`,
    )
  }
  const rest = x.shape.map((_, dim) => dim).filter((dim) => !from.includes(dim))
  return x.permute(x.shape.map((_, place) => (to.includes(place) ? from[to.indexOf(place)]! : rest.shift()!)))
}

/** All arrays in the shape that they broadcast to, repeating by strides of 0. */
export function broadcastArrays<A extends Rearrangeable<A>>(...arrays: readonly A[]): A[] {
  const shape = arrays.map((x) => x.shape).reduce<Shape>((a, b) => broadcastShapes(a, b), [])
  return arrays.map((x) => x.expand(shape))
}

/** At least one dim: a number becomes (1,). */
export const atLeast1d = <A extends Rearrangeable<A>>(x: A): A => (x.ndim === 0 ? x.unsqueeze(0) : x)
/** At least two dims: a vector becomes a row. */
export const atLeast2d = <A extends Rearrangeable<A>>(x: A): A => (x.ndim < 2 ? atLeast1d(x).unsqueeze(0) : x)
/** At least three dims: (n,) becomes (1, n, 1), and (m, n) becomes (m, n, 1). */
export const atLeast3d = <A extends Rearrangeable<A>>(x: A): A => (x.ndim < 3 ? atLeast2d(x).unsqueeze(-1) : x)

export interface MeshgridOptions {
  /** Whether the first array runs along dim 1, as x does in a picture, or along dim 0; 'xy' when left out. */
  readonly indexing?: 'xy' | 'ij'
}

/** The coordinates of a grid, one array for each of the vectors that span it; views, which repeat. */
export function meshgrid<A extends Rearrangeable<A>>(vectors: readonly A[], options: MeshgridOptions = {}): A[] {
  if (!Array.isArray(vectors)) throw new ShapeError('meshgrid: the vectors are one list: write meshgrid([x, y])')
  checkOptions(options, ['indexing'], 'meshgrid')
  const { indexing = 'xy' } = options
  if (indexing !== 'xy' && indexing !== 'ij') {
    throw new RungsError(`Valid values for \`indexing\` are 'xy' and 'ij': meshgrid, got '${String(indexing)}'`)
  }
  return composedOf(vectors[0], () => {
    const grid = vectors.map((x, i) => x.reshape(vectors.map((_, dim) => (dim === i ? x.size : 1))))
    const full = broadcastArrays(...grid)
    return indexing === 'xy' && vectors.length > 1 ? full.map((x) => x.transpose(0, 1)) : full
  })
}
