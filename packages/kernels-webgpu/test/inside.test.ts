import {
  add,
  array,
  indexSelect,
  manualSeed,
  mm,
  type NDArray,
  ones,
  randn,
  scatterAdd,
  sort,
  sum,
} from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Encoder } from '../src/encoder.ts'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import type { Pipelines } from '../src/pipelines.ts'
import { softwareDevice } from './support.ts'

// Kernels are compiled and run on a processor that does other things too.
vi.setConfig({ testTimeout: 60_000 })

let device: WebGpuDevice
let x: NDArray
beforeAll(async () => {
  device = await softwareDevice()
  x = ones([64, 100], { device })
})

describe('what kernels say they cost', () => {
  const index = () => array([0, 5, 5], { dtype: 'int32', device })
  test.each<[name: string, run: () => unknown, bytes: number, operations: number]>([
    ['a sum of two', () => add(x, ones([64, 100], { device })), 4 * 3 * 6400, 6400],
    ['a row that repeats is read once', () => add(x, ones([100], { device })), 4 * (2 * 6400 + 100), 6400],
    ['a cube is two products', () => x.pow(3), 4 * 2 * 6400, 2 * 6400],
    ['a copy computes nothing', () => x.t().clone(), 4 * 2 * 6400, 0],
    ['in place, what is written is read too', () => ones([10], { device }).mul_(2), 4 * 2 * 10, 10],
    ['a reduction combines each element', () => sum(ones([200, 8], { device }), 1), 4 * (1600 + 200), 1600],
    [
      'a product multiplies and adds',
      () => mm(ones([16, 8], { device }), ones([8, 12], { device })),
      4 * (16 * 8 + 8 * 12 + 16 * 12),
      2 * 16 * 8 * 12,
    ],
    ['a lookup', () => indexSelect(x, 0, index()), 4 * (2 * 300 + 3), 0],
    [
      'sums where an index says',
      () => scatterAdd(x, 0, array([[1, 2]], { dtype: 'int32', device }), ones([1, 2], { device })),
      4 * (2 * 2 + 2 + 2),
      2,
    ],
    ['bool takes four bytes', () => x.gt(0), 4 * 2 * 6400, 6400],
  ])('%s', async (_, run, bytes, operations) => {
    const { kernels } = await device.profile(run)
    const last = kernels.at(-1)!
    expect([last.bytes, last.operations]).toEqual([bytes, operations])
  })

  test('partial results of a reduction are written and read again', async () => {
    const long = ones([2 ** 16], { device })
    const { kernels } = await device.profile(() => sum(long))
    expect(kernels.length).toBe(2)
    const [partial, joined] = kernels
    const parts = partial!.operands[0]!.bytes
    expect(partial!.bytes).toBe(4 * 2 ** 16 + parts)
    expect(joined!.bytes).toBe(parts + 4)
  })
})

describe('profile', () => {
  test('every kernel of a function, in order, each with its time', async () => {
    const profile = await device.profile(() => add(x, 1).mm(x.t()).amax())
    expect(profile.kernels.length).toBeGreaterThanOrEqual(3)
    expect(profile.kernels[0]!.name).toBe('map(add)')
    expect(profile.kernels.every(({ milliseconds }) => milliseconds! >= 0)).toBe(true)
    const total = profile.kernels.reduce((all, { milliseconds }) => all + milliseconds!, 0)
    expect(total).toBeGreaterThan(0)
    expect(profile.ceilings.copyBytesPerSecond).toBeGreaterThan(1e6)
    expect(profile.ceilings.operationsPerSecond).toBeGreaterThan(1e6)
  })

  test('the table tells results from inputs', async () => {
    const indices = array([[1, 2]], { dtype: 'int32', device })
    const table = String(
      await device.profile(() => {
        ones([10, 20], { device }).mul_(2)
        scatterAdd(x, 0, indices, ones([1, 2], { device }))
        sort(x.t(), 0)
      }),
    )
    expect(table).toMatch(/^map\(mul\) +\(10, 20\) ← \(10, 20\) +1 /m)
    expect(table).toMatch(/^scatter add +\(\d+, \d+\) ← \(1, 2\) \(1, 2\) +1 /m)
    expect(table).toMatch(/^sort[^←]*\(100, 64\) \(100, 64\) ← \(100, 64\)/m)
  })

  test('an asynchronous function, with more kernels than one set of times holds', async () => {
    const small = ones([4], { device })
    const profile = await device.profile(async () => {
      for (let i = 0; i < 2100; i++) add(small, i).dispose()
      expect(await add(small, 1).toArray()).toEqual([2, 2, 2, 2])
    })
    expect(profile.kernels).toHaveLength(2101)
    expect(profile.kernels.every(({ milliseconds }) => milliseconds !== null)).toBe(true)
    expect(String(profile)).toMatch(/^map\(add\) +\(4\) ← \(4\) +2101 /m)
  })

  test('where the GPU has no clock, the whole is timed and the table says so', async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    const plain = await createWebGpuDevice({ device: await adapter!.requestDevice() })
    const y = ones([8], { device: plain })
    const profile = await plain.profile(() => add(y, 1))
    expect(profile.kernels.map(({ milliseconds }) => milliseconds)).toEqual([null])
    expect(profile.milliseconds).toBeGreaterThan(0)
    expect(String(profile)).toContain(
      '1 kernel; this adapter has no clock for each (timestamp-query), together they took',
    )
    plain.destroy()
  })

  test('an error of the function comes out, and the next profile runs', async () => {
    await expect(device.profile(() => x.mm(x))).rejects.toThrow(/mat1 and mat2 shapes cannot be multiplied/)
    expect((await device.profile(() => add(x, 1))).kernels).toHaveLength(1)
  })

  test('two at once are refused', async () => {
    const first = device.explain(async () => {
      await device.turn()
    })
    await expect(device.explain(() => add(x, 1))).rejects.toThrow(
      'explain: profile, explain and warmup of one device take turns: await the other one first',
    )
    await first
  })
})

describe('explain', () => {
  test('a kernel is shown once, with every set of shapes it ran on', async () => {
    const { kernels } = await device.explain(() => {
      for (const shape of [[8], [8], [300]]) add(ones(shape, { device }), 1)
    })
    const found = kernels.find(({ name }) => name === 'map(add)')!
    expect(found.calls.map(({ operands, count }) => [operands[0]!.shape, count])).toEqual([
      [[8], 2],
      [[300], 1],
    ])
  })

  test.each<[string, () => unknown, RegExp]>([
    ['contiguous', () => add(x, 1), /0: out +buffer0 +float32 \(64, 100\) +contiguous/],
    ['permuted', () => add(x.t(), 1), /1: input0 +buffer1 +float32 \(100, 64\) +permuted, strides \(1, 100\)/],
    [
      'repeated',
      () => add(x, ones([1], { device }).expand([64, 100])),
      /2: input1 +buffer2 +float32 \(64, 100\) +repeated, strides \(0, 0\)/,
    ],
    [
      'strided',
      () => add(x.slice(1, 0, 100, 2), 1),
      /1: input0 +buffer1 +float32 \(64, 50\) +strided, strides \(100, 2\)/,
    ],
    ['in place, one buffer', () => x.add_(0), /0: out +buffer0 .*\n.*1: input0 +buffer0 /],
    [
      'a lookup',
      () => scatterAdd(x, 0, array([[1, 2]], { dtype: 'int32', device }), ones([1, 2], { device })),
      /0: target .*\n.*1: index +buffer1 +int32 .*\n.*2: source /,
    ],
  ])('operands are told: %s', async (_, run, text) => {
    expect(String(await device.explain(run))).toMatch(text)
  })

  test('the text of a kernel is what the GPU got', async () => {
    const [kernel] = (await device.explain(() => add(x, 1))).kernels
    expect(kernel!.code).toMatch(/^alias Float[\s\S]*@group\(0\) @binding\(1\) var<storage, read_write> buffer0/)
  })
})

describe('warmup', () => {
  test('kernels are compiled, and the first real call compiles none', async () => {
    const fresh = await softwareDevice()
    const y = randn([16, 16]).to(fresh)
    const forward = (): NDArray => y.mm(y).tanh().sum(1)
    await fresh.warmup(forward)
    const { pipelines } = fresh.counts
    expect(pipelines).toBeGreaterThanOrEqual(3)
    await forward().toTypedArray()
    expect(fresh.counts.pipelines).toBe(pipelines)
  })

  test('nothing is computed, drawn or kept', async () => {
    const y = ones([4], { device })
    const before = device.counts.heldBytes
    const drawn = (): Promise<number> => randn([1]).item()
    manualSeed(3)
    const want = await drawn()
    manualSeed(3)
    let made: NDArray | null = null
    await device.warmup(() => {
      made = y.add_(5).mul(randn([100_000, 4], { device }))
    })
    expect(device.counts.heldBytes).toBeLessThan(before + 100_000)
    expect(await y.toArray()).toEqual([1, 1, 1, 1])
    expect(await drawn()).toBe(want)
    await expect(made!.toArray()).rejects.toThrow(/^read: the array has no values: it was made during warmup/)
    expect(() => add(made!, 1)).toThrow(/^map\(add\): an array has no values: it was made during warmup/)
  })

  test.each<[string, () => unknown, RegExp]>([
    ['a promise', async () => add(x, 1), /^warmup: the function must be synchronous; it returned a promise$/],
    ['a read', () => x.item(), /^warmup: the function must be synchronous/],
    ['an error', () => x.mm(x), /^mat1 and mat2 shapes cannot be multiplied/],
  ])('%s is refused, and the device goes on', async (_, fn, message) => {
    await expect(device.warmup(fn)).rejects.toThrow(message)
    expect(await add(ones([2], { device }), 1).toArray()).toEqual([2, 2])
  })

  test('a kernel that does not compile is named', async () => {
    const pipelines = Reflect.get(device, 'pipelines') as Pipelines
    const encoder = Reflect.get(device, 'encoder') as Encoder
    const broken = pipelines.make({ code: 'fn main( {', writes: [true], words: 4 }, 'map(broken)')
    await expect(device.warmup(() => encoder.dispatch(broken, pipelines, [], 1, 1))).rejects.toThrow(
      /^webgpu, noticed at warmup: compiling map\(broken\): /,
    )
  })
})
