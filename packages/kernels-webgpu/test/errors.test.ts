import { add, array, DeviceError, DTypeError, IndexError, type NDArray, ones, zeros } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import { createWebGpuDevice } from '../src/index.ts'
import type { Pipelines } from '../src/pipelines.ts'
import { fakeGpu } from './fakeGpu.ts'
import { softwareDevice } from './support.ts'

// Kernels are compiled and run on a processor that does other things too.
vi.setConfig({ testTimeout: 60_000 })

const noAdapter = { requestAdapter: async () => null } as unknown as GPU

/** Run `body` while there is a `navigator.gpu`. */
async function inBrowserWith(gpu: GPU, body: () => Promise<void>): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  try {
    await body()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator')
    else Object.defineProperty(globalThis, 'navigator', before)
  }
}

describe('finding an adapter', () => {
  test('a GPU without adapters is named, with the ways out', async () => {
    await expect(createWebGpuDevice({ gpu: noAdapter })).rejects.toThrow(
      /^createWebGpuDevice: the given GPU offers no adapter; .* hand over \{ gpu \} or \{ device \}, or compute on cpu$/,
    )
  })

  test('navigator.gpu is used where there is one, and its software adapter only on request', async () => {
    await inBrowserWith(await startSoftwareAdapter(), async () => {
      await expect(createWebGpuDevice()).rejects.toThrow(/only a software adapter \(SwiftShader.*\{ software: true \}/)
      const device = await createWebGpuDevice({ software: true })
      expect(device.isSoftware).toBe(true)
      expect(device.description).toMatch(/^software adapter, no GPU: SwiftShader/)
      device.destroy()
    })
  })

  test('an adapter that says nothing of itself is taken', async () => {
    const requestDevice = vi.fn(async () => fakeGpu().device)
    const adapter = { limits: {}, features: new Set(), requestDevice }
    await inBrowserWith({ requestAdapter: async () => adapter } as unknown as GPU, async () => {
      const { description, isSoftware } = await createWebGpuDevice()
      expect([description, isSoftware]).toEqual(['unknown adapter', false])
      requestDevice.mockRejectedValue(new Error('busy'))
      await expect(createWebGpuDevice()).rejects.toThrow(/the adapter unknown adapter gives no device: Error: busy$/)
    })
  })

  test('a ready device is taken as it is', async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    const device = await createWebGpuDevice({ device: await adapter!.requestDevice() })
    expect(device.maxBuffers).toBe(8)
    expect(await ones([3], { device }).sum().item()).toBe(3)
  })

  test('a device that is none is refused', async () => {
    const device = 'webgpu' as unknown as GPUDevice
    await expect(createWebGpuDevice({ device })).rejects.toThrow(
      'createWebGpuDevice: { device } is a GPUDevice, got webgpu; leave it out to find a GPU',
    )
  })

  test('the adapter is asked for all the buffers it can bind', async () => {
    const device = await softwareDevice()
    expect(device.maxBuffers).toBeGreaterThan(8)
    expect([...device.dtypes].sort()).toEqual(['bool', 'float32', 'int32', 'uint32', 'uint8'])
  })
})

describe('what a device cannot do', () => {
  test('float64 is a DTypeError that lists what there is', async () => {
    const device = await softwareDevice()
    expect(() => zeros([2], { device, dtype: 'float64' })).toThrow(DTypeError)
    expect(() => zeros([2], { device, dtype: 'float64' })).toThrow(/webgpu has no float64 \(software adapter/)
  })

  test('an array beyond the binding limit, counted in four bytes an element', async () => {
    const device = await softwareDevice()
    const elements = device.maxBytes / 4 + 1
    expect(() => zeros([elements], { device, dtype: 'uint8' })).toThrow(
      /takes \d+ bytes on the GPU.*the adapter's limit is/,
    )
  })

  test('calls on a destroyed device say that it is gone', async () => {
    const device = await softwareDevice()
    const x = ones([4], { device })
    device.destroy()
    expect((await device.lost).reason).toBe('destroyed')
    expect(() => add(x, 1)).toThrow(/the WebGPU device is lost \(destroy\(\) was called\); make another/)
    await expect(x.toArray()).rejects.toThrow(DeviceError)
    await expect(device.turn()).rejects.toThrow(DeviceError)
  })

  test('a device that the system loses during a read', async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    const gpu = await adapter!.requestDevice()
    const device = await createWebGpuDevice({ device: gpu })
    const reading = ones([4], { device }).toArray()
    gpu.destroy()
    await expect(reading).rejects.toThrow(DeviceError)
    expect(() => ones([4], { device })).toThrow(/is lost/)
  })
})

describe('errors that the GPU reports later', () => {
  test('a kernel that does not compile is named at the next read, and the device goes on', async () => {
    const device = await softwareDevice()
    const pipelines = Reflect.get(device, 'pipelines') as Pipelines
    pipelines.compile(pipelines.make({ code: 'fn main( {', writes: [true], words: 4 }, 'map(broken)'))
    const x = ones([4], { device })
    await expect(x.toArray()).rejects.toThrow(/^webgpu, noticed at read: compiling map\(broken\): /)
    expect(await x.toArray()).toEqual([1, 1, 1, 1])
  })

  test('an index outside its dim is named with the operation at the next read', async () => {
    const device = await softwareDevice()
    const x = array([1, 2, 3], { device })
    const index = array([0, 3, -3], { dtype: 'int32', device })
    const picked = x.indexSelect(0, index)
    await expect(picked.toArray()).rejects.toThrow(IndexError)
    expect(await picked.toArray()).toEqual([1, 3, 1])
    const wide = array([0, 1, 2, -4, 0, 1, 2, 0], { dtype: 'int32', device })
    void x.indexSelect(0, wide)
    await expect(x.toArray()).rejects.toThrow(
      /^indexSelect: index -4 is out of bounds for a dim of size 3; valid are -3 to 2/,
    )
    expect(await x.toArray()).toEqual([1, 2, 3])
  })

  test('what lies behind the end of an index is not looked at', async () => {
    const device = await softwareDevice()
    const x = array([1, 2, 3], { device })
    const index = array([0, 1, 2, 0, 1, 99, 99, 99], { dtype: 'int32', device }).slice(0, 0, 5)
    expect(await x.indexSelect(0, index).toArray()).toEqual([1, 2, 3, 1, 2])
  })
})

describe('the memory budget', () => {
  const megabyte = 2 ** 18
  const fill = (device: NDArray['device'], count: number): void => {
    for (let i = 0; i < count; i++) zeros([megabyte], { device })
  }

  test('without collection, synchronous code ends in an error that names the fix; after a turn all is well', async () => {
    const device = await softwareDevice({ memoryBudget: 16 * 2 ** 20, collectInSynchronousCode: false })
    expect(() => fill(device, 100)).toThrow(/await device\.turn\(\).*tidy\(\).*memoryBudget/)
    await device.turn()
    fill(device, 8)
    expect(await ones([3], { device }).sum().item()).toBe(3)
  })

  test('arrays that are disposed do not count', async () => {
    const device = await softwareDevice({ memoryBudget: 16 * 2 ** 20, collectInSynchronousCode: false })
    for (let i = 0; i < 100; i++) zeros([megabyte], { device }).dispose()
    expect(device.counts.buffersMade).toBeLessThan(5)
  })

  test('with collection, synchronous code goes on within the budget', async () => {
    const device = await softwareDevice({ memoryBudget: 16 * 2 ** 20 })
    fill(device, 200)
    expect(device.counts.buffersMade).toBeLessThan(40)
    expect(await ones([3], { device }).sum().item()).toBe(3)
  })

  test('more than the budget may be in use, where the device can see that it is', async () => {
    const device = await softwareDevice({ memoryBudget: 16 * 2 ** 20 })
    const kept = Array.from({ length: 40 }, () => ones([megabyte], { device }))
    expect(await kept[0]!.add(kept[39]!).amax().item()).toBe(2)
  })
})
