import { add, array, fromTypedArray, type NDArray, ones, Storage, zeros } from '@rungs/ndarray'
import { beforeAll, describe, expect, test } from 'vitest'
import type { WebGpuDevice } from '../src/index.ts'
import { softwareDevice } from './support.ts'

let device: WebGpuDevice
beforeAll(async () => {
  device = await softwareDevice()
})

describe('write and read', () => {
  test.each([
    ['float32', Float32Array.of(1.5, -0, NaN, Infinity, -3e38)],
    ['int32', Int32Array.of(-2147483648, 2147483647, 0)],
    ['uint32', Uint32Array.of(4294967295, 0, 7)],
    ['uint8', Uint8Array.of(0, 1, 255)],
    ['bool', Uint8Array.of(0, 1, 1)],
  ] as const)('%s comes back as it was', async (dtype, data) => {
    const x = fromTypedArray(data, [data.length], { dtype, device })
    const back = await x.toTypedArray()
    expect(back).toEqual(data)
    expect(back.constructor).toBe(data.constructor)
  })

  test('a part of a storage', async () => {
    const storage = new Storage(device, 'uint8', 6)
    device.write(storage, 0, Uint8Array.of(1, 2, 3, 4, 5, 6))
    device.write(storage, 2, Uint8Array.of(30, 40))
    expect(await device.read(storage, 1, 4)).toEqual(Uint8Array.of(2, 30, 40, 5))
    expect(await device.read(storage, 3, 0)).toEqual(new Uint8Array(0))
  })

  test('bool memory is 0 or 1, whatever is written', async () => {
    const storage = new Storage(device, 'bool', 3)
    device.write(storage, 0, Uint8Array.of(0, 7, 255))
    expect(await device.read(storage, 0, 3)).toEqual(Uint8Array.of(0, 1, 1))
  })

  test('two reads at once', async () => {
    const [x, y] = [ones([5], { device }), zeros([3], { device })]
    expect(await Promise.all([x.toArray(), y.toArray(), x.sum().item()])).toEqual([[1, 1, 1, 1, 1], [0, 0, 0], 5])
  })

  test('there is no synchronous read', () => {
    expect(() => ones([1], { device }).itemSync()).toThrow(/webgpu/)
  })
})

describe('order', () => {
  test('kernels see what was there when they were recorded', async () => {
    const x = array([1, 2, 3], { device })
    const before = add(x, 0)
    device.write(x.storage, 0, Float32Array.of(7, 8, 9))
    const after = add(x, 0)
    expect(await before.toArray()).toEqual([1, 2, 3])
    expect(await after.toArray()).toEqual([7, 8, 9])
  })

  test('memory given back after recording may be taken again at once', async () => {
    let sum: NDArray = zeros([1000], { device })
    for (let i = 1; i <= 100; i++) {
      const next = add(sum, i)
      sum.dispose()
      sum = next
    }
    expect((await sum.toTypedArray()).every((x) => x === 5050)).toBe(true)
  })

  test('many parameters: 16 dims that cannot be merged', async () => {
    const x = array(Array.from({ length: 2 ** 10 }, (_, i) => i)).reshape(Array.from({ length: 10 }, () => 2))
    const turned = x.permute([9, 7, 5, 3, 1, 0, 2, 4, 6, 8])
    const [a, b] = [turned.to(device), x.to(device).permute([9, 7, 5, 3, 1, 0, 2, 4, 6, 8])]
    expect(
      await a
        .add(b)
        .add(b.flip([0, 3]))
        .toTypedArray(),
    ).toEqual(
      turned
        .add(turned)
        .add(turned.flip([0, 3]))
        .toTypedArraySync(),
    )
  })
})
