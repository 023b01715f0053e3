import { describe, expect, test } from 'vitest'
import { createWebGpuDevice, type Tile } from '../src/index.ts'
import { tunings } from '../src/tuning.ts'
import { fakeGpu } from './fakeGpu.ts'

const deviceWith = (tile: Partial<Tile>): Promise<unknown> => {
  const good: Tile = { memory: 'workgroup', threads: [8, 8], results: [4, 4], depth: 8 }
  const contract = [{ ...good, ...tile }, good].map((tile) => ({ leastM: 0, leastN: 0, leastWorkgroups: 0, tile }))
  return createWebGpuDevice({ device: fakeGpu().device, tuning: { contract } })
}

describe('a tuning that is handed over', () => {
  test.each<[why: RegExp, tile: Partial<Tile>]>([
    [/positive whole numbers/, { threads: [0, 8] }],
    [/positive whole numbers/, { depth: 1.5 }],
    [/multiples of four/, { results: [4, 6] }],
    [/has four columns/, { memory: 'registers', results: [4, 8] }],
    [/1024 threads, and this adapter allows 256/, { threads: [32, 32] }],
    [/33792 bytes of workgroup memory/, { threads: [16, 16], results: [8, 8], depth: 32 }],
    [/256 threads cannot share out tiles of 64 and 64 by 8/, { threads: [16, 16], depth: 8 }],
    [/64 threads cannot share out tiles of 32 and 96 by 8/, { results: [4, 12] }],
    [
      /rows of 8 threads are not subgroups, which here have no size that is known/,
      { memory: 'subgroup', threads: [8, 8], results: [8, 4] },
    ],
    [/memory is 'matrices' where there is a matrix, and only there/, { memory: 'matrices' }],
    [/memory is 'matrices' where/, { matrix: { dtype: 'float32', m: 8, n: 8, k: 8, threads: 4 } }],
  ])('is refused: %s', async (why, tile) => {
    await expect(deviceWith(tile)).rejects.toThrow(why)
  })

  test('needs a tile', async () => {
    const device = createWebGpuDevice({ device: fakeGpu().device, tuning: { contract: [] } })
    await expect(device).rejects.toThrow('createWebGpuDevice: { tuning } has no tile for contractions of every dtype')
  })

  test('cannot have subgroups that the adapter has not', async () => {
    const device = createWebGpuDevice({ device: fakeGpu().device, tuning: { subgroup: 32 } })
    await expect(device).rejects.toThrow(
      "createWebGpuDevice: { tuning } has subgroups of 32, and this adapter's have no size and order that are known",
    )
  })

  test('is what the device then says', async () => {
    const tuning = { ...tunings.hardware, splitBelow: 7 }
    expect((await createWebGpuDevice({ device: fakeGpu().device, tuning })).tuning).toEqual(tuning)
  })
})

test('tiles that do not fit an adapter are left out of its table', async () => {
  const { device } = fakeGpu({ adapterInfo: { vendor: 'nvidia', architecture: '', device: '', description: '' } })
  expect((await createWebGpuDevice({ device })).tuning.contract).toEqual(tunings.hardware.contract)
})
