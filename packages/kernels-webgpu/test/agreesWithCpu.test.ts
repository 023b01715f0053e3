import {
  add,
  argmax,
  argmin,
  array,
  contract,
  expr,
  formulas,
  gather,
  mm,
  type NDArray,
  program,
  scatterAdd,
  where,
} from '@rungs/ndarray'
import { expectClose } from '@rungs/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { WebGpuDevice } from '../src/index.ts'
import { randomArray, seeded, softwareDevice, type TestType } from './support.ts'

// Kernels are compiled and run on a processor that does other things too.
vi.setConfig({ testTimeout: 60_000 })

let device: WebGpuDevice
beforeAll(async () => {
  device = await softwareDevice()
})

type Random = ReturnType<typeof seeded>
/** What is done to both arrays: the same views, one on the CPU and one on the GPU. */
type Change = (x: NDArray) => NDArray

function randomView(random: Random, shape: readonly number[]): { base: number[]; change: Change } {
  // From the wanted shape back to a base array: permuted, padded for slices, flipped, or broadcast.
  const order = shape.map((_, i) => i)
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  const kinds = shape.map(() => random.below(5))
  const base: number[] = new Array(shape.length)
  order.forEach((dim, at) => {
    const kind = kinds[dim]!
    base[at] = kind === 0 ? 1 : kind === 1 ? shape[dim]! + 3 : kind === 2 ? shape[dim]! * 2 : shape[dim]!
  })
  return {
    base,
    change: (x) => {
      let view = x.permute(shape.map((_, dim) => order.indexOf(dim)))
      shape.forEach((size, dim) => {
        const kind = kinds[dim]!
        if (kind === 1) view = view.slice(dim, 2, size + 2)
        if (kind === 2) view = view.slice(dim, 0, size * 2, 2)
        if (kind === 3) view = view.flip(dim)
      })
      return view.expand([...shape])
    },
  }
}

const shapes = [
  [],
  [1],
  [3],
  [7],
  [8],
  [130],
  [4, 4],
  [5, 3],
  [3, 8],
  [16, 12],
  [2, 3, 4],
  [3, 1, 5],
  [4, 6, 8],
  [2, 3, 2, 5],
  [2, 0, 3],
  [70, 65],
]
const same = async (got: NDArray, want: NDArray, what: string): Promise<void> => {
  expect(got.dtype, what).toBe(want.dtype)
  expect(got.shape, what).toEqual(want.shape)
  expectClose(await got.toTypedArray(), await want.toTypedArray(), { relative: 2e-5, absolute: 2e-5 }, what)
}
const both = (x: NDArray, change: Change): [NDArray, NDArray] => [change(x), change(x.to(device))]

describe('random views', () => {
  test.each(Array.from({ length: 16 }, (_, seed) => seed))('map, seed %i', async (seed) => {
    const random = seeded(seed)
    const shape = shapes[random.below(shapes.length)]!
    const dtype = (['float32', 'int32', 'bool', 'uint8'] as const)[random.below(4)]!
    const [a, b] = [randomView(random, shape), randomView(random, shape)]
    const [a0, a1] = both(randomArray(random, dtype, a.base), a.change)
    const [b0, b1] = both(randomArray(random, 'float32', b.base), b.change)
    await same(add(a1, b1), add(a0, b0), `add ${shape}`)
    await same(where(a1.gt(1), b1, a1), where(a0.gt(1), b0, a0), `where ${shape}`)
    await same(a1.mul(a1).copy(), a0.mul(a0).copy(), `square ${shape}`)
    const target = randomArray(
      random,
      dtype,
      shape.map((n) => n + 1),
    )
    const inner: Change = (x) => shape.reduce<NDArray>((view, n, dim) => view.slice(dim, 1, n + 1), x)
    const [t0, t1] = [target.clone(), target.to(device)]
    inner(t0).copy_(a0)
    inner(t1).copy_(a1)
    if (dtype !== 'bool') {
      inner(t0).mul_(a0).add_(3)
      inner(t1).mul_(a1).add_(3)
    }
    await same(t1, t0, `in place ${shape}`)
  })

  test.each(Array.from({ length: 24 }, (_, seed) => seed))('reduce, seed %i', async (seed) => {
    const random = seeded(seed + 1000)
    const shape = [...shapes, [3000], [2, 5000], [4000, 4], [4, 300, 8]][random.below(shapes.length + 4)]!
    const dtype = (['float32', 'int32', 'bool', 'uint8', 'uint32'] as const)[random.below(5)]!
    const { base, change } = randomView(random, shape)
    const [x0, x1] = both(randomArray(random, dtype, base), change)
    const dims = shape.map((_, i) => i).filter(() => random.below(2) === 0)
    const list = dims.length === 0 ? undefined : dims
    const what = `${dtype} ${shape} over ${dims}`
    await same(x1.sum(list), x0.sum(list), `sum ${what}`)
    if (dtype === 'float32') await same(x1.prod(list), x0.prod(list), `prod ${what}`)
    await same(x1.any(list), x0.any(list), `any ${what}`)
    await same(x1.all(list), x0.all(list), `all ${what}`)
    if (!shape.includes(0)) {
      await same(x1.amax(list), x0.amax(list), `max ${what}`)
      await same(x1.amin(list), x0.amin(list), `min ${what}`)
      const dim = shape.length === 0 || random.below(3) === 0 ? undefined : random.below(shape.length)
      await same(argmax(x1, dim), argmax(x0, dim), `argmax ${what} ${dim}`)
      await same(argmin(x1, dim), argmin(x0, dim), `argmin ${what} ${dim}`)
    }
  })

  const epilogue = program(formulas.relu(formulas.add(formulas.mul(expr.input(0), expr.scalar(0)), expr.input(1))))
  test.each(Array.from({ length: 24 }, (_, seed) => seed))('contract, seed %i', async (seed) => {
    const random = seeded(seed + 2000)
    const sizes = [1, 2, 3, 4, 5, 8, 9, 16]
    const size = (): number => sizes[random.below(sizes.length)]!
    const group = (most: number): number[] => Array.from({ length: random.below(most + 1) }, size)
    const long = seed % 5 === 0 ? [900 + random.below(9)] : seed % 7 === 0 ? [4, 300] : null
    const [batch, m, n] = long === null ? [group(1), group(2), group(2)] : [group(1), group(1), group(1)]
    const k = long ?? group(2)
    const dtype: TestType = (['float32', 'float32', 'int32', 'uint32'] as const)[random.below(4)]!
    const a = randomView(random, [...batch, ...m, ...k])
    const b = randomView(random, [...batch, ...k, ...n])
    const c = randomView(random, [...batch, ...m, ...n])
    const [a0, a1] = both(randomArray(random, dtype, a.base), a.change)
    const [b0, b1] = both(randomArray(random, dtype, b.base), b.change)
    const [c0, c1] = both(randomArray(random, 'float32', c.base), c.change)
    const dims = { batch: batch.length, m: m.length, n: n.length, k: k.length }
    const what = `${dtype} [${batch}] [${m}] [${n}] [${k}]`
    // Sums of float32 err in proportion to what is summed, not to what is left.
    const summed = await contract('test', a0.float().abs(), b0.float().abs(), dims).amax().item()
    const close = async (got: NDArray, want: NDArray): Promise<void> => {
      expectClose(await got.toTypedArray(), await want.toTypedArray(), { absolute: 2e-5 * (summed + 1) }, what)
    }
    await close(contract('test', a1, b1, dims), contract('test', a0, b0, dims))
    const finish = (bias: NDArray) => ({ program: epilogue, inputs: [bias], scalars: [0.5] })
    await close(contract('test', a1, b1, dims, finish(c1)), contract('test', a0, b0, dims, finish(c0)))
    if (m.length === 1 && n.length === 1 && k.length === 1 && batch.length === 0 && m[0] === k[0]) {
      await close(mm(a1, a1.t()), mm(a0, a0.t()))
    }
  })

  test.each(Array.from({ length: 12 }, (_, seed) => seed))('gather and scatter, seed %i', async (seed) => {
    const random = seeded(seed + 3000)
    const shape = [[5], [6, 4], [3, 8], [4, 3, 8], [9, 16], [40, 12]][random.below(6)]!
    const dim = random.below(shape.length)
    const dtype = (['float32', 'int32', 'bool', 'uint8'] as const)[random.below(4)]!
    const { base, change } = randomView(random, shape)
    const [x0, x1] = both(randomArray(random, dtype, base), change)
    const index = array(
      Array.from({ length: random.below(30) + 1 }, () => random.below(2 * shape[dim]!) - shape[dim]!),
      { dtype: 'int32' },
    )
    await same(
      x1.indexSelect(dim, index.to(device)),
      x0.indexSelect(dim, index),
      `indexSelect ${dtype} ${shape} ${dim}`,
    )
    const spread = index.slice(0, 0, Math.min(index.size, 30)).reshape(shape.map((_, i) => (i === dim ? -1 : 1)))
    const whole = spread.expand(shape.map((n, i) => (i === dim ? index.size : n)))
    await same(gather(x1, dim, whole.to(device)), gather(x0, dim, whole), `gather ${dtype} ${shape} ${dim}`)
    if (dtype === 'bool') return
    const source = randomArray(random, dtype, whole.shape)
    await same(
      scatterAdd(x1, dim, whole.to(device), source.to(device)),
      scatterAdd(x0, dim, whole, source),
      `scatterAdd ${dtype} ${shape} ${dim}`,
    )
  })
})
