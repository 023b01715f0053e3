import { add, array, cpu, mm, type NDArray, ones, zeros } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import { createWebGpuDevice } from '../src/index.ts'
import { softwareDevice } from './support.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('a device with no memory left', () => {
  /** One gigabyte: within the limits of the software adapter, and refused by it. */
  const TOO_MUCH = 2 ** 28

  test('the next read names the operation, and everything else goes on', async () => {
    const device = await softwareDevice({ memoryBudget: 2 ** 31 })
    const before = ones([1000], { device })
    await device.turn()
    const refused = zeros([TOO_MUCH], { device })
    await expect(before.toArray()).rejects.toThrow(
      /^webgpu, noticed at read: out of memory on the GPU: map\(scalar\) asked for 1074 MB, in use are \d+ MB \(.*\); hold fewer/,
    )
    expect(await before.sum().item()).toBe(1000)
    expect(() => refused.add_(1)).toThrow(/^map\(add\): an array has no values: out of memory on the GPU/)
    const part = refused.slice(0, 0, 1)
    await expect(part.toArray()).rejects.toThrow(/^read: the array has no values: out of memory/)
    for (const view of [part, refused]) view.dispose()
    expect(await add(before, 1).sum().item()).toBe(2000)
    // Slabs of small arrays stay.
    expect(device.counts.heldBytes).toBeLessThan(2 ** 23)
  })

  test('a refused array that is dropped at once is not handed out again', async () => {
    const device = await softwareDevice({ memoryBudget: 2 ** 31 })
    zeros([TOO_MUCH], { device }).dispose()
    await expect(device.turn()).rejects.toThrow(/^webgpu, noticed at turn: out of memory on the GPU: map\(scalar\)/)
    const { buffersMade } = device.counts
    const again = zeros([TOO_MUCH], { device })
    expect(device.counts.buffersMade).toBe(buffersMade + 1)
    await expect(device.turn()).rejects.toThrow(/out of memory/)
    again.dispose()
    expect(await ones([3], { device }).sum().item()).toBe(3)
  })

  test('what waits in the pool is given back first of all', async () => {
    const device = await softwareDevice({ memoryBudget: 2 ** 31 })
    ones([2 ** 20], { device }).dispose()
    expect(device.counts.pooledBytes).toBeGreaterThanOrEqual(2 ** 22)
    zeros([TOO_MUCH], { device }).dispose()
    await expect(device.turn()).rejects.toThrow(/out of memory/)
    expect(device.counts.pooledBytes).toBeLessThan(2 ** 20)
  })
})

describe('a lost device', () => {
  test('another one in the same process takes what was kept on cpu', async () => {
    const gpu = await startSoftwareAdapter()
    const first = await createWebGpuDevice({ gpu })
    const weights = array([
      [1, 2],
      [3, 4],
    ])
    const product = async (x: NDArray): Promise<unknown> => mm(x, x).toArray()
    const expected = await product(weights)
    expect(await product(weights.to(first))).toEqual(expected)
    const x = weights.to(first)
    first.destroy()
    await first.lost
    await expect(product(x)).rejects.toThrow(
      /^a new array: the WebGPU device is lost \(destroy\(\) was called\); make another/,
    )
    const second = await createWebGpuDevice({ gpu })
    expect(await product(weights.to(second))).toEqual(expected)
    expect(await (await weights.to(second).transfer(cpu)).toArray()).toEqual(await weights.toArray())
  })

  test('the message says what ran last when the system took it away', async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    const gpu = await adapter!.requestDevice()
    let lose: (info: object) => void = () => {}
    const lost = new Promise((resolve) => {
      lose = resolve
    })
    const device = await createWebGpuDevice({
      device: new Proxy(gpu, {
        get: (target, name) => {
          if (name === 'lost') return lost
          const value = Reflect.get(target, name) as unknown
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
    })
    const x = ones([4], { device })
    mm(x.reshape([2, 2]), x.reshape([2, 2]))
    lose({ reason: 'unknown', message: 'the driver was reset' })
    await expect(x.toArray()).rejects.toThrow(
      /the WebGPU device is lost \(the system took it away after contract: the driver was reset\)/,
    )
    gpu.destroy()
  })

  test('waiting reads, profiles and warm-ups end with it', async () => {
    const device = await softwareDevice()
    const x = ones([4], { device })
    const waiting = [x.toArray(), device.turn(), device.profile(() => add(x, 1))]
    device.destroy()
    for (const result of await Promise.allSettled(waiting)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/is lost/) } })
    }
    await expect(device.warmup(() => add(x, 1))).rejects.toThrow(/is lost/)
    await expect(device.explain(() => add(x, 1))).rejects.toThrow(/is lost/)
  })
})
