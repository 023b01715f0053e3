import { type ConformanceCase, expectEach } from './check.ts'
import { contractLists, type Dims, matrix, product } from './contractLists.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, ModuleLike } from './module.ts'
import { integersFrom, seededRandom } from './numbers.ts'
import { elementsOf, positionsOf, viewKinds } from './viewKinds.ts'

/** Around what kernels cut work into: elements a thread, vectors, tiles. */
const sizes: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65]

/** Products at every edge of every tile, over transposes, repeats, windows and several dims. */
export function contractionCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  let seed = 0
  const array = (shape: readonly number[]): { x: ArrayLike; memory: number[] } => {
    const memory = integersFrom(seededRandom(++seed), -4, 4, product(shape))
    return { x: arrayOf(nd, device, memory, 'float32', shape), memory }
  }
  const groups = (a: ArrayLike, b: ArrayLike, { batch, m, k }: Dims): [number, number, number, number] => [
    product(a.shape.slice(0, batch)),
    product(a.shape.slice(batch, batch + m)),
    product(b.shape.slice(batch + k)),
    product(b.shape.slice(batch, batch + k)),
  ]
  type Held = { readonly x: ArrayLike; readonly memory: readonly number[] }
  const check = async (what: string, a: Held, b: Held, dims: Dims): Promise<void> => {
    const sums = contractLists(elementsOf(a.x, a.memory), elementsOf(b.x, b.memory), groups(a.x, b.x, dims))
    const wanted = sums.map((sum) => sum + 0)
    const out = nd.contract('contract', a.x, b.x, dims)
    expectEach(
      what,
      await out.toTypedArray(),
      wanted.length,
      (x, i) => x === wanted[i],
      (i) => String(wanted[i]),
    )
  }
  const turned = ({ x, memory }: Held): Held => ({ x: x.permute([1, 0]), memory })

  const edges = sizes.map((size) => ({
    name: `products with a side of ${size}`,
    async run() {
      for (const [m, n, k] of [
        [size, 5, 9],
        [3, size, 7],
        [9, 4, size],
        [size, size, 3],
        [size, size, size],
      ] as const) {
        const [a, b, at, bt] = [array([m, k]), array([k, n]), turned(array([k, m])), turned(array([n, k]))]
        const pairs = [
          [a, b],
          [at, b],
          [a, bt],
          [at, bt],
        ] as const
        await Promise.all(pairs.map(([left, right]) => check(`(${m}, ${k}) · (${k}, ${n})`, left, right, matrix)))
      }
    },
  }))

  const viewed: ConformanceCase = {
    name: 'products of reversed, cut, stepped and repeated views',
    async run() {
      const views: readonly (readonly [shape: readonly number[], of: (x: ArrayLike) => ArrayLike])[] = [
        [[9, 9], (x) => x.flip([0])],
        [[9, 9], (x) => x.flip([0, 1])],
        [[12, 11], (x) => x.slice(0, 3).slice(1, 1, 10)],
        [[18, 27], (x) => x.slice(0, 0, 18, 2).slice(1, 1, undefined, 3)],
        [[9], (x) => x.expand([9, 9])],
        [[9, 1], (x) => x.expand([9, 9])],
        [[1, 1], (x) => x.expand([9, 9])],
        [[17], (x) => x.unfold(0, 9)],
        [[9, 9, 9], (x) => x.diagonal()],
      ]
      for (const [shapeA, ofA] of views) {
        const checks = views.map(([shapeB, ofB]) => {
          const [a, b] = [array(shapeA), array(shapeB)]
          return check(`[${shapeA}] · [${shapeB}]`, { ...a, x: ofA(a.x) }, { ...b, x: ofB(b.x) }, matrix)
        })
        await Promise.all(checks)
      }
      const x = array([9, 9])
      await check('x · x', x, x, matrix)
      await check('x · xᵀ', x, turned(x), matrix)
    },
  }

  const grouped: readonly (readonly [name: string, a: readonly number[], b: readonly number[], dims: Dims])[] = [
    ['batches', [3, 5, 4], [3, 4, 7], { batch: 1, m: 1, n: 1, k: 1 }],
    ['batches of two dims', [2, 3, 5, 4], [2, 3, 4, 2], { batch: 2, m: 1, n: 1, k: 1 }],
    ['row by column', [6], [6], { batch: 0, m: 0, n: 0, k: 1 }],
    ['matrix by vector', [5, 6], [6], { batch: 0, m: 1, n: 0, k: 1 }],
    ['vector by matrix', [6], [6, 5], { batch: 0, m: 0, n: 1, k: 1 }],
    ['outer product', [5], [6], { batch: 0, m: 1, n: 1, k: 0 }],
    ['elementwise product', [5, 6], [5, 6], { batch: 2, m: 0, n: 0, k: 0 }],
    ['batched dot products', [70, 9], [70, 9], { batch: 1, m: 0, n: 0, k: 1 }],
    ['two dims of each', [2, 3, 4, 5, 2], [2, 5, 2, 3, 2], { batch: 1, m: 2, n: 2, k: 2 }],
    ['four dims summed', [3, 2, 3, 2, 2], [2, 3, 2, 2, 5], { batch: 0, m: 1, n: 1, k: 4 }],
    ['no elements summed', [3, 0], [0, 4], matrix],
    ['no batches', [0, 3, 2], [0, 2, 4], { batch: 1, m: 1, n: 1, k: 1 }],
    ['no rows', [0, 3], [3, 4], matrix],
    ['one element', [1, 1], [1, 1], matrix],
    ['a long sum', [2, 5000], [5000, 3], matrix],
    ['a tall product', [3000, 2], [2, 3], matrix],
    ['a wide product', [2, 3], [3, 3000], matrix],
  ]
  const shaped = grouped.map(([name, a, b, dims]) => ({
    name: `contraction: ${name}`,
    run: () => check(name, array(a), array(b), dims),
  }))

  const permuted: ConformanceCase = {
    name: 'dims that cannot be merged, one group at a time and all at once',
    async run() {
      // [m1, m2, k1, k2] and [k1, k2, n1, n2], each from an array whose dims stand in another order.
      const a = array([4, 3, 2, 5])
      const b = array([5, 3, 4, 2])
      for (const order of [
        [0, 1, 2, 3],
        [2, 0, 1, 3],
        [3, 2, 1, 0],
        [1, 3, 0, 2],
      ]) {
        const left = { ...a, x: a.x.permute(order) }
        const wanted = left.x.shape.slice(2)
        const from = [0, 1, 2, 3].sort((p, q) => wanted.indexOf(b.x.shape[p]!) - wanted.indexOf(b.x.shape[q]!))
        const inner = from.filter((dim) => wanted.includes(b.x.shape[dim]!))
        const outer = [0, 1, 2, 3].filter((dim) => !inner.includes(dim))
        const right = { ...b, x: b.x.permute([...inner, ...outer]) }
        await check(`order ${order}`, left, right, { batch: 0, m: 2, n: 2, k: 2 })
      }
      // Every second place of six dims: more axes than a group hands to a device.
      const many = array([4, 4, 4, 4, 4, 4])
      const thin = many.x.at('::2', '::2', '::2', '::2', '::2', '::2').permute([5, 4, 3, 2, 1, 0])
      const row = array([64, 3])
      await check(
        'six dims summed',
        { ...many, x: thin.reshape([1, 2, 2, 2, 2, 2, 2]) },
        { ...row, x: row.x.reshape([2, 2, 2, 2, 2, 2, 3]) },
        { batch: 0, m: 1, n: 1, k: 6 },
      )
    },
  }

  const repeated: ConformanceCase = {
    name: 'batches that repeat one matrix',
    async run() {
      const [a, b] = [array([5, 4]), array([3, 4, 6])]
      const dims = { batch: 1, m: 1, n: 1, k: 1 }
      await check('left', { ...a, x: a.x.expand([3, 5, 4]) }, b, dims)
      const c = array([4, 6])
      await check('both', { ...a, x: a.x.expand([3, 5, 4]) }, { ...c, x: c.x.expand([3, 4, 6]) }, dims)
    },
  }

  const convolutions: ConformanceCase = {
    name: 'convolutions over unfolded views, with step and dilation',
    async run() {
      for (const [size, step, dilation] of [
        [3, 1, 1],
        [3, 2, 1],
        [2, 1, 2],
        [3, 2, 2],
        [1, 1, 1],
      ] as const) {
        // (N, C, H, W) windows as [N, H', W', C, kh, kw] against [C, kh, kw, O].
        const image = array([2, 3, 9, 8])
        const windows = image.x
          .unfold(2, size, { step, dilation })
          .unfold(3, size, { step, dilation })
          .permute([0, 2, 3, 1, 4, 5])
        const weight = array([5, 3, size, size])
        const filters = { ...weight, x: weight.x.permute([1, 2, 3, 0]) }
        await check(`${size} by ${step} by ${dilation}`, { ...image, x: windows }, filters, {
          batch: 0,
          m: 3,
          n: 1,
          k: 3,
        })
        // The gradient of the weight: summed over images and places.
        const upstream = array([5, 2, windows.shape[1]!, windows.shape[2]!])
        await check('weight gradient', upstream, { ...image, x: windows }, { batch: 0, m: 1, n: 3, k: 3 })
      }
    },
  }

  const placed = viewKinds.flatMap(({ name, writable, base, of }): ConformanceCase[] => {
    const run = async (): Promise<void> => {
      const [a, b, around] = [array([4, 5]), array([5, 6]), array(base)]
      const out = of(around.x)
      nd.contract('contract', a.x, b.x, matrix, undefined, out)
      const sums = contractLists(a.memory, b.memory, [1, 4, 6, 5])
      const wanted = [...around.memory]
      for (const [i, position] of positionsOf(out).entries()) wanted[position] = sums[i]! + 0
      expectEach(
        name,
        await around.x.toTypedArray(),
        wanted.length,
        (x, i) => x === wanted[i],
        (i) => String(wanted[i]),
      )
    }
    return writable ? [{ name: `a product written into ${name}`, run }] : []
  })

  return [...placed, ...edges, viewed, ...shaped, permuted, repeated, convolutions]
}
