import * as nd from '@rungs/ndarray'
import { conformanceCases } from '@rungs/testing'
import { describe, test } from 'vitest'
import { webgpu } from './devices.ts'

describe('webgpu conforms', () => {
  for (const { name, run } of conformanceCases(nd, webgpu)) test(name, run, 120_000)
})
