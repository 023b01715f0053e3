import {
  formatShape,
  type NDArray,
  normalizeDim,
  type Shape,
  ShapeError,
  select as selectArray,
  sizeOf,
  zeros,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

/** An operation that edits a view, with the gradient's way back to the shape that was. */
function view<O extends readonly unknown[]>(
  name: string,
  forward: (x: NDArray, ...options: O) => NDArray,
  back: (upstream: Tensor, shape: Shape, ...options: O) => Tensor,
): (x: Tensor, ...options: O) => Tensor {
  const apply = defineOperator({
    name,
    forward: (_: Context, [x]: readonly [Tensor], ...options: O) => forward(x.array, ...options),
    backward: (ctx: Context, upstream: Tensor, ...options: O): Gradients => [
      back(upstream, ctx.shapeOf(0), ...options),
    ],
  })
  return (x, ...options) => apply([x], ...options)
}

/**
 * A view of some of the elements, each at most once. Its gradient is the upstream one written to the same view of zeros,
 * and the gradient of that is the view again.
 */
function selection<O extends readonly unknown[]>(
  name: string,
  forward: (x: NDArray, ...options: O) => NDArray,
): (x: Tensor, ...options: O) => Tensor {
  const place = defineOperator({
    name: `${name}Backward`,
    forward: (_: Context, [g]: readonly [Tensor], shape: Shape, options: O) => {
      const out = zeros(shape, { dtype: g.dtype, device: g.device })
      forward(out, ...options).copy_(g.array)
      return out
    },
    backward: (_ctx: Context, upstream: Tensor, _shape: Shape, options: O): Gradients => [select(upstream, ...options)],
  })
  const select = view(name, forward, (upstream, shape, ...options: O) => place([upstream], shape, options))
  return select
}

type View<O extends readonly unknown[]> = (x: Tensor, ...options: O) => Tensor

export const reshape: View<[shape: Shape]> = view(
  'Reshape',
  (x, shape: Shape) => x.reshape(shape),
  (g, shape) => g.reshape(shape),
)
export const flatten: View<[startDim?: number | undefined, endDim?: number | undefined]> = view(
  'Flatten',
  (x, startDim?: number, endDim?: number) => x.flatten(startDim, endDim),
  (g, shape) => g.reshape(shape),
)
/**
 * One dim as several; a size of -1 is what is left.
 * @throws {ShapeError} where the sizes do not multiply to that of the dim.
 */
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  const axis = normalizeDim(dim, x.ndim, 'unflatten')
  const [size, known] = [x.shape[axis]!, sizeOf(sizes.filter((each) => each !== -1))]
  if (sizes.includes(-1) ? size % known !== 0 : size !== known) {
    throw new ShapeError(
      `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${axis} (${size}) in the input tensor`,
    )
  }
  return reshape(x, [...x.shape.slice(0, axis), ...sizes, ...x.shape.slice(axis + 1)])
}
export const squeeze: View<[dim?: number | undefined]> = view(
  'Squeeze',
  (x, dim?: number) => x.squeeze(dim),
  (g, shape) => g.reshape(shape),
)
export const unsqueeze: View<[dim: number]> = view(
  'Unsqueeze',
  (x, dim: number) => x.unsqueeze(dim),
  (g, shape) => g.reshape(shape),
)
export const permute: View<[dims: readonly number[]]> = view(
  'Permute',
  (x, dims: readonly number[]) => x.permute(dims),
  (g, shape, dims) => {
    const back = new Array<number>(dims.length)
    dims.forEach((dim, i) => {
      back[dim < 0 ? dim + shape.length : dim] = i
    })
    return permute(g, back)
  },
)
export const transpose: View<[dim0: number, dim1: number]> = view(
  'Transpose',
  (x, dim0: number, dim1: number) => x.transpose(dim0, dim1),
  (g, _shape, dim0, dim1) => transpose(g, dim0, dim1),
)
/** The transpose of a matrix; vectors and numbers stay as they are. */
export const t: View<[]> = view(
  'T',
  (x) => x.t(),
  (g) => t(g),
)
/** All dims in reverse order. */
export const reversed: View<[]> = view(
  'Permute',
  (x) => x.T,
  (g) => reversed(g),
)
/** Dims of size 1 repeated, new ones in front; nothing is copied. */
export const expand: View<[shape: Shape]> = view(
  'Expand',
  (x, shape: Shape) => x.expand(shape),
  // The pass sums a gradient over the dims along which its tensor was broadcast.
  (g) => g,
)
export const flip: View<[dims: number | readonly number[]]> = view(
  'Flip',
  (x, dims: number | readonly number[]) => x.flip(dims),
  (g, _shape, dims) => flip(g, dims),
)

export const slice: View<
  [dim: number, start?: number | undefined, stop?: number | undefined, step?: number | undefined]
> = selection('Slice', (x, dim: number, start?: number, stop?: number, step?: number) =>
  x.slice(dim, start, stop, step),
)
/** One position of a dim, which goes away. */
export const select: View<[dim: number, index: number]> = selection('Select', selectArray)
export const diagonal: View<[options?: DiagonalOptions]> = selection('Diagonal', (x, options?: DiagonalOptions) =>
  x.diagonal(options),
)

export interface DiagonalOptions {
  readonly offset?: number
  readonly dim0?: number
  readonly dim1?: number
}

export interface UnfoldOptions {
  readonly step?: number
  readonly dilation?: number
}

/** Windows of `size` elements; where they overlap, their gradients add up. */
export const unfold: View<[dim: number, size: number, options?: UnfoldOptions]> = view(
  'Unfold',
  (x, dim: number, size: number, options?: UnfoldOptions) => x.unfold(dim, size, options),
  (g, shape, dim, size, options) => fold([g], shape, dim < 0 ? dim + shape.length : dim, size, options),
)

/** The reverse of `unfold`: one addition for each position in a window, of elements that do not overlap. */
const fold = defineOperator({
  name: 'UnfoldBackward',
  forward(
    _: Context,
    [g]: [Tensor],
    shape: Shape,
    dim: number,
    size: number,
    { step = 1, dilation = 1 }: UnfoldOptions = {},
  ) {
    const out = zeros(shape, { dtype: g.dtype, device: g.device })
    const windows = g.shape[dim] ?? 1
    for (let i = 0; i < size; i++) {
      const part = selectArray(g.array, -1, i)
      const start = i * dilation
      ;(shape.length === 0 ? out : out.slice(dim, start, start + (windows - 1) * step + 1, step)).add_(part)
    }
    return out
  },
  backward: (_, upstream, _shape, dim, size, options) => [unfold(upstream, dim, size, options)],
})
