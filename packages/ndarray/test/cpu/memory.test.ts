import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createCpuDevice } from '../../src/cpu/device.ts'
import { type DType, dtypes } from '../../src/dtype.ts'
import { DeviceError } from '../../src/errors.ts'
import { Storage } from '../../src/storage.ts'
import { turn } from '../../src/turn.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const SLAB = 2 ** 18

test('what is written is read back, from memory of every kind', async () => {
  const device = createCpuDevice()
  for (const dtype of device.dtypes) {
    for (const size of [0, 1, 16, 17, 1000, 20_000]) {
      const storage = new Storage(device, dtype, size)
      const other = new Storage(device, dtype, size)
      const data = new dtypes[dtype].array(size).fill(1)
      device.write(storage, 0, data)
      device.write(other, 0, new dtypes[dtype].array(size))
      expect(await device.read(storage, 0, size)).toEqual(data)
      if (size < 2) continue
      const fresh = device.readSync!(storage, 1, size - 1)
      expect(fresh).toEqual(data.slice(1))
      fresh.fill(0)
      device.write(storage, 1, data.slice(0, 1).fill(0))
      expect(device.readSync!(storage, 0, 3 % size)).toEqual(data.slice(0, 3 % size).fill(0, 1, 2))
    }
  }
})

test('slabs count as one array each, larger arrays singly, tiny ones not at all', () => {
  const device = createCpuDevice()
  const keep = [new Storage(device, 'float64', 16)]
  expect(device.usage).toEqual({ arrays: 0, bytes: 0, peakBytes: 0 })
  const dtypesInTurn: readonly DType[] = ['uint8', 'float64', 'int32']
  for (const dtype of dtypesInTurn) keep.push(new Storage(device, dtype, 17))
  expect(device.usage).toMatchObject({ arrays: 1, bytes: SLAB })
  keep.push(new Storage(device, 'float32', 4097))
  expect(device.usage).toMatchObject({ arrays: 2, bytes: SLAB + 16388 })
  for (let i = 0; i < 16; i++) keep.push(new Storage(device, 'float32', 4096))
  expect(device.usage).toMatchObject({ arrays: 3, bytes: 2 * SLAB + 16388 })
  for (const storage of keep) storage.release()
  expect(device.usage).toEqual({ arrays: 2, bytes: 2 * SLAB, peakBytes: 2 * SLAB + 16388 })
})

test('a slab whose arrays are all released is used again', () => {
  const device = createCpuDevice()
  for (let round = 0; round < 50; round++) {
    const arrays = Array.from({ length: 100 }, () => new Storage(device, 'float32', 1000))
    for (const storage of arrays) storage.release()
  }
  expect(device.usage.arrays).toBeLessThanOrEqual(4)
})

test('slabs and large arrays that nobody holds are collected once the event loop turns', async () => {
  const device = createCpuDevice()
  const kept: Storage[] = []
  const fill = (): void => {
    for (let i = 0; i < 1000; i++) {
      const small = new Storage(device, 'float32', 500)
      device.write(small, 0, new Float32Array(500).fill(i))
      if (i === 500) kept.push(small)
      new Storage(device, 'float32', 5000)
    }
  }
  fill()
  expect(device.usage.bytes).toBeGreaterThan(20_000_000)
  for (let i = 0; i < 5; i++) {
    gc()
    await device.turn()
  }
  // The current slab, and the one that the kept array is in.
  expect(device.usage).toMatchObject({ arrays: 2, bytes: 2 * SLAB })
  expect(device.readSync!(kept[0]!, 0, 2)).toEqual(Float32Array.of(500, 500))
})

test('a turn lets the event loop run, and many may wait for one', async () => {
  let turns = 0
  const tick = (): void => {
    if (turns++ < 1000) setImmediate(tick)
  }
  setImmediate(tick)
  for (let i = 0; i < 10; i++) await Promise.all([turn(), turn(), turn()])
  expect(turns).toBeGreaterThanOrEqual(9)
})

test('where there is no setImmediate a message turns the loop', async () => {
  const { setImmediate } = globalThis
  Reflect.deleteProperty(globalThis, 'setImmediate')
  try {
    let done = 0
    const waiting = [turn(), turn()].map((each) => each.then(() => done++))
    await Promise.resolve()
    expect(done).toBe(0)
    await Promise.all(waiting)
    await turn()
    expect(done).toBe(2)
  } finally {
    globalThis.setImmediate = setImmediate
  }
})

test('memory that cannot be had is a DeviceError', () => {
  const device = createCpuDevice()
  expect(() => device.allocate('float64', 2 ** 40)).toThrow(DeviceError)
  expect(() => new Storage(device, 'float64', 2 ** 31)).toThrow(DeviceError)
})
