import { startSoftwareAdapter } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { create } from 'webgpu'
import { findDevice } from '../src/adapter.ts'
import { MATRIX_FEATURE } from '../src/subgroupMatrices.ts'
import { matrixChoices, tileFor, tuningOf, tunings } from '../src/tuning.ts'
import { contractText } from '../src/wgsl/contract.ts'
import type { ContractForm, Lanes, SubgroupMatrix } from '../src/wgsl/contractForm.ts'
import { matrixGpu } from './matrixGpu.ts'
import { softwareDevice } from './support.ts'

/** What cards have: of float16 NVIDIA's, of float32 Apple's. */
const kinds: SubgroupMatrix[] = [
  { dtype: 'float16', m: 16, n: 16, k: 16, threads: 32 },
  { dtype: 'float16', m: 16, n: 8, k: 8, threads: 32 },
  { dtype: 'float32', m: 8, n: 8, k: 8, threads: 32 },
]

/** Checks what WGSL is given and computes nothing; it lives as long as its devices. */
const nothing = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis'])

async function problemsOf(device: GPUDevice, code: string): Promise<string[]> {
  device.pushErrorScope('validation')
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo()
  await device.popErrorScope()
  return messages.map(({ message, lineNum }) => `${lineNum}: ${message}`)
}

describe.each(kinds)('matrices of $dtype, $m by $n by $k', (matrix) => {
  test('every form is WGSL without errors or warnings', async () => {
    const adapter = (await nothing.requestAdapter())!
    const requiredFeatures: GPUFeatureName[] = [MATRIX_FEATURE, 'subgroups', 'shader-f16']
    const device = await adapter.requestDevice({ requiredFeatures })
    for (const { tile } of matrixChoices(matrix)) {
      for (const aLanes of ['none', 'm', 'k'] as const) {
        for (const bLanes of ['none', 'n', 'k'] as const) {
          for (const [alongK, outLanes] of [
            [true, 'n'],
            [false, 'none'],
          ] as [boolean, Lanes][]) {
            const form: ContractForm = {
              ...{ batch: 1, m: 2, n: 1, k: 2, tile, subgroup: 32, dtype: matrix.dtype, aLanes, bLanes, outLanes },
              ...{ alongK: [alongK, alongK], buffers: [0, 1, 2], writes: [false, false, true] },
              ...{ outType: matrix.dtype, epilogue: null, split: alongK },
            }
            expect(await problemsOf(device, contractText(form).code)).toEqual([])
          }
        }
      }
    }
    device.destroy()
  })
})

describe('an adapter', () => {
  test('that has matrices is found to, and its table begins with them', async () => {
    const found = await findDevice({ gpu: matrixGpu(await startSoftwareAdapter()) })
    const matrix = { dtype: 'float32', m: 8, n: 8, k: 8, threads: 4 } as const
    expect(found.matrices).toEqual([matrix])
    const { contract } = tuningOf({ ...found, isSoftware: false })
    expect(contract).toEqual([...matrixChoices(matrix), ...tunings.hardware.contract])
    expect([0, 1].map((place) => contract[place]!.tile.memory)).toEqual(['matrices', 'matrices'])
    const table = { ...tunings.hardware, contract }
    expect(tileFor(table, 'float32', 1, 1000, 1000)).toBe(1)
    expect(tileFor(table, 'float32', 4, 1000, 1000)).toBe(0)
    expect(tileFor(table, 'int32', 4, 1000, 1000)).toBe(2)
  })

  test('that has none, or whose WGSL writes them otherwise, goes without', async () => {
    const gpu = await startSoftwareAdapter()
    expect((await findDevice({ gpu })).matrices).toEqual([])
    expect((await findDevice({ gpu: matrixGpu(gpu, { writes: 'otherwise' }) })).matrices).toEqual([])
  })
})

test('a table of matrices alone, or of what an adapter has not, is refused', async () => {
  const small = matrixChoices(kinds[2]!)[1]!
  const alone = softwareDevice({ tuning: { contract: [small] } })
  await expect(alone).rejects.toThrow('{ tuning } has no tile for contractions of every dtype')
  const strange = softwareDevice({ tuning: { contract: [small, ...tunings.software.contract] } })
  await expect(strange).rejects.toThrow(
    'where this adapter has no subgroups of 32 that multiply (8, 8) by (8, 8) of float32',
  )
})
