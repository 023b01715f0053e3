import { add, array, elementwise, expr, type NDArray, ones, program, zeros } from '@rungs/ndarray'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { Staging } from '../src/transfer.ts'
import { type FakeGpu, fakeGpu } from './fakeGpu.ts'

let fake: FakeGpu
let device: WebGpuDevice
beforeEach(async () => {
  fake = fakeGpu()
  device = await createWebGpuDevice({ device: fake.device, collectInSynchronousCode: false, memoryBudget: 2 ** 20 })
})

/** Time passes, as between two frames of a page. */
const frame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

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
      /^webgpu: 1 MB were written ahead of the GPU, .* until the event loop turns: write 'await device\.turn\(\)'/,
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
    expect(() => run(100_000)).toThrow(/^webgpu: 8193 batches of kernels were recorded ahead of the GPU/)
    // What the message recommends goes through.
    expect(await x.toArray()).toEqual([0, 0, 0, 0])
    run(100)
  })

  test('a program that never reads goes on, once the GPU is done with what it sent', { timeout: 60_000 }, async () => {
    const x = zeros([4], { device })
    const wide = zeros([100_000], { device })
    const data = new Float32Array(100_000)
    for (let frames = 0; frames < 30; frames++) {
      for (let i = 0; i < 32 * 300; i++) x.add_(1)
      for (let i = 0; i < 2; i++) device.write(wide.storage, 0, data)
      await frame()
    }
    expect(fake.calls.dispatch).toBeGreaterThan(30 * 32 * 300)
  })

  test('where the GPU does not get on, turns of the event loop alone do not help', async () => {
    const x = zeros([100_000], { device })
    const data = new Float32Array(100_000)
    let finish = (): void => {}
    fake.done = () =>
      new Promise((resolve) => {
        finish = resolve
      })
    const write = async (): Promise<void> => {
      device.write(x.storage, 0, data)
      await frame()
    }
    await write()
    await write()
    await expect(write()).rejects.toThrow(/ahead of the GPU/)
    fake.done = async () => {}
    finish()
    await frame()
    await write()
  })

  test('a read that cannot be recorded leaves a wrong index to be told, and no buffer behind', async () => {
    const x = zeros([4], { device })
    x.indexSelect(0, zeros([2], { device, dtype: 'int32' })).dispose()
    await device.turn()
    const { createBuffer } = fake.calls
    const make = vi.spyOn(fake.device, 'createCommandEncoder').mockImplementation(() => {
      throw new TypeError('refused')
    })
    await expect(x.toArray()).rejects.toThrow('refused')
    expect([fake.calls.createBuffer, fake.calls.copy]).toEqual([createBuffer, undefined])
    make.mockRestore()
    await x.toArray()
    expect(fake.calls.copy).toBe(2)
    await x.toArray()
    expect(fake.calls.copy).toBe(3)
  })

  test('a buffer that could not be mapped is destroyed', async () => {
    const staging = new Staging(fake.device)
    const buffer = staging.take(100)
    vi.spyOn(buffer, 'mapAsync').mockRejectedValue(new Error('refused'))
    await expect(staging.read(buffer, 100)).rejects.toThrow('refused')
    expect(fake.calls.destroyBuffer).toBe(1)
  })

  test('more than 65,535 workgroups fold into two dimensions', async () => {
    const wide = await createWebGpuDevice({
      device: fake.device,
      collectInSynchronousCode: false,
      tuning: { mapWorkgroup: 64 },
    })
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
