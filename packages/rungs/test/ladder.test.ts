import { existsSync, readdirSync } from 'node:fs'
import * as autograd from '@rungs/autograd'
import * as einsum from '@rungs/einsum'
import * as wasm from '@rungs/kernels-wasm'
import * as webgpu from '@rungs/kernels-webgpu'
import * as ndarray from '@rungs/ndarray'
import * as nn from '@rungs/nn'
import * as optim from '@rungs/optim'
import { runReadme, startSoftwareAdapter } from '@rungs/testing'
import { afterEach, expect, test } from 'vitest'
import * as rungs from '../src/index.ts'

const packages = new URL('../../', import.meta.url)
const readmes = readdirSync(packages)
  .map((folder) => [folder, new URL(`${folder}/README.md`, packages)] as const)
  .filter(([, file]) => existsSync(file))

const modules = new Map<string, object>([
  ['@rungs/ndarray', ndarray],
  ['@rungs/autograd', autograd],
  ['@rungs/einsum', einsum],
  ['@rungs/nn', nn],
  ['@rungs/optim', optim],
  ['rungs', rungs],
  ['@rungs/kernels-wasm', wasm],
  [
    '@rungs/kernels-webgpu',
    { ...webgpu, createWebGpuDevice: async () => webgpu.createWebGpuDevice({ gpu: await startSoftwareAdapter() }) },
  ],
])

afterEach(() => {
  ndarray.setDefaultDevice(ndarray.cpu)
})

test.for(readmes)('the example of %s prints what its README says', { timeout: 60_000 }, async ([, file]) => {
  await runReadme(file, async (name) => {
    const module = modules.get(name)
    expect(module, `a README imports ${name}`).toBeDefined()
    return module as object
  })
})
