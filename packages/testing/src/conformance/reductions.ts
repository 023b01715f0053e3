import { accuracyOf } from './accuracy.ts'
import { type ConformanceCase, expectEach, expectSame } from './check.ts'
import { product } from './contractLists.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike, ReduceOp } from './module.ts'
import { integersFrom, isFloat, seededRandom, smallValues } from './numbers.ts'
import { groupsOf, reduceList } from './reduceList.ts'
import { elementsOf, viewKinds } from './viewKinds.ts'

const ops: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin']
/** Around what kernels cut work into: lanes, vectors, workgroups, partial sums. */
const sizes: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1000, 4097]

const shapesOf = (n: number): readonly (readonly [shape: readonly number[], dims: readonly number[]])[] => [
  [[n], [0]],
  [[3, n], [1]],
  [[n, 3], [0]],
  [[n, 130], [0]],
  [[130, n], [1]],
  [[2, n, 3], [1]],
  [
    [2, n, 2],
    [0, 1, 2],
  ],
  [
    [2, n, 3],
    [0, 2],
  ],
]

/** Every reduction over every dtype, around every edge of a kernel's tiles, over every view, with NaN, infinities and ties. */
export function reductionCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, coord, binary, cast: castExpr } = nd.expr
  const identity = nd.program(input(0))
  const check = async (
    op: ReduceOp,
    x: ArrayLike,
    elements: readonly number[],
    dims: readonly number[],
    keepdim = false,
  ) => {
    const wanted = groupsOf(elements, x.shape, dims).map((group) => reduceList(op, group, x.dtype))
    const out = nd.reduce(op, op, identity, [x], dims, keepdim)
    // -0 and 0 are one number to max and min.
    const what = `${op} over [${dims.join()}] of [${x.shape.join()}]`
    const actual = await out.toTypedArray()
    expectEach(
      what,
      actual,
      wanted.length,
      (value, i) => value === wanted[i] || Object.is(value, wanted[i]),
      (i) => String(wanted[i]),
    )
  }

  const edges = [...device.dtypes].flatMap((dtype) =>
    ops.map((op) => ({
      name: `${op} of ${dtype} at every edge`,
      async run() {
        for (const n of dtype === 'float32' || dtype === 'int32' ? sizes : [1, 5, 64, 257]) {
          const shapes = shapesOf(n).filter(([shape]) => n <= 300 || !shape.includes(130))
          const checks = shapes.map(([shape, dims]) => {
            const elements = valuesFor(op, dtype, product(shape))
            return check(op, arrayOf(nd, device, elements, dtype, shape), elements, dims)
          })
          await Promise.all(checks)
        }
      },
    })),
  )

  const views = ops.map((op) => ({
    name: `${op} of every view, over each dim and all`,
    async run() {
      await Promise.all(
        viewKinds.map(async (kind) => {
          const count = product(kind.base)
          const memory = valuesFor(op, 'float32', count)
          const view = kind.of(arrayOf(nd, device, memory, 'float32', kind.base))
          for (const dims of [[0], [1], [0, 1]])
            await check(op, view, elementsOf(view, memory), dims, dims.length === 1)
        }),
      )
    },
  }))

  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  const corners: readonly (readonly [name: string, list: readonly number[]])[] = [
    ['a NaN in front', [nan, 1, 2, 3, 9]],
    ['a NaN in the middle', [1, 2, nan, 9, 3]],
    ['a NaN behind', [1, 9, 2, 3, nan]],
    ['two NaNs', [1, nan, 9, nan, 0]],
    ['only NaN', [nan, nan, nan]],
    ['only minus infinity', [-inf, -inf, -inf]],
    ['only infinity', [inf, inf]],
    ['both infinities', [1, inf, -inf, 2]],
    ['ties', [3, 7, 7, 1, 7, 1, 1]],
    ['signed zeros', [-0, 0, -0]],
    ['subnormals left alone', [0, 0, 1]],
    ['the largest number twice', [3.4028234663852886e38, 3.4028234663852886e38]],
  ]
  const special = ops.flatMap((op) =>
    corners.map(([name, list]) => ({
      name: `${op} of ${name}`,
      async run() {
        const shape = [2, list.length]
        const elements = [...list, ...list]
        const x = arrayOf(nd, device, elements, 'float32', shape)
        await check(op, x, elements, [1])
        await check(op, x.permute([1, 0]), elementsOf(x.permute([1, 0]), elements), [0])
        // Far inside a long row, where partial results are put together.
        const long = Array.from({ length: 1100 }, (_, i) =>
          i >= 700 && i < 700 + list.length ? list[i - 700]! : op === 'prod' ? 1 : list[0]!,
        )
        await check(op, arrayOf(nd, device, long, 'float32', [1100]), long, [0])
      },
    })),
  )

  const empty = ops.slice(0, 6).map((op) => ({
    name: `${op} of nothing`,
    async run() {
      for (const [shape, dims] of [
        [[0], [0]],
        [[3, 0], [1]],
        [[0, 3], [0]],
        [[0, 3], [1]],
        [
          [2, 0, 2],
          [0, 1, 2],
        ],
      ] as const) {
        if ((op === 'max' || op === 'min') && !dims.every((dim) => shape[dim] !== 0)) continue
        await check(op, nd.empty(shape, { device }), [], dims)
      }
    },
  }))

  const wrapping = (['int32', 'uint32', 'uint8'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `sums and products of ${dtype} wrap`,
      async run() {
        const most = { int32: 2147483647, uint32: 4294967295, uint8: 255 }[dtype]
        const elements = integersFrom(seededRandom(5), dtype === 'int32' ? -most : 1, most, 500)
        for (const op of ['sum', 'prod', 'max', 'min', 'argmax', 'argmin'] as const) {
          await check(op, arrayOf(nd, device, elements, dtype, [500]), elements, [0])
          await check(op, arrayOf(nd, device, elements, dtype, [100, 5]), elements, [0])
        }
      },
    }))

  const rounding: ConformanceCase = {
    name: 'a sum of fractions is as close as its additions allow, and the same each time',
    async run() {
      const random = seededRandom(6)
      const elements = Array.from({ length: 30000 }, () => Math.fround(random() - 0.25))
      const magnitude = elements.reduce((total, x) => total + Math.abs(x), 0)
      const x = arrayOf(nd, device, elements, 'float32', [30000])
      const first = await nd.reduce('sum', 'sum', identity, [x], undefined, false).toTypedArray()
      const exact = elements.reduce((total, x) => total + x, 0)
      // Not n but the longest chain of additions, for which its square root is a generous stand-in.
      const error = accuracyOf(device).sumError * magnitude * Math.sqrt(elements.length)
      expectEach(
        'sum',
        first,
        1,
        (value) => Math.abs(value - exact) <= error,
        () => `${exact} ± ${error}`,
      )
      for (let i = 0; i < 3; i++) {
        expectSame('again', await nd.reduce('sum', 'sum', identity, [x], undefined, false).toTypedArray(), first)
      }
    },
  }

  const formula: ConformanceCase = {
    name: 'a formula of several arrays and coordinates is reduced in one go',
    async run() {
      const [rows, columns] = [37, 41]
      const a = integersFrom(seededRandom(7), -4, 4, rows)
      const b = integersFrom(seededRandom(8), -4, 4, columns)
      const expr = binary(
        'mul',
        binary('add', input(0), input(1)),
        castExpr(binary('sub', coord(1), coord(0)), 'float32'),
      )
      const inputs = [
        arrayOf(nd, device, a, 'float32', [rows, 1]),
        arrayOf(nd, device, b, 'float32', [columns]).flip([0]),
      ]
      const elements = a.flatMap((x, i) => b.map((_, j) => (x + b[columns - 1 - j]!) * (j - i)))
      for (const dims of [[0], [1], [0, 1]]) {
        for (const op of ['sum', 'max', 'argmin'] as const) {
          const wanted = groupsOf(elements, [rows, columns], dims).map((group) => reduceList(op, group, 'float32') + 0)
          const out = nd.reduce(op, op, nd.program(expr), inputs, dims, false)
          expectEach(
            `${op} over ${dims}`,
            await out.toTypedArray(),
            wanted.length,
            (x, i) => x === wanted[i],
            (i) => String(wanted[i]),
          )
        }
      }
    },
  }

  return [...edges, ...views, ...special, ...empty, ...wrapping, rounding, formula]
}

/** Values whose sum or product is exact in any order, and which leave something to find. */
export function valuesFor(op: ReduceOp, dtype: DType, count: number): number[] {
  const random = seededRandom(count)
  if (op === 'prod') {
    const signed = isFloat(dtype) || dtype === 'int32'
    const few = count < 40 && dtype !== 'bool'
    return integersFrom(random, 0, 40, count).map((x) =>
      x === 0 && few ? 2 : x === 1 && signed ? -1 : x === 2 && count > 9 && !signed ? 0 : 1,
    )
  }
  if (op === 'any') return integersFrom(random, 0, 2 * count, count).map((x) => (x === 1 ? 1 : 0))
  if (op === 'all') return integersFrom(random, 0, 2 * count, count).map((x) => (x === 1 ? 0 : 1))
  return smallValues(random, dtype, count)
}
