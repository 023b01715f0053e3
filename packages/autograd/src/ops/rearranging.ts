import type { DiffOptions } from '@rungs/ndarray'
import * as nd from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { indexAdd } from './gather.ts'
import { cat } from './join.ts'

// Written once, for arrays and for tensors.
export const atLeast1d: typeof nd.atLeast1d<Tensor> = nd.atLeast1d
export const atLeast2d: typeof nd.atLeast2d<Tensor> = nd.atLeast2d
export const atLeast3d: typeof nd.atLeast3d<Tensor> = nd.atLeast3d
export const broadcastArrays: typeof nd.broadcastArrays<Tensor> = nd.broadcastArrays
export const meshgrid: typeof nd.meshgrid<Tensor> = nd.meshgrid
export const movedim: typeof nd.movedim<Tensor> = nd.movedim
export const split: typeof nd.split<Tensor> = nd.split
export const chunk: typeof nd.chunk<Tensor> = nd.chunk
export const tensorSplit: typeof nd.tensorSplit<Tensor> = nd.tensorSplit
export const hsplit: typeof nd.hsplit<Tensor> = nd.hsplit
export const vsplit: typeof nd.vsplit<Tensor> = nd.vsplit
export const dsplit: typeof nd.dsplit<Tensor> = nd.dsplit
export const unbind: typeof nd.unbind<Tensor> = nd.unbind
export const tile: typeof nd.tile<Tensor> = nd.tile
export const kron: typeof nd.kron<Tensor> = nd.kron
export const tensordot: typeof nd.tensordot<Tensor> = nd.tensordot

type List = number | readonly number[]

const rollOperator = defineOperator({
  name: 'Roll',
  forward: (_: Context, [x]: [Tensor], shifts: List, dims?: List) => nd.roll(x.array, shifts, dims),
  backward: (_, g, shifts, dims) => [roll(g, typeof shifts === 'number' ? -shifts : shifts.map((by) => -by), dims)],
})
/** Elements moved on by `shifts` along `dims`, those at the end to the front; without dims, in the flattened tensor. */
export const roll = (x: Tensor, shifts: List, dims?: List): Tensor => rollOperator([x], shifts, dims)

const repeatOperator = defineOperator({
  name: 'RepeatInterleave',
  forward: (_: Context, [x]: [Tensor], repeats: List, dim?: number) => nd.repeatInterleave(x.array, repeats, dim),
  backward(ctx, g, repeats, dim) {
    const shape = ctx.shapeOf(0)
    const lines = dim === undefined ? [nd.sizeOf(shape)] : shape
    const axis = nd.normalizeDim(dim ?? 0, lines.length, 'repeatInterleave')
    const { dtype, device } = g
    const places = nd.repeatInterleave(nd.arange(0, lines[axis]!, 1, { dtype: 'int32', device }), repeats, 0)
    const nothing = new Tensor(nd.zeros(lines, { dtype, device }))
    return [indexAdd(nothing, axis, new Tensor(places), g).reshape(shape)]
  },
})
/** Each position `repeats` times in a row along a dim (of the flattened tensor, where none is given); a list says it for each. */
export const repeatInterleave = (x: Tensor, repeats: List, dim?: number): Tensor =>
  repeatOperator([x], repeats, x.ndim === 0 ? undefined : dim)

/** As `DiffOptions` of arrays. */
export interface TensorDiffOptions extends Omit<DiffOptions, 'prepend' | 'append'> {
  readonly prepend?: Tensor
  readonly append?: Tensor
}

const diffOperator = defineOperator({
  name: 'Diff',
  forward: (_: Context, [x]: [Tensor], n: number, dim: number) => nd.diff(x.array, { n, dim }),
  // Each difference goes to the later of two with its sign, to the earlier against it: what differences with zeros around give.
  backward(_, g, n, dim) {
    if (n === 0) return [g]
    const shape = g.shape.with(dim, n)
    const zeros = new Tensor(nd.zeros(shape, { dtype: g.dtype, device: g.device }))
    const around = diff(g, { n, dim, prepend: zeros, append: zeros })
    return [n % 2 === 1 ? around.neg() : around]
  },
})

/** `x[i + 1] - x[i]` along a dim, the last one when left out, `n` times; booleans tell where neighbours differ. */
export function diff(x: Tensor, options: TensorDiffOptions = {}): Tensor {
  nd.checkOptions(options, ['n', 'dim', 'prepend', 'append'], 'diff')
  const { n = 1, dim = -1, prepend, append } = options
  const parts = [prepend, x, append].filter((part) => part !== undefined)
  checkTensors('diff', parts)
  return diffOperator([parts.length > 1 ? cat(parts, dim) : x], n, dim)
}

/** Side by side: vectors one behind another, all else along dim 1 (NumPy's `hstack`). */
export function hstack(tensors: readonly Tensor[]): Tensor {
  checkTensors('hstack', tensors)
  const list = tensors.map(atLeast1d)
  return cat(list, list[0]?.ndim === 1 ? 0 : 1)
}
/** One below another, a vector being a row (NumPy's `vstack`). */
export function vstack(tensors: readonly Tensor[]): Tensor {
  checkTensors('vstack', tensors)
  return cat(tensors.map(atLeast2d), 0)
}
/** One behind another in depth: along dim 2, a matrix being a sheet (NumPy's `dstack`). */
export function dstack(tensors: readonly Tensor[]): Tensor {
  checkTensors('dstack', tensors)
  return cat(tensors.map(atLeast3d), 2)
}
/** As columns: vectors become columns, matrices stay (NumPy's `column_stack`). */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  checkTensors('columnStack', tensors)
  return cat(
    tensors.map((x) => (x.ndim < 2 ? atLeast1d(x).unsqueeze(1) : x)),
    1,
  )
}
