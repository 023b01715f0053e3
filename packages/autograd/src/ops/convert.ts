import { type Device, type DType, NDArray } from '@rungs/ndarray'
import { isGradEnabled } from '../gradMode.ts'
import type { Context } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'

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
  if (device === x.device) return x
  // Whether it is recorded is settled by where it is called, not by where it ends.
  const recorded = isGradEnabled()
  const array = await x.array.transfer(device)
  return recorded ? convertOperator([x], array, x.device) : new Tensor(array)
}
