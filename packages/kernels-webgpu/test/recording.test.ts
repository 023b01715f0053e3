import { add, array, elementwise, expr, type NDArray, ones, program, zeros } from '@rungs/ndarray'
import { beforeEach, describe, expect, test } from 'vitest'
import { BufferPool, type GpuBuffer, sizeClass } from '../src/buffers.ts'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { type FakeGpu, fakeGpu } from './fakeGpu.ts'

let fake: FakeGpu
let device: WebGpuDevice
beforeEach(async () => {
  fake = fakeGpu()
  device = await createWebGpuDevice({ device: fake.device, collectInSynchronousCode: false, memoryBudget: 2 ** 20 })
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
    for (const piece of made[0]!) pool.refuse(piece, 'out of memory')
    pool.give(lost)
    expect(pool.take(1000).window).not.toBe(lost.window)
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

  test('waiting buffers beyond the budget go back to the system', () => {
    for (const size of [200_000, 150_000]) zeros([size], { device }).dispose()
    expect(fake.calls.destroyBuffer).toBeUndefined()
    expect(device.counts.pooledBytes).toBeGreaterThan(2 ** 20)
    const before = device.counts.pooledBytes
    zeros([100_000], { device })
    expect(fake.calls.destroyBuffer).toBe(2)
    expect(before - device.counts.pooledBytes).toBe(917_504 + 655_360)
  })
})

describe('recording', () => {
  const chain = (x: NDArray, count: number): void => {
    for (let i = 0; i < count; i++) add(x, i).dispose()
  }

  test('a steady loop makes no buffer, no pipeline and no bind group', () => {
    const x = ones([1000], { device })
    chain(x, 1)
    const before = { ...fake.calls }
    chain(x, 100)
    expect(fake.calls.createBuffer).toBe(before.createBuffer)
    expect(fake.calls.createBindGroup).toBe(before.createBindGroup)
    expect(fake.calls.createComputePipeline).toBe(before.createComputePipeline)
    expect(fake.calls.dispatch).toBe(before.dispatch! + 100)
  })

  test('32 kernels travel in one submit, their parameters in one write before it', () => {
    const x = ones([1000], { device })
    chain(x, 70)
    const steps = fake.queue.filter((step) => !step.startsWith('dispatch'))
    expect(steps).toEqual(['write 8192 bytes at 0', 'submit 1', 'write 8192 bytes at 0', 'submit 1'])
  })

  test('what is recorded is submitted when the event loop turns', async () => {
    ones([4], { device })
    expect(fake.queue).not.toContain('submit 1')
    await new Promise((resolve) => setTimeout(resolve))
    expect(fake.queue).toContain('submit 1')
  })

  test('a write to a buffer that recorded kernels use submits them first; another does not', () => {
    const x = ones([4], { device })
    device.write(x.storage, 0, Float32Array.of(1, 2, 3, 4))
    expect(fake.queue.slice(-2)).toEqual(['submit 1', expect.stringMatching(/^write 16 bytes at \d+$/)])
    chain(x, 1)
    const submits = fake.queue.filter((step) => step.startsWith('submit')).length
    array(new Array(500).fill(1), { device })
    expect(fake.queue.filter((step) => step.startsWith('submit'))).toHaveLength(submits)
  })

  test('synchronous code that cannot wait is ended before what it writes fills the memory, and goes on after a turn', async () => {
    const x = zeros([100_000], { device })
    const data = new Float32Array(100_000)
    const writeAll = (count: number): void => {
      for (let i = 0; i < count; i++) device.write(x.storage, 0, data)
    }
    expect(() => writeAll(4)).toThrow(
      /^webgpu: 1 MB were written since the event loop last turned, .* write 'await device\.turn\(\)'/,
    )
    await device.turn()
    writeAll(2)
    await device.turn()
    writeAll(2)
  })

  test('the same for kernels', { timeout: 60_000 }, async () => {
    const x = zeros([4], { device })
    const run = (kernels: number): void => {
      for (let i = 0; i < kernels; i++) x.add_(1)
    }
    run(200_000)
    expect(() => run(100_000)).toThrow(
      /^webgpu: 8193 batches of kernels were recorded since the event loop last turned/,
    )
    await device.turn()
    run(100)
  })

  test('more than 65,535 workgroups fold into two dimensions', async () => {
    const wide = await createWebGpuDevice({
      device: fake.device,
      collectInSynchronousCode: false,
      tuning: { mapWorkgroup: 64 },
    })
    const x = ones([4], { device: wide })
    expect(x.size).toBe(4)
    ones([300, 1000, 64], { device: wide })
    const [columns, rows] = fake.queue.at(-1)!.split(' ').slice(1).map(Number)
    expect(columns! * rows!).toBeGreaterThanOrEqual((300 * 1000 * 64) / 4 / 64)
    expect(columns).toBeLessThanOrEqual(65535)
    expect(rows).toBe(2)
  })

  test('a layout decides the pipeline, sizes and scalars do not', () => {
    const x = ones([8, 8], { device })
    add(x, 1)
    const made = fake.calls.createComputePipeline!
    add(x, 7)
    add(ones([16, 4], { device }), 1)
    expect(fake.calls.createComputePipeline).toBe(made)
    add(x.t(), 1)
    expect(fake.calls.createComputePipeline).toBe(made + 1)
    add(x.slice(1, 0, 4).t(), 1)
    expect(fake.calls.createComputePipeline).toBe(made + 1)
  })

  test('formulas without end are compiled and forgotten; those in use stay', { timeout: 60_000 }, () => {
    const x = ones([8], { device })
    const plus = (value: number): void => {
      const source = program(expr.binary('add', expr.input(0), expr.constant(value)))
      elementwise('test', source, [x]).dispose()
    }
    plus(-1)
    plus(0)
    for (let i = 1; i <= 3000; i++) {
      plus(i)
      plus(0)
    }
    const made = fake.calls.createComputePipeline!
    plus(0)
    plus(3000)
    expect(fake.calls.createComputePipeline).toBe(made)
    plus(-1)
    expect(fake.calls.createComputePipeline).toBe(made + 1)
  })
})
