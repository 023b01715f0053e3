import { add, array, cpu, type NDArray, ones, sum } from '@rungs/ndarray'
import { beforeEach, describe, expect, test } from 'vitest'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { type FakeGpu, fakeGpu } from './fakeGpu.ts'

let fake: FakeGpu
let device: WebGpuDevice
let x: NDArray
beforeEach(async () => {
  fake = fakeGpu()
  device = await createWebGpuDevice({ device: fake.device })
  x = ones([64], { device })
  await device.turn()
})

describe('warmup', () => {
  test.each<[string, () => void]>([
    ['a function that throws', () => x.mm(x)],
    ['kernels that do not compile', () => {}],
  ])('after %s, the next one compiles what is still missing', async (_, end) => {
    fake.compiled = async () => {
      throw new Error('refused')
    }
    const fn = (): NDArray => sum(add(x, 2))
    await expect(
      device.warmup(() => {
        fn()
        end()
      }),
    ).rejects.toThrow()
    fake.compiled = async () => ({})
    fake.calls.createComputePipelineAsync = 0
    await device.warmup(fn)
    expect(fake.calls.createComputePipelineAsync).toBe(2)
    const { createComputePipeline } = fake.calls
    fn()
    expect(fake.calls.createComputePipeline).toBe(createComputePipeline)
  })

  test('what is there stays: memory, values and versions', async () => {
    const held = device.counts.heldBytes
    const { version } = x
    const step = (state: NDArray): NDArray => {
      const next = add(state, 1)
      state.add_(1)
      state.slice(0, 0, 8).mul_(2)
      state.dispose()
      return next
    }
    await device.warmup(() => step(x))
    expect([x.version, x.storage.released, device.counts.heldBytes]).toEqual([version, false, held])
    step(x)
    expect(() => x.storage).toThrow(/has been disposed/)
  })

  test('views that the function makes and disposes of are not counted on', async () => {
    const { storage } = x
    await device.warmup(() => x.slice(0, 0, 8).dispose())
    x.dispose()
    expect(storage.released).toBe(true)
  })

  test('arrays on other devices are used as ever', async () => {
    const y = array([1, 2])
    const z = array([3, 4])
    await device.warmup(() => {
      y.add_(1)
      z.dispose()
    })
    expect([await y.toArray(), y.version, y.device]).toEqual([[2, 3], 1, cpu])
    expect(() => z.storage).toThrow(/has been disposed/)
  })

  test('nobody looks on until it has ended', async () => {
    let compile = (): void => {}
    fake.compiled = () =>
      new Promise((resolve) => {
        compile = () => resolve({})
      })
    const warming = device.warmup(() => add(x, 3))
    for (const look of [
      () => device.explain(() => {}),
      () => device.profile(() => {}),
      () => device.warmup(() => {}),
    ]) {
      await expect(look()).rejects.toThrow(/take turns: await the other one first$/)
    }
    compile()
    await warming
    expect((await device.explain(() => {})).kernels).toEqual([])
  })
})
