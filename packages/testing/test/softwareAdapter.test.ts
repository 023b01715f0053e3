import { expect, test } from 'vitest'
import { startSoftwareAdapter } from '../src/index.ts'

test('SwiftShader offers an adapter, and every call gives the same GPU', async () => {
  const gpu = await startSoftwareAdapter()
  expect(await startSoftwareAdapter()).toBe(gpu)
  const adapter = await gpu.requestAdapter()
  expect(adapter?.info.architecture).toBe('swiftshader')
})
