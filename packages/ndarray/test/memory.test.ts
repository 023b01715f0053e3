import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Finalisers run some turns after a collection. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    collect()
    await nd.turn()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

const LARGE = 8192
const BYTES = LARGE * 4

describe('memory', () => {
  test('counts large arrays while a view of them lives', async () => {
    const device = nd.createCpuDevice()
    let x: nd.NDArray | null = nd.zeros([LARGE], { device })
    let view: nd.NDArray | null = x.reshape([2, -1]).at(1)
    expect(nd.memory(device)).toEqual({ arrays: 1, bytes: BYTES, peakBytes: BYTES })
    const y = nd.zeros([LARGE], { device })
    expect(nd.memory(device)).toEqual({ arrays: 2, bytes: 2 * BYTES, peakBytes: 2 * BYTES })
    x = null
    await collectAll()
    expect(nd.memory(device).arrays).toBe(2)
    expect(view.sum().itemSync()).toBe(0)
    view = null
    await collectAll()
    expect(nd.memory(device)).toEqual({ arrays: 1, bytes: BYTES, peakBytes: 2 * BYTES })
    y.dispose()
    expect(nd.memory(device)).toEqual({ arrays: 0, bytes: 0, peakBytes: 2 * BYTES })
    expect([x, view]).toEqual([null, null])
  })

  test('comes back from ten thousand eager steps by itself', async () => {
    const device = nd.createCpuDevice()
    const w = nd.ones([LARGE], { device })
    for (let step = 0; step < 10000; step++) {
      w.sub_(w.mul(1e-4))
      if (step % 100 === 99) await w.at(0).item()
    }
    await collectAll()
    expect(nd.memory(device)).toMatchObject({ arrays: 1, bytes: BYTES })
    expect(w.at(0).itemSync()).toBeCloseTo(Math.exp(-1), 4)
  })

  test('small arrays share slabs, which come back too', async () => {
    const device = nd.createCpuDevice()
    const make = (): number => {
      let bytes = 0
      for (let i = 0; i < 5000; i++) bytes += nd.zeros([100], { device }).add(1).size
      return bytes
    }
    expect(make()).toBe(500000)
    await collectAll()
    // The slab in use and a spare one stay.
    expect(nd.memory(device).arrays).toBeLessThanOrEqual(2)
  })
})

describe('dispose', () => {
  test('lets go of one view; memory goes with the last', () => {
    const device = nd.createCpuDevice()
    const x = nd.zeros([LARGE], { device })
    const view = x.at(':10')
    x.dispose()
    x.dispose()
    expect(nd.memory(device).arrays).toBe(1)
    expect(values(view)).toEqual(new Array(10).fill(0))
    expect(thrown(() => x.sum())).toBeInstanceOf(nd.DeviceError)
    view.dispose()
    expect(nd.memory(device)).toMatchObject({ arrays: 0, bytes: 0 })
  })

  test('happens at the end of a block that declares the array with using', () => {
    const device = nd.createCpuDevice()
    let seen = 0
    {
      using x = nd.ones([LARGE], { device })
      seen = x.sum().itemSync()
    }
    expect([seen, nd.memory(device).arrays]).toEqual([LARGE, 0])
  })

  test.each<[string, (x: nd.NDArray) => nd.NDArray]>([
    ['a sum over a dim', (x) => x.sum(0)],
    ['a logsumexp', (x) => nd.logsumexp(x, 0)],
    ['a matrix times a vector', (x) => x.matmul(nd.ones([x.shape[1]!]))],
    ['rows by an integer array', (x) => x.at(nd.array([0, 1], { dtype: 'int32' }))],
    ['a sum', (x) => x.add(1)],
  ])('gives back at once the memory of %s, of which nobody has a view', (_, make) => {
    const y = make(nd.ones([3, 4]))
    const { storage } = y
    y.dispose()
    expect(storage.released).toBe(true)
  })

  test('waits for the last view, not for those that an index passed through', () => {
    const x = nd.ones([3, 4, 5])
    const { storage } = x
    const part = x.at(1, ':', null, '1:3')
    x.dispose()
    expect(storage.released).toBe(false)
    part.dispose()
    expect(storage.released).toBe(true)
  })

  test('what PyTorch would print of a disposed array is an error that names its shape', () => {
    const x = nd.ones([2, 3])
    x.dispose()
    expect([x.shape, x.dtype, x.size]).toEqual([[2, 3], 'float32', 6])
    expect(thrown(() => x.toString()).message).toContain('(2, 3)')
  })
})

describe('tidy', () => {
  test('releases all but what the function returns, inside anything', () => {
    const device = nd.createCpuDevice()
    const x = nd.ones([LARGE], { device })
    const { sum, list, map } = nd.tidy(() => {
      const y = x.mul(2).add(1)
      return { sum: y.sum(), list: [y.at(':3')], map: new Map([['z', y.neg().reshape([2, -1])]]) }
    })
    expect(nd.memory(device).arrays).toBe(3)
    expect([sum.itemSync(), values(list[0]!), map.get('z')!.shape]).toEqual([3 * LARGE, [3, 3, 3], [2, LARGE / 2]])
  })

  test('nests: what an inner one returns belongs to the outer', () => {
    const device = nd.createCpuDevice()
    let inner: nd.NDArray | null = null
    nd.tidy(() => {
      inner = nd.tidy(() => nd.ones([LARGE], { device }).add(1))
      expect(nd.memory(device).arrays).toBe(1)
    })
    expect(nd.memory(device).arrays).toBe(0)
    expect(thrown(() => inner!.add(1))).toBeInstanceOf(nd.DeviceError)
  })

  test('leaves arrays from outside alone, changed ones too', () => {
    const x = nd.ones([3])
    nd.tidy(() => x.add_(x.mul(2)))
    expect(values(x)).toEqual([3, 3, 3])
  })

  test('releases when the function throws, and passes the error on', () => {
    const device = nd.createCpuDevice()
    expect(() =>
      nd.tidy(() => {
        nd.zeros([LARGE], { device })
        throw new RangeError('mine')
      }),
    ).toThrow('mine')
    expect(nd.memory(device).arrays).toBe(0)
  })

  test('refuses a promise', () => {
    expect(() => nd.tidy(async () => 1)).toThrow(nd.RungsError)
  })

  test('a key may have any name', () => {
    const kept = nd.tidy(() => ({ storage: nd.ones([2]), other: nd.ones([2]) }))
    expect([values(kept.storage), values(kept.other)]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
})

test('an operation that fails leaves nothing behind', async () => {
  const device = nd.createCpuDevice()
  const x = nd.zeros([LARGE], { device })
  for (const call of [() => x.add(nd.zeros([3], { device })), () => x.expand([2, LARGE]).add_(1), () => x.at(LARGE)]) {
    expect(thrown(call)).toBeInstanceOf(nd.RungsError)
  }
  await collectAll()
  expect(nd.memory(device).arrays).toBe(1)
})
