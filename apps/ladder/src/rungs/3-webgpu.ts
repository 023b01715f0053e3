// Rung 2 on the GPU. Nothing in its loop names a device: an operation runs where its arrays live, so it is enough to
// create the arrays there. `device` comes from `await createWebGpuDevice()` of @rungs/kernels-webgpu; see ../device.ts.
import type { Device, NDArray } from '@rungs/ndarray'
import * as byHand from './2-torch.ts'

export function* train(device: Device): Generator<NDArray> {
  // Each loss is an array too, and stays on the GPU until somebody reads it with `await loss.item()`. Operations only
  // queue work, so whoever reads every twentieth step instead of every step lets the GPU run ahead.
  yield* byHand.train(device)
}
