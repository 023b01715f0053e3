import * as nd from '@rungs/ndarray'
import { conformanceCases } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { webgpuWithSubgroups } from './devices.ts'

/** What subgroups have a part in. */
const reducesOrScans = /^((sum|prod|max|min|any|all|argmax|argmin|running) of|row programs)/
const cases = conformanceCases(nd, webgpuWithSubgroups).filter(({ name }) => reducesOrScans.test(name))

describe('webgpu with subgroups conforms', () => {
  for (const { name, run } of cases) test(name, run, 120_000)
})

test('kernels of teams make use of subgroups', async () => {
  const x = nd.ones([1000], { device: webgpuWithSubgroups })
  const { kernels } = await webgpuWithSubgroups.explain(() => [x.sum(), x.cumsum(0), nd.softmax(x, 0)])
  expect(kernels).toHaveLength(3)
  for (const { code } of kernels) expect(code).toContain('enable subgroups;')
})
