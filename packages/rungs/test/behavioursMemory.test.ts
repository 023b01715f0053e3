// Each name begins with the number of a behaviour that the project promises: creation from random streams, views that share
// memory, products written out by hand, and timing.
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import { shapeOf, type Tensor, thrown, values } from './support.ts'

const { tensor } = r

describe('creation', () => {
  test('row 2: randn([5, 784]) has mean 0 ± 0.05 and std 1 ± 0.05', () => {
    const x = r.randn([5, 784], { generator: r.torchRng(0) })
    expect([x.shape, x.dtype]).toEqual([[5, 784], 'float32'])
    expect(Math.abs(x.mean().itemSync())).toBeLessThan(0.05)
    expect(Math.abs(x.std().itemSync() - 1)).toBeLessThan(0.05)
  })

  test('row 3: device, dtype and requiresGrad stick, on a leaf', () => {
    const x = r.randn([2, 3], { device: r.cpu, dtype: 'float64', requiresGrad: true })
    expect([x.device, x.dtype, x.requiresGrad, x.isLeaf]).toEqual([r.cpu, 'float64', true, true])
  })

  test("row 4: numpyRng(0) gives NumPy's 1.764052345967664 first", () => {
    const x = r.randn([3], { dtype: 'float64', generator: r.numpyRng(0) })
    expect([x.dtype, values(x)[0]]).toEqual(['float64', 1.764052345967664])
  })

  test("row 5: manualSeed(0) gives PyTorch's 1.5410, -0.2934, -2.1788", () => {
    r.manualSeed(0)
    const seeded = String(r.randn([3]))
    expect(seeded).toBe('tensor([ 1.5410, -0.2934, -2.1788])')
    expect(String(r.randn([3], { generator: r.torchRng(0) }))).toBe(seeded)
    const python = r.pythonRng(0)
    expect(Array.from({ length: 3 }, () => python.randint(0, 3))).toEqual([3, 3, 0])
  })

  test('row M14: randint(0, 3) of Python draws 3 too', () => {
    const { randint } = r.pythonRng(0)
    expect(new Set(Array.from({ length: 100 }, () => randint(0, 3)))).toEqual(new Set([0, 1, 2, 3]))
  })

  test('row 34: float64 values are rounded to float32', () => {
    const source = Float64Array.of(0.1, 1 / 3)
    for (const x of [tensor([0.1, 1 / 3], { dtype: 'float32' }), r.fromTypedArray(source, [2], { dtype: 'float32' })]) {
      expect([x.dtype, values(x)]).toEqual(['float32', [Math.fround(0.1), Math.fround(1 / 3)]])
    }
    expect(values(r.fromTypedArray(source, [2]))).toEqual([0.1, 1 / 3])
  })

  test('row 35: rand lies in [0, 1)', () => {
    const x = values(r.rand([100, 10]))
    expect([Math.min(...x) >= 0, Math.max(...x) < 1, new Set(x).size > 900]).toEqual([true, true, true])
  })
})

describe('memory', () => {
  test('row 20: storage, strides, shape and numel; a write through the base is seen in its views', () => {
    const base = tensor([10, 20, 30])
    const view = base.expand([3, 3])
    expect([base.storage.size, view.storage, view.strides, view.shape, view.numel]).toEqual([
      3,
      base.storage,
      [0, 1],
      [3, 3],
      9,
    ])
    base.set([0], 7)
    expect(view.toArraySync()).toEqual([
      [7, 20, 30],
      [7, 20, 30],
      [7, 20, 30],
    ])
  })

  test('row 23: rows, columns and parts are views, read and written', () => {
    const x = r.zeros([6, 6])
    const [row, all, column, part] = [x.at(1), x.at(1, ':'), x.at(':', 2), x.at('0:5', '0:5')]
    for (const view of [row, all, column, part, x.slice(0, 0, 5)]) expect(view.storage).toBe(x.storage)
    x.set([1, 2], x.at(1, 2).add(4))
    expect([row, all, column].map((view) => view.sum().itemSync())).toEqual([4, 4, 4])
    row.set([0], 5)
    part.set([4, 4], 6)
    x.set([5], tensor([1, 2, 3, 4, 5, 6]))
    expect(
      [
        [1, 0],
        [4, 4],
        [5, 5],
      ].map(([i, j]) => x.at(i!, j!).itemSync()),
    ).toEqual([5, 6, 6])
    expect(values(x.at(':', 2))).toEqual([0, 4, 0, 0, 0, 3])
  })

  test('row 29: a clone is independent, and a mask assigns', () => {
    const h = tensor([-1, 2, -3])
    expect([values(h.clone().maskedFill_(h.lt(0), 0)), values(h)]).toEqual([
      [0, 2, 0],
      [-1, 2, -3],
    ])
    expect(h.copy().storage).not.toBe(h.storage)
  })

  test('row 31: w1.sub_(g, { alpha }) keeps the memory and counts one change', () => {
    const w1 = tensor([1, 2])
    const { storage, version } = w1
    expect(values(w1.sub_(tensor([2, 4]), { alpha: 0.25 }))).toEqual([0.5, 1])
    expect([w1.storage, w1.version]).toEqual([storage, version + 1])
  })

  test('rows 32 and M8: the gradient of ReLU without a loop is that of the loop except at 0', () => {
    const x = tensor([-2, -0.5, 0, 0.5, 3])
    const loop = values(x).map((value) => (value > 0 ? 1 : 0))
    const vectorised = values(r.onesLike(x).maskedFill_(x.lt(0), 0))
    expect([loop, vectorised]).toEqual([
      [0, 0, 0, 1, 1],
      [0, 0, 1, 1, 1],
    ])
  })
})

describe('the product of matrices, written out', () => {
  const a = r.randn([5, 784], { generator: r.torchRng(1) })
  const b = r.randn([784, 10], { generator: r.torchRng(2) })
  const sizes = [5, 10, 784] as const

  function matmulLoops(): Tensor {
    const out = r.zeros([5, 10])
    const [rows, columns, inner] = sizes
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < inner; k++) out.set([i, j], out.at(i, j).add(a.at(i, k).mul(b.at(k, j))))
      }
    }
    return out
  }

  function matmulLoopsRaw(): Tensor {
    const [x, y] = [a.toTypedArraySync(), b.toTypedArraySync()]
    const out = new Float32Array(50)
    const [rows, columns, inner] = sizes
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < inner; k++) out[i * columns + j]! += x[i * inner + k]! * y[k * columns + j]!
      }
    }
    return r.fromTypedArray(out, [5, 10])
  }

  function matmulElementwise(): Tensor {
    const out = r.zeros([5, 10])
    for (let i = 0; i < 5; i++) for (let j = 0; j < 10; j++) out.set([i, j], a.at(i).mul(b.at(':', j)).sum())
    return out
  }

  const broadcastRow = (): Tensor => r.stack([0, 1, 2, 3, 4].map((i) => a.at(i).unsqueeze(-1).mul(b).sum(0)))

  const rows: readonly (readonly [name: string, product: () => Tensor])[] = [
    ['row 37: three loops over tensors', matmulLoops],
    ['row 37: three loops over raw memory', matmulLoopsRaw],
    ['row 38: an elementwise inner loop', matmulElementwise],
    ['row 39: a broadcast row', broadcastRow],
    ['row 41: matmul', () => r.matmul(a, b)],
  ]
  test.for(rows)('%s gives what mm gives', { timeout: 60_000 }, ([, product]) => {
    expectClose(values(product()), values(a.mm(b)), { absolute: 1e-4 })
  })

  test('row 39: shapes (5, 784, 1) and (784, 10)', () => {
    expect(shapeOf(a.unsqueeze(-1))).toBe('(5, 784, 1)')
    expect(shapeOf(a.at(0).unsqueeze(-1).expandAs(b))).toBe('(784, 10)')
  })

  test('row 42: (2, 3) times (2, 3) is refused', () => {
    expect(thrown(() => r.matmul(r.zeros([2, 3]), r.zeros([2, 3])))).toBeInstanceOf(r.ShapeError)
  })
})

test('row 43: timeit calls every loop of every run, and its text is that of %timeit', async () => {
  let calls = 0
  const timing = await r.timeit(() => void calls++, { loops: 20, runs: 7 })
  expect([calls, timing.loops, timing.times.length]).toEqual([140, 20, 7])
  const spread = 801e-6 / Math.sqrt(6 / 7)
  const times = [-1, -1, -1, 0, 1, 1, 1].map((sign) => 0.325 + sign * spread)
  const line = '325 ms ± 801 µs per loop (mean ± std. dev. of 7 runs, 20 loops each)'
  expect(String(new r.Timing(times, 20))).toBe(line)
  expect(String(new r.Timing([1, 5], 1)).split('\n')[0]).toBe(
    'The slowest run took 5.00 times longer than the fastest. ' +
      'This could mean that an intermediate result is being cached.',
  )
})
