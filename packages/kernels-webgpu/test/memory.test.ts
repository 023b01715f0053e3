import { argmax, cumsum, DeviceError, mm, type NDArray, sort, sum, tidy, zeros } from '@rungs/ndarray'
import { beforeEach, describe, expect, test } from 'vitest'
import { BufferPool, type GpuBuffer, sizeClass } from '../src/buffers.ts'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { Staging } from '../src/transfer.ts'
import { type FakeGpu, fakeGpu } from './fakeGpu.ts'

const options = { collectInSynchronousCode: false, memoryBudget: 2 ** 20 }
/** Limits are no powers of two. */
const large = (): FakeGpu => {
  const { limits } = fakeGpu().device
  return fakeGpu({ limits: { ...limits, maxBufferSize: 2 ** 31 - 4, maxStorageBufferBindingSize: 2 ** 31 - 4 } })
}

let fake: FakeGpu
let device: WebGpuDevice
beforeEach(async () => {
  fake = fakeGpu()
  device = await createWebGpuDevice({ ...options, device: fake.device })
})

describe('the pool', () => {
  test.each([
    [1, 256],
    [256, 256],
    [257, 512],
    [1000, 1024],
    [1025, 2048],
    [65_536, 65_536],
    [65_537, 81_920],
    [81_921, 98_304],
    [4_000_000, 4_194_304],
  ])('%i bytes take a buffer of %i', (bytes, size) => {
    expect(sizeClass(bytes)).toBe(size)
  })

  test('the lowest number is used first', () => {
    const pool = new BufferPool(fake.device, () => {})
    for (const bytes of [100, 100_000]) {
      const buffers = [0, 1, 2, 3].map(() => pool.take(bytes))
      for (const buffer of [buffers[2]!, buffers[0]!, buffers[3]!, buffers[1]!]) pool.give(buffer)
      expect([0, 1, 2, 3].map(() => pool.take(bytes).id)).toEqual(buffers.map(({ id }) => id))
    }
    expect(pool.made).toBe(1 + 4)
  })

  test('small arrays are pieces of a slab, and share what bind groups name', () => {
    const pool = new BufferPool(fake.device, () => {})
    const [a, b] = [pool.take(1000), pool.take(700)]
    expect([a.offset, b.offset, b.window, b.gpu]).toEqual([0, 1024, a.window, a.gpu])
    expect(b.id).not.toBe(a.id)
    expect(pool.take(5000).window).not.toBe(a.window)
    expect(pool.made).toBe(2)
  })

  test('there being no memory for a slab, none of its pieces is handed out again', () => {
    const made: (readonly GpuBuffer[])[] = []
    const pool = new BufferPool(fake.device, (buffers) => made.push(buffers))
    const lost = pool.take(1000)
    pool.refuse(made[0]!, 'out of memory')
    pool.give(lost)
    expect(pool.take(1000).gpu).not.toBe(lost.gpu)
    expect(fake.calls.destroyBuffer).toBe(1)
    expect(pool.used).toBe(1024)
  })

  test('trimming destroys what waits, and numbers come back', () => {
    const pool = new BufferPool(fake.device, () => {})
    const [kept, given] = [pool.take(100_000), pool.take(100_000)]
    pool.give(given)
    pool.trim()
    expect(fake.calls.destroyBuffer).toBe(1)
    expect(pool.take(500_000).id).toBe(given.id)
    expect(kept.id).not.toBe(given.id)
    expect([pool.used, pool.pooled]).toEqual([114_688 + 524_288, 0])
  })

  test.each([
    [2_000_000_000, 2 ** 31 - 4],
    [2 ** 31 - 4, 2 ** 31 - 4],
    [1_600_000_000, 2 ** 30 + 2 ** 29],
  ])('%i bytes take a buffer of %i where one has 2^31 - 4 at most', (bytes, size) => {
    expect(new BufferPool(large().device, () => {}).take(bytes).bytes).toBe(size)
  })

  test('a slab whose pieces all wait is spare, and trimming destroys it', () => {
    const pool = new BufferPool(fake.device, () => {})
    const small = Array.from({ length: 200 }, () => pool.take(40_000))
    const slabs = pool.made
    expect(slabs).toBe(Math.ceil(200 / 64))
    for (const piece of small.slice(1)) pool.give(piece)
    expect(pool.spare).toBe((slabs - 1) * 2 ** 22)
    pool.trim()
    expect(fake.calls.destroyBuffer).toBe(slabs - 1)
    expect([pool.used, pool.pooled, pool.spare]).toEqual([65_536, 63 * 65_536, 0])
    pool.give(small[0]!)
    pool.trim()
    expect([pool.used, pool.pooled, pool.spare]).toEqual([0, 0, 0])
    expect(pool.take(40_000).id).toBe(1)
  })

  test('memory that was refused is no part of the peak', () => {
    const made: (readonly GpuBuffer[])[] = []
    const pool = new BufferPool(fake.device, (buffers) => made.push(buffers))
    const [first] = [pool.take(2 ** 20), pool.take(2 ** 22), pool.take(2 ** 23)]
    pool.give(first)
    pool.trim()
    expect(pool.take(2 ** 18).bytes).toBe(2 ** 18)
    pool.refuse(made[1]!, 'out of memory')
    pool.refuse(made[2]!, 'out of memory')
    expect(pool.peak).toBe(2 ** 20)
  })

  test('numbers of blocks stay small where there are many slabs', () => {
    const pool = new BufferPool(fake.device, () => {})
    let last = pool.take(256)
    for (let i = 1; i < 300 * 1024; i++) last = pool.take(256)
    expect(last.window).toBe(300)
  })

  test('a hundred thousand arrays come back in any order', { timeout: 20_000 }, () => {
    const pool = new BufferPool(fake.device, () => {})
    const buffers = Array.from({ length: 100_000 }, () => pool.take(1000))
    for (const buffer of buffers) pool.give(buffer)
    expect(buffers.map(() => pool.take(1000).id)).toEqual(buffers.map(({ id }) => id))
  })
})

describe('the memory of a device', () => {
  test('waiting buffers beyond the budget go back to the system', () => {
    for (const size of [200_000, 150_000]) zeros([size], { device }).dispose()
    expect(fake.calls.destroyBuffer).toBeUndefined()
    expect(device.counts.pooledBytes).toBeGreaterThan(2 ** 20)
    const before = device.counts.pooledBytes
    zeros([100_000], { device })
    expect(fake.calls.destroyBuffer).toBe(2)
    expect(before - device.counts.pooledBytes).toBe(917_504 + 655_360)
  })

  test('slabs beyond the budget go back when the event loop has turned', async () => {
    const before = device.counts.heldBytes
    const arrays = Array.from({ length: 10 }, () => zeros([10_000], { device }))
    for (const x of arrays) x.dispose()
    expect(device.counts.heldBytes).toBe(before + 2 ** 22)
    await device.turn()
    expect(device.counts.heldBytes).toBe(before)
  })

  test('the largest array that a device takes can be made and read', async () => {
    const { device: gpu, sizes } = large()
    const roomy = await createWebGpuDevice({ device: gpu, collectInSynchronousCode: false })
    const x = zeros([500_000_000], { device: roomy })
    const staging = new Staging(gpu)
    for (const bytes of [4 * x.size, roomy.maxBytes]) staging.take(bytes)
    expect(Math.max(...sizes)).toBe(2 ** 31 - 4)
    expect(() => zeros([2 ** 29], { device: roomy })).toThrow(DeviceError)
  })

  test('a device that was handed in gets all of the memory back, and stays', async () => {
    const x = zeros([100_000], { device })
    await x.toArray()
    const reading = x.toArray()
    device.destroy()
    device.destroy()
    await expect(reading).rejects.toThrow(/is lost \(destroy\(\) was called\)/)
    expect(fake.calls.destroyBuffer).toBe(fake.calls.createBuffer)
    expect(fake.calls.destroyDevice).toBeUndefined()
    expect(() => zeros([4], { device })).toThrow(/is lost/)
    x.dispose()
  })

  test('temporary memory is no growth: what comes back with the call may exceed the budget', async () => {
    const roomy = await createWebGpuDevice({ ...options, device: fakeGpu().device, memoryBudget: 2 ** 22 })
    const x = zeros([200_000], { device: roomy })
    await roomy.turn()
    sort(x)
    expect(roomy.counts.heldBytes).toBeGreaterThan(2 ** 22)
  })

  test.each<[string, (x: NDArray) => unknown]>([
    ['a sum', (x) => sum(x)],
    ['the place of the largest', (x) => argmax(x)],
    ['a product in parts', (x) => mm(x.reshape([4, 75_000]), x.reshape([75_000, 4]))],
    ['running sums', (x) => cumsum(x, 0)],
    ['a sort', (x) => sort(x)],
  ])('temporary memory of %s comes back where the call throws', async (_, run) => {
    const roomy = await createWebGpuDevice({ ...options, device: fake.device, memoryBudget: 2 ** 24 })
    const used = (): number => roomy.counts.heldBytes - roomy.counts.pooledBytes
    fake.caught = async () => ({ message: 'none left' })
    const lost = zeros([300_000], { device: roomy })
    await expect(roomy.turn()).rejects.toThrow(/out of memory/)
    fake.caught = async () => null
    const before = used()
    expect(() => tidy(() => run(lost))).toThrow(/an array has no values/)
    expect(used()).toBe(before)
  })
})
