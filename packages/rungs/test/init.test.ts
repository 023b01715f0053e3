import { startSoftwareAdapter } from '@rungs/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { cpu, defaultDevice, init, ones, setDefaultDevice, type WebGpuDevice } from '../src/index.ts'

afterEach(() => {
  setDefaultDevice(cpu)
  vi.unstubAllGlobals()
})

test('importing touches neither navigator nor WebGPU', async () => {
  const touched: string[] = []
  const watch = (name: string): typeof vi =>
    vi.stubGlobal(
      name,
      new Proxy(
        {},
        {
          get: (_, property) => void touched.push(`${name}.${String(property)}`),
          has: (_, property) => touched.push(`${name}.${String(property)}`) < 0,
        },
      ),
    )
  for (const name of ['navigator', 'GPU', 'GPUBufferUsage', 'GPUMapMode']) watch(name)
  vi.resetModules()
  const fresh = await import('../src/index.ts')
  expect(fresh.init).not.toBe(init)
  expect(touched).toEqual([])
})

test('without a GPU WebAssembly computes, and the description says why', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } })
  const { device, description } = await init({ wasm: { threads: 1 } })
  expect(defaultDevice()).toBe(device)
  expect(description).toMatch(
    /^wasm: WebAssembly SIMD on one thread \(createWebGpuDevice: navigator\.gpu offers no adapter/,
  )
  const x = ones([2, 2])
  expect(x.device).toBe(device)
  expect(x.mm(x).sum().itemSync()).toBe(8)
})

test('without WebAssembly too, plain JavaScript computes', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } })
  vi.stubGlobal('WebAssembly', undefined)
  const { device, description } = await init()
  expect(device).toBe(cpu)
  expect(description).toMatch(
    /^cpu: .+ \(createWebGpuDevice: .+; createWasmDevice: this engine has no WebAssembly SIMD/,
  )
})

test('a software adapter is taken on request only', async () => {
  vi.stubGlobal('navigator', { gpu: await startSoftwareAdapter() })
  const refused = await init()
  expect(refused.device.name).toBe('wasm')
  expect(refused.description).toContain('{ software: true }')
  const { device, description } = await init({ software: true })
  expect(description).toMatch(/^webgpu: software adapter/)
  const x = ones([2, 2])
  expect(x.device).toBe(device)
  expect(await x.mm(x).sum().item()).toBe(8)
  ;(device as WebGpuDevice).destroy()
})

test('a GPU that is handed in is taken', async () => {
  const { device } = await init({ gpu: await startSoftwareAdapter() })
  expect(defaultDevice()).toBe(device)
  expect(device.name).toBe('webgpu')
  ;(device as WebGpuDevice).destroy()
})

test('an error of the GPU itself is not taken for its absence', async () => {
  const gpu = { requestAdapter: () => Promise.reject(new TypeError('broken')) } as unknown as GPU
  await expect(init({ gpu })).rejects.toThrow('broken')
})
