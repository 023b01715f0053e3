import * as nd from '@rungs/ndarray'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWasmDevice, type WasmDevice } from '../src/index.ts'

const MEGABYTE = 2 ** 20
const bits = (x: nd.NDArray): Uint8Array => new Uint8Array(x.toTypedArraySync().buffer)

/** What `WebAssembly` has: its properties cannot be listed. */
const pick = ({ Module, Instance, validate }: typeof WebAssembly): Partial<typeof WebAssembly> => ({
  Module,
  Instance,
  validate,
})

afterEach(() => vi.unstubAllGlobals())

describe('a device', () => {
  test('says what it is', async () => {
    const device = await createWasmDevice({ threads: 1 })
    expect(device).toMatchObject({ name: 'wasm', description: 'WebAssembly SIMD on one thread', threads: 1 })
    expect([...device.dtypes]).toEqual(nd.dtypeNames.filter((dtype) => dtype !== 'float16'))
  })

  test('has one thread where memory cannot be shared, as in pages that are not cross-origin isolated', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined)
    const device = await createWasmDevice({ threads: 4 })
    expect(device.threads).toBe(1)
    expect(nd.ones([3], { device }).sum().itemSync()).toBe(3)
  })

  test('asks for less memory where the engine has no such addresses', async () => {
    const { Memory } = WebAssembly
    const asked: number[] = []
    const grudging = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        asked.push(descriptor.maximum!)
        if (descriptor.maximum! > 5000) throw new RangeError('could not allocate memory')
        super(descriptor)
      }
    }
    vi.stubGlobal('WebAssembly', { ...pick(WebAssembly), Memory: grudging })
    const device = await createWasmDevice({ threads: 1 })
    expect(asked).toEqual([32767, 16383, 8191, 4095])
    expect(nd.ones([100], { device }).sum().itemSync()).toBe(100)
  })

  test.each([
    [{ threads: 0 }, /^createWasmDevice: threads must be a whole number from 1 to 16, got 0$/],
    [{ threads: 1.5 }, /got 1\.5$/],
    [{ maximumMemory: 100 }, /^createWasmDevice: maximumMemory must be at least \d+ bytes with \d+ threads?, got 100$/],
    [{ thread: 2 } as object, /^createWasmDevice\(\) got an unexpected keyword argument 'thread'/],
  ])('refuses %o', async (options, message) => {
    await expect(createWasmDevice(options)).rejects.toThrow(message)
  })
})

describe('memory', () => {
  let device: nd.Device
  beforeEach(async () => {
    device = await createWasmDevice({ threads: 1, maximumMemory: 24 * MEGABYTE })
  })

  test('is counted, and comes back when it is released', () => {
    const x = nd.zeros([MEGABYTE / 4], { device })
    expect(nd.memory(device)).toMatchObject({ arrays: 1, bytes: MEGABYTE })
    x.dispose()
    expect(nd.memory(device)).toMatchObject({ arrays: 0, bytes: 0 })
  })

  test('is not taken twice by arrays made one after another', () => {
    for (let round = 0; round < 100; round++) {
      const x = nd.full([MEGABYTE], round, { device })
      expect(x.sum().itemSync()).toBe(round * MEGABYTE)
      x.dispose()
    }
    expect(nd.memory(device).peakBytes).toBeLessThan(6 * MEGABYTE)
  })

  test('that is full is no error: arrays live outside, and all results are as before', () => {
    const kept: nd.NDArray[] = []
    for (let i = 0; i < 40; i++) kept.push(nd.full([MEGABYTE / 4], i, { device }))
    for (const [i, x] of kept.entries()) expect(x.sum().itemSync()).toBe((i * MEGABYTE) / 4)
    const [first, last] = [kept[0]!, kept.at(-1)!]
    last.add_(first).mul_(2)
    expect(last.at(12345).itemSync()).toBe(78)
    last.at('::2').copy_(first.at('::2'))
    expect(last.at(':4').toArraySync()).toEqual([0, 78, 0, 78])
  })

  test('too small for one call ends in an error that says how much it would take', () => {
    const x = nd.full([8 * MEGABYTE], 2, { device })
    expect(
      x
        .add(x)
        .at(7 * MEGABYTE)
        .itemSync(),
    ).toBe(4)
    expect(() => x.sum()).toThrow(
      /^wasm: no room for 32\.0 MB of working memory .* which may take 24\.0 MB: create the device with a larger maximumMemory/,
    )
    // And the device goes on.
    expect(nd.ones([10], { device }).sum().itemSync()).toBe(10)
  })
})

describe('threads', () => {
  test('change no bit of any result', { timeout: 60_000 }, async () => {
    const devices = [await createWasmDevice({ threads: 1 }), await createWasmDevice({ threads: 4 })]
    const [one, four] = devices.map((device) => {
      nd.manualSeed(0)
      const x = nd.randn([1000, 1000]).to(device)
      const results: Uint8Array[] = []
      // Often enough that workers are awake and take their part.
      for (let round = 0; round < 4; round++) {
        results.length = 0
        for (const y of [
          x.exp(),
          x.sum(),
          x.sum(0),
          x.sum(1),
          x.t().add(x),
          nd.argmax(x, 0),
          nd.cumsum(x, 1),
          x.mm(x),
        ]) {
          results.push(bits(y))
        }
      }
      return results
    })
    for (const [i, result] of four!.entries()) expect(Buffer.compare(result, one![i]!), `result ${i}`).toBe(0)
  })

  test.each<[string, () => Promise<WasmDevice>]>([
    [
      'have ended',
      async () => {
        const device = await createWasmDevice({ threads: 2 })
        device.destroy()
        return device
      },
    ],
    [
      'are forbidden',
      () => {
        vi.stubGlobal('process', { getBuiltinModule: () => ({ Worker: null }) })
        return createWasmDevice({ threads: 2 })
      },
    ],
  ])('that %s are done without', async (_, create) => {
    const device = await create()
    vi.unstubAllGlobals()
    const x = nd.ones([1000, 1000], { device })
    for (let round = 0; round < 5; round++) expect(x.add(x).sum().itemSync()).toBe(2e6)
  })
})

test('kernels give the same before and after the engine has tiered up', { timeout: 60_000 }, async () => {
  const device = await createWasmDevice({ threads: 1 })
  nd.manualSeed(1)
  const x = nd.randn([37, 1003], { device })
  const kernels: readonly ((x: nd.NDArray) => nd.NDArray)[] = [
    (a) => nd.gelu(a),
    (a) => a.tanh().mul(a.t().t()),
    (a) => a.t().copy(),
    (a) => nd.softmax(a, 1),
    (a) => a.sum(0),
    (a) => nd.argmax(a, 1),
    (a) => a.mm(a.t()),
    (a) => nd.where(a.gt(0), a, a.neg()),
  ]
  for (const [i, kernel] of kernels.entries()) {
    const cold = bits(kernel(x))
    for (let round = 0; round < 300; round++) kernel(x).dispose()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(Buffer.compare(bits(kernel(x)), cold), `kernel ${i}`).toBe(0)
  }
})
