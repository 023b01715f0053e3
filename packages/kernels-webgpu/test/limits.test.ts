import {
  argmax,
  bmm,
  cat,
  contract,
  type Device,
  elementwise,
  expr,
  fromTypedArray,
  gather,
  mm,
  type NDArray,
  ones,
  type Program,
  program,
  reduce,
  scatterAdd,
  sum,
  updateInPlace,
  zeros,
} from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { softwareDevice } from './support.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('what the adapter has is asked for', () => {
  test('buffers of a call, bytes of an array', async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    const { limits } = adapter!
    const device = await softwareDevice()
    expect(device.maxBuffers).toBe(limits.maxStorageBuffersPerShaderStage)
    expect(device.maxBytes).toBe(Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize))
  })
})

describe('a device that binds eight buffers', () => {
  /** Input i is 2^i, so that every sum of inputs tells which they are. */
  const inputs = (device: Device, count: number, size: number): NDArray[] =>
    Array.from({ length: count }, (_, i) => ones([size], { device }).mul(2 ** i))
  const sumOf = (count: number): Program => {
    let total = expr.input(0)
    for (let i = 1; i < count; i++) total = expr.binary('add', total, expr.input(i))
    return program(total)
  }
  let device: WebGpuDevice
  beforeAll(async () => {
    const adapter = await (await startSoftwareAdapter()).requestAdapter()
    device = await createWebGpuDevice({ device: await adapter!.requestDevice() })
    expect(device.maxBuffers).toBe(8)
  })

  test.each([7, 8, 9, 16, 20])('a formula of %i arrays', async (count) => {
    const y = elementwise('test', sumOf(count), inputs(device, count, 5))
    expect(await y.toArray()).toEqual(new Array(5).fill(2 ** count - 1))
  })

  test.each([7, 8, 12])('a reduction of a formula of %i arrays', async (count) => {
    const y = reduce('test', 'sum', sumOf(count), inputs(device, count, 5000), [0], false)
    expect(await y.item()).toBe(5000 * (2 ** count - 1))
  })

  test.each([6, 7, 8, 12])('the place of the largest of a formula of %i arrays', async (count) => {
    const arrays = inputs(device, count, 5000)
    arrays[count - 1]!.slice(0, 4321, 4322).fill_(1e6)
    expect(await reduce('test', 'argmax', sumOf(count), arrays, [0], false).item()).toBe(4321)
  })

  test.each([5, 6, 12])('a product finished with %i arrays', async (count) => {
    const a = ones([16, 16], { device })
    const others = inputs(device, count, 16)
    const finish = { program: sumOf(count + 1), inputs: others, scalars: [] }
    const y = contract('test', a, a, { batch: 0, m: 1, n: 1, k: 1 }, finish)
    expect(await y.amin().item()).toBe(16 + 2 ** count - 1)
    expect(await y.amax().item()).toBe(16 + 2 ** count - 1)
  })

  test('five results from five arrays in one formula', async () => {
    const outs = inputs(device, 5, 4)
    const sources = inputs(device, 5, 4)
    const shifted = program(...outs.map((_, i) => expr.binary('add', expr.input(i), expr.input((i + 1) % 5))))
    updateInPlace('test', shifted, outs, sources)
    const found = await Promise.all(outs.map((out) => out.at(0).item()))
    expect(found).toEqual([1 + 2, 2 + 4, 4 + 8, 8 + 16, 16 + 1])
  })
})

describe('more than 65,535 workgroups', () => {
  let device: WebGpuDevice
  beforeAll(async () => {
    device = await softwareDevice()
  })

  test('elementwise, a reduction of it all, and the last element', async () => {
    const size = 65536 * 64 * 4 + 5
    const x = zeros([size], { device })
    x.slice(0, 65535 * 64 * 4).fill_(3)
    expect(await x.slice(0, size - 1).toArray()).toEqual([3])
    expect(await sum(x.gt(1)).item()).toBe(size - 65535 * 64 * 4)
    expect(await argmax(x).item()).toBe(65535 * 64 * 4)
  })

  test('a reduction with many results', async () => {
    const rows = 65536 * 8 * 4 + 8
    const x = ones([rows, 3], { device })
    x.slice(0, rows - 1).fill_(2)
    const y = sum(x, 1)
    expect(await y.slice(0, rows - 2).toArray()).toEqual([3, 6])
    expect(await y.sum().item()).toBe(rows * 3 + 3)
  })

  test('a batch of many products', async () => {
    const batch = 65536 + 3
    const a = ones([batch, 4, 4], { device })
    a.slice(0, batch - 1).fill_(2)
    const y = bmm(a, a)
    expect(
      await y
        .slice(0, batch - 2)
        .amax([1, 2])
        .toArray(),
    ).toEqual([4, 16])
    expect(await y.sum().item()).toBe(16 * (4 * (batch - 1) + 16))
  })

  test('a lookup', async () => {
    const size = 65536 * 64 * 4 + 5
    const table = fromTypedArray(Float32Array.of(7, 8), [2], { device })
    const index = zeros([size], { device, dtype: 'int32' })
    index.slice(0, size - 1).fill_(1)
    const y = gather(table.expand([2]), 0, index)
    expect(await y.slice(0, size - 2).toArray()).toEqual([7, 8])
  })
})

describe('arrays without elements', () => {
  let device: WebGpuDevice
  beforeAll(async () => {
    device = await softwareDevice()
  })
  const none = (...shape: number[]): NDArray => zeros(shape, { device })

  test.each<[name: string, make: () => NDArray, shape: number[], values: unknown]>([
    ['read', () => none(0), [0], []],
    ['elementwise', () => none(3, 0).add(1), [3, 0], [[], [], []]],
    ['in place', () => none(0, 2).mul_(none(2)), [0, 2], []],
    ['broadcast', () => none(0, 1).add(ones([3], { device })), [0, 3], []],
    ['sum of nothing', () => none(2, 0).sum(1), [2], [0, 0]],
    ['sum of all of nothing', () => none(0).sum(), [], 0],
    ['product of nothing', () => none(0, 3).prod(0), [3], [1, 1, 1]],
    ['all of nothing', () => none(0).gt(0).all(), [], true],
    ['no sums', () => none(0, 3).sum(1), [0], []],
    ['matrix product with no rows', () => mm(none(0, 4), ones([4, 3], { device })), [0, 3], []],
    [
      'matrix product over nothing',
      () => mm(none(2, 0), none(0, 3)),
      [2, 3],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ],
    ['no matrices', () => bmm(none(0, 2, 3), none(0, 3, 2)), [0, 2, 2], []],
    ['lookup of nothing', () => ones([3], { device }).indexSelect(0, zeros([0], { device, dtype: 'int32' })), [0], []],
    [
      'sums of nothing',
      () => scatterAdd(ones([2], { device }), 0, zeros([0], { device, dtype: 'int32' }), none(0)),
      [2],
      [1, 1],
    ],
    ['joined', () => cat([none(0, 2), ones([1, 2], { device })]), [1, 2], [[1, 1]]],
    ['converted', () => none(0).gt(0).to('int32'), [0], []],
  ])('%s', async (_, make, shape, values) => {
    const result = make()
    expect(result.shape).toEqual(shape)
    expect(await result.toArray()).toEqual(values)
  })
})
