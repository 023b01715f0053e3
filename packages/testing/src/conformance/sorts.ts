import { type ConformanceCase, ConformanceError, expectSame } from './check.ts'
import { product } from './contractLists.ts'
import { arrayOf, sample } from './elementwise.ts'
import type { ArrayLike, DeviceLike, ModuleLike } from './module.ts'
import { integersFrom, seededRandom, smallValues, specialValues } from './numbers.ts'
import { linesOf } from './scans.ts'
import { elementsOf, viewKinds } from './viewKinds.ts'

/** Around what kernels cut an axis into, and where they change from one way of sorting to another. */
const sizes: readonly number[] = [1, 2, 3, 4, 5, 8, 31, 32, 33, 63, 64, 65, 127, 255, 256, 257, 1000, 1025, 4097]
const lineShapes = (n: number): readonly (readonly [shape: readonly number[], dim: number])[] => [
  [[n], 0],
  [[3, n], 1],
  [[n, 3], 0],
  [[2, n, 3], 1],
  [[n, 70], 0],
  [[70, n], 1],
]

/** NaN is greater than everything and equals itself; the zeros are equal. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** Where each position of the result comes from, along `dim` of a row-major array. */
function sortedPositions(elements: readonly number[], shape: readonly number[], dim: number, descending: boolean) {
  const values = new Array<number>(elements.length)
  const indices = new Array<number>(elements.length)
  for (const line of linesOf(shape, dim)) {
    const order = [...line.keys()].sort((i, j) => {
      const [a, b] = [elements[line[i]!]!, elements[line[j]!]!]
      return (descending ? compare(b, a) : compare(a, b)) || i - j
    })
    order.forEach((from, to) => {
      values[line[to]!] = elements[line[from]!]!
      indices[line[to]!] = from
    })
  }
  return { values, indices }
}

/** Stable sorts of every dtype in both directions, over every view, with ties, NaN and zeros of both signs. */
export function sortCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const check = async (x: ArrayLike, elements: readonly number[], dim: number, descending: boolean) => {
    const wanted = sortedPositions(elements, x.shape, dim, descending)
    const { values, indices } = nd.sort(x, dim, { descending })
    const what = `${descending ? 'descending' : 'ascending'} along ${dim} of [${x.shape.join()}]`
    const [actual, places] = await Promise.all([values.toTypedArray(), indices.toTypedArray()])
    expectSame(`indices, ${what}`, places, wanted.indices)
    expectSame(`values, ${what}`, actual, wanted.values)
    if (values.dtype !== x.dtype || indices.dtype !== 'int32') {
      throw new ConformanceError(`${what}: ${values.dtype} values and ${indices.dtype} indices of ${x.dtype}`)
    }
  }
  const both = async (x: ArrayLike, elements: readonly number[], dim: number) => {
    await check(x, elements, dim, false)
    await check(x, elements, dim, true)
  }

  const edges = [...device.dtypes].map((dtype) => ({
    name: `sort of ${dtype} with ties at every edge`,
    async run() {
      for (const n of dtype === 'float32' || dtype === 'int32' ? sizes : [1, 5, 64, 65, 257]) {
        const shapes = lineShapes(n).filter(([shape]) => n <= 300 || !shape.includes(70))
        await Promise.all(
          shapes.map(([shape, dim]) => {
            const elements = smallValues(seededRandom(n), dtype, product(shape))
            return both(arrayOf(nd, device, elements, dtype, shape), elements, dim)
          }),
        )
      }
    },
  }))

  const ranges = [...device.dtypes].map((dtype) => ({
    name: `sort of ${dtype} over its whole range, special values among them`,
    async run() {
      const elements = [...sample(seededRandom(1), dtype, 2000), ...specialValues[dtype], ...specialValues[dtype]]
      await both(arrayOf(nd, device, elements, dtype, [elements.length]), elements, 0)
      const few = specialValues[dtype].slice(0, 30)
      await both(arrayOf(nd, device, few, dtype, [few.length]), few, 0)
    },
  }))

  const views: ConformanceCase = {
    name: 'sort of every view, along each dim',
    async run() {
      await Promise.all(
        viewKinds.map(async (kind) => {
          const memory = integersFrom(seededRandom(2), -5, 5, product(kind.base))
          const view = kind.of(arrayOf(nd, device, memory, 'float32', kind.base))
          for (const dim of [0, 1]) await both(view, elementsOf(view, memory), dim)
        }),
      )
    },
  }

  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  const corners: readonly (readonly [name: string, list: readonly number[]])[] = [
    ['NaNs among numbers', [1, nan, -inf, 3, nan, inf, -2, nan]],
    ['only NaN', [nan, nan, nan]],
    ['zeros of both signs', [0, -0, 0, -0, -1, 1, -0]],
    ['subnormals', [2 ** -149, -(2 ** -149), 0, 2 ** -126, -(2 ** -126), -0, 2 ** -140]],
    ['neighbours', [1, 1 + 2 ** -23, 1 - 2 ** -24, 1, -1, -1 - 2 ** -23]],
  ]
  const special = corners.map(([name, list]) => ({
    name: `sort of ${name}`,
    async run() {
      await both(arrayOf(nd, device, list, 'float32', [list.length]), list, 0)
      const long = Array.from({ length: 1500 }, (_, i) => list[(i * 7) % list.length]!)
      await both(arrayOf(nd, device, long, 'float32', [1500]), long, 0)
    },
  }))

  // Of float16 the host never sees the bits.
  const payloads = (['float32', 'float64'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `sort of ${dtype} moves NaNs bit for bit`,
      async run() {
        const words = dtype === 'float32' ? 1 : 2
        const high = dtype === 'float32' ? [0x7fc00001, 0xffc00abc, 0x7fffffff] : [0x7ff80001, 0xfff80abc, 0x7fffffff]
        const one = dtype === 'float32' ? 0x3f800000 : 0x3ff00000
        const patterns = Array.from({ length: 300 }, (_, i) => [high[0]!, one, high[1]!, high[2]!, one][i % 5]!)
        const bits = Uint32Array.from({ length: 300 * words }, (_, i) =>
          i % words === words - 1 ? patterns[Math.floor(i / words)]! : 0,
        )
        const array = dtype === 'float32' ? new Float32Array(bits.buffer) : new Float64Array(bits.buffer)
        for (const descending of [false, true]) {
          const { values } = nd.sort(nd.fromTypedArray(array, [300], { dtype, device }), 0, { descending })
          const sorted = await values.toTypedArray()
          const found = new Uint32Array(sorted.buffer, sorted.byteOffset, 300 * words)
          const isOne = (pattern: number): boolean => pattern === one
          const [ones, nans] = [patterns.filter(isOne), patterns.filter((pattern) => !isOne(pattern))]
          expectSame(
            descending ? 'descending' : 'ascending',
            patterns.map((_, i) => found[i * words + words - 1]!),
            descending ? [...nans, ...ones] : [...ones, ...nans],
          )
        }
      },
    }))

  const few: ConformanceCase = {
    name: 'sort of nothing, of one number and of a 0-d array',
    async run() {
      for (const [shape, dim] of [
        [[0], 0],
        [[3, 0], 1],
        [[3, 0], 0],
        [[], 0],
        [[1], 0],
        [[4, 1], 1],
      ] as const) {
        const elements = Array.from({ length: product(shape) }, (_, i) => 5 - i)
        await both(arrayOf(nd, device, elements, 'float32', shape), elements, dim)
      }
    },
  }

  const long = ([5000, 65537, 100000] as const).map((n) => ({
    name: `sort along an axis of ${n}`,
    async run() {
      const random = seededRandom(n)
      const numbers = sample(random, 'float32', n)
      await both(arrayOf(nd, device, numbers, 'float32', [n]), numbers, 0)
      const ties = integersFrom(random, -20, 20, n)
      await both(arrayOf(nd, device, ties, 'int32', [n]), ties, 0)
      const rising = [...ties.keys()]
      await both(arrayOf(nd, device, rising, 'int32', [n]), rising, 0)
      await both(arrayOf(nd, device, rising, 'float32', [n]).flip([0]), rising.toReversed(), 0)
    },
  }))

  const rows: ConformanceCase = {
    name: 'sort of many short rows and columns',
    async run() {
      for (const shape of [
        [3000, 7],
        [300, 40],
      ]) {
        const elements = integersFrom(seededRandom(9), -9, 9, product(shape))
        for (const dim of [0, 1]) await both(arrayOf(nd, device, elements, 'float32', shape), elements, dim)
      }
    },
  }

  return [...edges, ...ranges, views, ...special, ...payloads, few, ...long, rows]
}
