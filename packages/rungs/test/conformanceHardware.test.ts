import * as nd from '@rungs/ndarray'
import { conformanceCases } from '@rungs/testing'
import { describe, test } from 'vitest'
import { webgpuAsHardware } from './devices.ts'

describe('webgpu as on hardware conforms', () => {
  for (const { name, run } of conformanceCases(nd, webgpuAsHardware)) test(name, run, 120_000)
})
