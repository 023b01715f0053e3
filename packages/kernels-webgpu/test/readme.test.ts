import * as ndarray from '@rungs/ndarray'
import { runReadme } from '@rungs/testing'
import { test, vi } from 'vitest'
import * as webgpu from '../src/index.ts'
import { softwareDevice } from './support.ts'

// Kernels are compiled and run on a processor that does other things too.
vi.setConfig({ testTimeout: 60_000 })

test.each([
  ['of the README', 0],
  ['of warmup', 1],
  ['of profile', 2],
  ['of explain', 3],
])('the example %s prints what it says', async (_, number) => {
  const modules: { readonly [name: string]: object } = {
    '@rungs/ndarray': ndarray,
    '@rungs/kernels-webgpu': { ...webgpu, createWebGpuDevice: softwareDevice },
  }
  await runReadme(new URL('../README.md', import.meta.url), async (name) => modules[name]!, number)
})
