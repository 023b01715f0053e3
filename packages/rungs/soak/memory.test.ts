import { startSoftwareAdapter } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { cpu, createWebGpuDevice, type Device, type MemoryUsage, nd, type Tensor } from '../src/index.ts'
import { MEGABYTE, STEPS, settled, training, watchProcess } from './support.ts'

interface Soaked {
  /** Megabytes by which the process grew at most. */
  readonly grown: number
  readonly before: MemoryUsage
  readonly after: MemoryUsage
}

/** A hundred steps, so that code is compiled and pools have their sizes; then ten thousand. */
async function soak(device: Device, run: (step: () => Tensor, watch: () => void) => unknown): Promise<Soaked> {
  const step = training(device)
  for (let t = 0; t < 100; t++) await step().item()
  const before = await settled(device)
  const watch = watchProcess()
  await run(step, watch)
  const grown = watch()
  const after = await settled(device)
  return { grown, before, after }
}

describe('ten thousand steps keep the process bounded', () => {
  /** Small arrays of the processor share slabs of 256 kB: the one that is being filled and a spare one come and go. */
  const SLABS = { arrays: 2, bytes: 2 * 2 ** 18 }

  test('cpu, with an await in every step', async () => {
    const { grown, before, after } = await soak(cpu, async (step, watch) => {
      for (let t = 0; t < STEPS; t++) {
        await step().item()
        watch()
      }
    })
    expect(grown).toBeLessThan(150)
    expect(after.arrays).toBeLessThanOrEqual(before.arrays + SLABS.arrays)
    expect(after.bytes).toBeLessThanOrEqual(before.bytes + SLABS.bytes)
  })

  test('cpu, without any await', async () => {
    const { grown, before, after } = await soak(cpu, (step, watch) => {
      for (let t = 0; t < STEPS; t++) {
        step()
        watch()
      }
    })
    expect(grown).toBeLessThan(150)
    expect(after.arrays).toBeLessThanOrEqual(before.arrays + SLABS.arrays)
    expect(after.bytes).toBeLessThanOrEqual(before.bytes + SLABS.bytes)
  })

  test('webgpu, with a read every hundred steps', async () => {
    const device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
    const levels: number[] = []
    const { grown, before, after } = await soak(device, async (step, watch) => {
      for (let t = 0; t < STEPS; t++) {
        const loss = step()
        watch()
        if (t % 100 === 99) await loss.item()
        if (t === STEPS / 2 || t === STEPS - 1) levels.push(device.counts.peakHeldBytes / MEGABYTE)
      }
    })
    // What a hundred steps leave is 10 MB; the rest is code, pools, and what waits for the collector.
    expect(grown).toBeLessThan(256 + 10)
    expect(levels[1]).toBeLessThanOrEqual(levels[0]! * 1.25)
    expect(levels[1]).toBeLessThan(256)
    expect([after.arrays, after.bytes]).toEqual([before.arrays, before.bytes])
    expect(after.peakBytes / MEGABYTE).toBeLessThan(100)
  })
})

describe('a thousand arrays of 64 MB, made and dropped', () => {
  const SIZE = 2 ** 24
  const BUDGET = 512

  test.each([
    ['with an await after each', true],
    ['without any await', false],
  ])('webgpu, %s', async (_, turns) => {
    const device = await createWebGpuDevice({ gpu: await startSoftwareAdapter(), memoryBudget: BUDGET * MEGABYTE })
    const watch = watchProcess()
    let grown = 0
    for (let i = 0; i < 1000; i++) {
      // Used, at one place: filling them all takes minutes on a processor.
      nd.NDArray.allocate(device, 'float32', [SIZE])
        .slice(0, i, i + 4)
        .fill_(i)
      if (turns) await device.turn()
      grown = watch()
    }
    await device.turn()
    expect(device.counts.peakHeldBytes / MEGABYTE).toBeLessThan(2 * BUDGET)
    expect(grown).toBeLessThan(2 * BUDGET)
    expect(await nd.ones([3], { device }).sum().item()).toBe(3)
    device.destroy()
  })
})

test('synchronous code that cannot collect ends in an error that says what to do, and the device goes on', async () => {
  const device = await createWebGpuDevice({
    gpu: await startSoftwareAdapter(),
    collectInSynchronousCode: false,
    memoryBudget: 64 * MEGABYTE,
  })
  const step = training(device)
  const first = await step().item()
  expect(() => {
    for (let t = 0; t < STEPS; t++) step()
  }).toThrow(/^webgpu: .* 'await device\.turn\(\)' or read a value every so often in the loop/)
  await device.turn()
  expect(await step().item()).toBeLessThan(first)
})
