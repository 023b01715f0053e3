import { expectClose, expectCurve, loadTraining, startSoftwareAdapter } from '@rungs/testing'
import { beforeAll, expect, test, vi } from 'vitest'
import { createWebGpuDevice, ones, type Tensor, type WebGpuDevice } from '../src/index.ts'
import { byAutograd, byHand, type Data, losses, normalData } from './runs.ts'

// Hundreds of steps on an adapter that is a processor, on machines that do other things too.
vi.setConfig({ testTimeout: 300_000 })

let device: WebGpuDevice
beforeAll(async () => {
  device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
})

const bits = async (x: Tensor): Promise<Uint32Array> => new Uint32Array((await x.toTypedArray()).buffer)
const weights = async ({ w1, w2 }: Data): Promise<Uint32Array[]> => [await bits(w1), await bits(w2)]

test("the two-layer network by hand learns as PyTorch's does, and as on the processor", async () => {
  const found = await losses(byHand(normalData({ device })), 500)
  expectCurve(found, loadTraining().torch_manual_seed0, 'float32')
  expectClose(found.slice(0, 100), await losses(byHand(normalData()), 100), { relative: 1e-3 }, 'losses of 100 steps')
})

test('two runs give the same bits', async () => {
  const [first, second] = [normalData({ device }), normalData({ device })]
  expect(await losses(byHand(first), 50)).toEqual(await losses(byHand(second), 50))
  expect(await weights(first)).toEqual(await weights(second))
})

test('backward() learns what the gradients by hand do', async () => {
  const found = await losses(byAutograd(normalData({ device })), 50)
  expectCurve(found, loadTraining().torch_autograd_seed0, 'float32')
})

test('row M5: devices do not mix', () => {
  expect(() => ones([2], { device }).add(ones([2]))).toThrow(
    /^Expected all tensors to be on the same device, but found at least two devices, webgpu and cpu!/,
  )
})
