import * as nd from '@rungs/ndarray'
import { arrayCases } from '@rungs/testing'
import { describe, test } from 'vitest'
import { closures, wasm, webgpu } from './devices.ts'

describe.each([
  ['cpu without made functions', closures],
  ['wasm', wasm],
  ['webgpu', webgpu],
])('%s gives what NumPy gives for', (_, device) => {
  for (const { name, run } of arrayCases(nd, device)) test(name, run)
})
