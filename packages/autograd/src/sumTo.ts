import { formatShape, type Shape, sameShape } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import type { Node } from './graph.ts'
import type { Tensor } from './tensor.ts'

/** The dims of `from` along which an array of shape `to` was broadcast. */
export function broadcastDims(from: Shape, to: Shape): number[] {
  const added = from.length - to.length
  const dims: number[] = []
  for (let i = 0; i < from.length; i++) if (i < added || (to[i - added] === 1 && from[i] !== 1)) dims.push(i)
  return dims
}

/** The sum of `x` over the dims along which `shape` broadcasts to it: the reverse of `expand`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : x.sum(broadcastDims(x.shape, shape), { keepdim: true }).reshape(shape)
}

/** A gradient that `node` returned, in the shape and dtype of the tensor that it belongs to. */
export function conform(gradient: Tensor, target: Node, node: Node, index: number): Tensor {
  if (!broadcastsTo(target.shape, gradient.shape)) {
    throw new AutogradError(
      `Function ${node.name} returned an invalid gradient at index ${index} - got ${formatShape(gradient.shape)} but ` +
        `expected shape compatible with ${formatShape(target.shape)}`,
    )
  }
  return sumTo(gradient, target.shape).to(target.dtype)
}

function broadcastsTo(shape: Shape, larger: Shape): boolean {
  const added = larger.length - shape.length
  if (added < 0) return false
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1 && shape[i] !== larger[i + added]) return false
  return true
}
