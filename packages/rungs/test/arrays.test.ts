import * as nd from '@rungs/ndarray'
import { arrayCases } from '@rungs/testing'
import { describe, test } from 'vitest'
import { closures, webgpu } from './devices.ts'

describe.each([
  ['cpu without made functions', closures],
  ['webgpu', webgpu],
])('%s gives what NumPy gives for', (_, device) => {
  for (const { name, run } of arrayCases(nd, device)) test(name, run)
})
