import { accuracyOf } from './accuracy.ts'
import { type ConformanceCase, expectEach, expectSame } from './check.ts'
import { product } from './contractLists.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike, ScanOp } from './module.ts'
import { integersFrom, seededRandom } from './numbers.ts'
import { groupsOf, reduceList } from './reduceList.ts'
import { valuesFor } from './reductions.ts'
import { elementsOf, viewKinds } from './viewKinds.ts'

const ops: readonly ScanOp[] = ['sum', 'prod']
/** Around what kernels cut an axis into. */
const sizes: readonly number[] = [1, 2, 3, 4, 5, 8, 63, 64, 65, 255, 256, 257, 1000, 1025, 4097]
const lineShapes = (n: number): readonly (readonly [shape: readonly number[], dim: number])[] => [
  [[n], 0],
  [[3, n], 1],
  [[n, 3], 0],
  [[2, n, 3], 1],
  [[n, 130], 0],
  [[130, n], 1],
]

/** What each position of a row-major array gets: the fold of its line along `dim` up to and with it. */
function runningOf(
  op: ScanOp,
  elements: readonly number[],
  shape: readonly number[],
  dim: number,
  dtype: DType,
): number[] {
  const out = new Array<number>(elements.length)
  for (const line of linesOf(shape, dim)) {
    let total = reduceList(op, [], dtype)
    for (const at of line) {
      total = reduceList(op, [total, elements[at]!], dtype)
      out[at] = total
    }
  }
  return out
}

/** The positions of each line along a dim of a row-major array, in order. */
export const linesOf = (shape: readonly number[], dim: number): number[][] =>
  groupsOf([...Array(product(shape)).keys()], shape, [dim])

/** Running sums and products of every dtype, over every view, around every edge of a kernel's pieces. */
export function scanCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, coord, binary, cast } = nd.expr
  const identity = nd.program(input(0))
  const check = async (op: ScanOp, x: ArrayLike, elements: readonly number[], dim: number) => {
    const wanted = runningOf(op, elements, x.shape, dim, x.dtype)
    const actual = await nd.scan(op, op, identity, [x], dim).toTypedArray()
    expectEach(
      `running ${op} along ${dim} of [${x.shape.join()}]`,
      actual,
      wanted.length,
      (value, i) => value === wanted[i] || Object.is(value, wanted[i]),
      (i) => String(wanted[i]),
    )
  }

  const edges = [...device.dtypes].flatMap((dtype) =>
    ops.map((op) => ({
      name: `running ${op} of ${dtype} at every edge`,
      async run() {
        for (const n of dtype === 'float32' || dtype === 'int32' ? sizes : [1, 5, 64, 257]) {
          const shapes = lineShapes(n).filter(([shape]) => n <= 300 || !shape.includes(130))
          await Promise.all(
            shapes.map(([shape, dim]) => {
              const elements = valuesFor(op, dtype, product(shape))
              return check(op, arrayOf(nd, device, elements, dtype, shape), elements, dim)
            }),
          )
        }
      },
    })),
  )

  const views = ops.map((op) => ({
    name: `running ${op} of every view, along each dim`,
    async run() {
      await Promise.all(
        viewKinds.map(async (kind) => {
          const memory = valuesFor(op, 'float32', product(kind.base))
          const view = kind.of(arrayOf(nd, device, memory, 'float32', kind.base))
          for (const dim of [0, 1]) await check(op, view, elementsOf(view, memory), dim)
        }),
      )
    },
  }))

  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  const corners: readonly (readonly [name: string, list: readonly number[]])[] = [
    ['a NaN in the middle', [1, 2, nan, 1, 2]],
    ['a NaN in front', [nan, 1, 2]],
    ['infinities of both signs', [1, inf, 2, -inf, 1]],
    ['an infinity and a zero', [1, -inf, 2, 0, 1]],
    ['zeros of both signs', [-0, 0, -0, 2, -0]],
    ['the largest number twice', [3.4028234663852886e38, 3.4028234663852886e38, 1]],
  ]
  const special = ops.flatMap((op) =>
    corners.map(([name, list]) => ({
      name: `running ${op} of ${name}`,
      async run() {
        const elements = [...list, ...list]
        const x = arrayOf(nd, device, elements, 'float32', [2, list.length])
        await check(op, x, elements, 1)
        await check(op, x.permute([1, 0]), elementsOf(x.permute([1, 0]), elements), 0)
        // Far inside a long line, where what pieces give is put together.
        const long = Array.from({ length: 1100 }, (_, i) => list[i - 700] ?? (op === 'sum' ? 0 : 1))
        await check(op, arrayOf(nd, device, long, 'float32', [1100]), long, 0)
      },
    })),
  )

  const few: ConformanceCase = {
    name: 'running sums of nothing, of one number and of a 0-d array',
    async run() {
      for (const [shape, dim] of [
        [[0], 0],
        [[3, 0], 1],
        [[3, 0], 0],
        [[0, 3], 0],
        [[], 0],
        [[1], 0],
        [[4, 1], 1],
      ] as const) {
        const elements = Array.from({ length: product(shape) }, (_, i) => i + 2)
        for (const op of ops) await check(op, arrayOf(nd, device, elements, 'float32', shape), elements, dim)
      }
    },
  }

  const wrapping = (['int32', 'uint32', 'uint8'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `running sums and products of ${dtype} wrap`,
      async run() {
        const most = { int32: 2147483647, uint32: 4294967295, uint8: 255 }[dtype]
        const elements = integersFrom(seededRandom(5), dtype === 'int32' ? -most : 1, most, 1500)
        for (const op of ops) {
          await check(op, arrayOf(nd, device, elements, dtype, [1500]), elements, 0)
          await check(op, arrayOf(nd, device, elements, dtype, [300, 5]), elements, 0)
        }
      },
    }))

  const long: ConformanceCase = {
    name: 'running sums along axes of 70000 and of 300000',
    async run() {
      for (const n of [70000, 300000]) {
        const elements = integersFrom(seededRandom(n), -40, 40, n)
        await check('sum', arrayOf(nd, device, elements, 'float32', [n]), elements, 0)
        await check('sum', arrayOf(nd, device, elements, 'int32', [n]).flip([0]), elements.toReversed(), 0)
      }
    },
  }

  const rounding: ConformanceCase = {
    name: 'a running sum of fractions is as close as its additions allow, and the same each time',
    async run() {
      const random = seededRandom(6)
      const elements = Array.from({ length: 30000 }, () => Math.fround(random() - 0.25))
      const magnitude = elements.reduce((total, x) => total + Math.abs(x), 0)
      const x = arrayOf(nd, device, elements, 'float32', [30000])
      const first = await nd.scan('sum', 'sum', identity, [x], 0).toTypedArray()
      let total = 0
      const exact = elements.map((element) => {
        total += element
        return total
      })
      // As for a sum; see there. Half the last digit comes on top, for the storing.
      const error = accuracyOf(device).sumError * magnitude * Math.sqrt(elements.length)
      expectEach(
        'running sum',
        first,
        exact.length,
        (value, i) => Math.abs(value - exact[i]!) <= error + Math.abs(exact[i]!) * 2 ** -24,
        (i) => `${exact[i]} ± ${error}`,
      )
      for (let i = 0; i < 3; i++) {
        expectSame('again', await nd.scan('sum', 'sum', identity, [x], 0).toTypedArray(), first)
      }
    },
  }

  const formula: ConformanceCase = {
    name: 'a formula of several arrays and coordinates is scanned in one go',
    async run() {
      const [rows, columns] = [5, 2600]
      const a = integersFrom(seededRandom(7), -4, 4, rows)
      const b = integersFrom(seededRandom(8), -4, 4, columns)
      const expr = binary('mul', binary('add', input(0), input(1)), cast(binary('sub', coord(1), coord(0)), 'float32'))
      const inputs = [
        arrayOf(nd, device, a, 'float32', [rows, 1]),
        arrayOf(nd, device, b, 'float32', [columns]).flip([0]),
      ]
      const elements = a.flatMap((x, i) => b.map((_, j) => (x + b[columns - 1 - j]!) * (j - i) + 0))
      for (const dim of [0, 1]) {
        const wanted = runningOf('sum', elements, [rows, columns], dim, 'float32')
        const actual = await nd.scan('sum', 'sum', nd.program(expr), inputs, dim).toTypedArray()
        expectSame(`along ${dim}`, actual, wanted)
      }
    },
  }

  return [...edges, ...views, ...special, few, ...wrapping, long, rounding, formula]
}
