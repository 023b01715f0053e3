import { type Device, type DType, NDArray } from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'

const cloneOperator = defineOperator({
  name: 'Clone',
  forward: (_: Context, [x]: [Tensor]) => x.array.clone(),
  backward: (_, g) => [g],
})
/** A contiguous copy. */
export const clone = (x: Tensor): Tensor => cloneOperator([x])

const convertOperator = defineOperator({
  name: 'ToCopy',
  forward: (_: Context, [x]: [Tensor], target: DType | Device | NDArray, _back: Device) =>
    target instanceof NDArray ? target : x.array.to(target),
  // The pass itself casts a gradient to the dtype of its tensor.
  backward: (_, g, _target, back) => [g.to(back)],
})
/** As another dtype or on another device. */
export const to = (x: Tensor, target: DType | Device): Tensor =>
  target === x.dtype || target === x.device ? x : convertOperator([x], target, x.device)

/** A copy on another device, from any device. */
export async function transfer(x: Tensor, device: Device): Promise<Tensor> {
  return device === x.device ? x : convertOperator([x], await x.array.transfer(device), x.device)
}
