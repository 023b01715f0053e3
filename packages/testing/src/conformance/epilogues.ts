import { accuracyOf } from './accuracy.ts'
import { type ConformanceCase, expectEach, expectSame } from './check.ts'
import { contractLists, matrix, product } from './contractLists.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, ExprLike, ModuleLike } from './module.ts'
import { integersFrom, rounded, seededRandom, ulp } from './numbers.ts'

/** What is done to each sum of a contraction before it is stored; integers that wrap; rounding. */
export function epilogueCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, scalar, constant, binary } = nd.expr
  let seed = 0
  const array = (shape: readonly number[]): { x: ArrayLike; memory: number[] } => {
    const memory = integersFrom(seededRandom(++seed), -4, 4, product(shape))
    return { x: arrayOf(nd, device, memory, 'float32', shape), memory }
  }

  const epilogues: ConformanceCase = {
    name: 'epilogues: bias, relu, a residual, a scale, another dtype',
    async run() {
      const [sum, one, two] = [input(0), input(1), input(2)]
      const relu = binary('max', sum, constant(0))
      for (const [m, n, k] of [
        [3, 5, 4],
        [17, 33, 9],
        [64, 65, 8],
        [1, 1, 1],
        [4, 4, 0],
        [2, 3, 900],
      ] as const) {
        const [a, b, row, column, full] = [array([m, k]), array([k, n]), array([n]), array([m, 1]), array([n, m])]
        const sums = contractLists(a.memory, b.memory, [1, m, n, k])
        const at = (of: (i: number, j: number) => number): number[] =>
          Array.from({ length: m * n }, (_, f) => of(Math.floor(f / n), f % n))
        type Row = [what: string, expr: ExprLike, inputs: ArrayLike[], wanted: number[], scalars?: number[]]
        const rows: Row[] = [
          ['relu', relu, [], sums.map((x) => Math.max(x, 0))],
          ['bias by column', binary('add', sum, one), [row.x], at((i, j) => sums[i * n + j]! + row.memory[j]!)],
          ['bias by row', binary('add', sum, one), [column.x], at((i, j) => sums[i * n + j]! + column.memory[i]!)],
          [
            'residual and relu',
            binary('max', binary('add', binary('add', sum, two), one), constant(0)),
            [row.x, full.x.permute([1, 0])],
            at((i, j) => Math.max(sums[i * n + j]! + full.memory[j * m + i]! + row.memory[j]!, 0)),
          ],
          ['scale', binary('mul', sum, scalar(0)), [], sums.map((x) => x * 3), [3]],
          ['comparison', binary('gt', sum, constant(0)), [], sums.map((x) => (x > 0 ? 1 : 0))],
        ]
        const checks = rows.map(async ([what, expr, inputs, wanted, scalars = []]) => {
          const out = nd.contract(what, a.x, b.x, matrix, { program: nd.program(expr), inputs, scalars })
          const actual = await out.toTypedArray()
          const name = `${what} of (${m}, ${k}, ${n})`
          expectEach(
            name,
            actual,
            m * n,
            (x, i) => x === wanted[i],
            (i) => String(wanted[i]),
          )
        })
        await Promise.all(checks)
      }
    },
  }

  const accumulation: ConformanceCase = {
    name: 'an epilogue that reads the output it writes',
    async run() {
      for (const [m, n, k] of [
        [3, 5, 4],
        [33, 17, 9],
        [2, 3, 700],
      ] as const) {
        const [a, b, old] = [array([m, k]), array([k, n]), array([m, n])]
        const types = ['float32', 'float32'] as const
        const typed = nd.typeProgram(nd.program(binary('add', input(0), input(1))), { inputs: types, scalars: [] })
        const group = (size: number, rows: readonly number[]): object => {
          const made = new nd.AxisGroup()
          made.rank = 1
          made.size = size
          made.sizes[0] = size
          rows.forEach((stride, operand) => {
            made.row(operand)[0] = stride
          })
          return made
        }
        const layout = {
          batch: group(1, [0, 0, 0, 0]),
          m: group(m, [k, 0, n, n]),
          n: group(n, [0, 1, 1, 1]),
          k: group(k, [1, n, 0, 0]),
        }
        for (let times = 0; times < 2; times++)
          device.contract(a.x, b.x, old.x, layout, { program: typed, inputs: [old.x], scalars: [] })
        const sums = contractLists(a.memory, b.memory, [1, m, n, k])
        expectSame(
          'twice added',
          await old.x.toTypedArray(),
          sums.map((x, i) => old.memory[i]! + 2 * x + 0),
        )
      }
    },
  }

  const wrapping = (['int32', 'uint32'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `products of ${dtype} wrap`,
      async run() {
        const values = (count: number): number[] =>
          integersFrom(
            seededRandom(count),
            dtype === 'int32' ? -(2 ** 31) : 0,
            dtype === 'int32' ? 2 ** 31 - 1 : 2 ** 32 - 1,
            count,
          )
        const [a, b] = [values(7 * 9), values(9 * 5)]
        const out = nd.contract(
          'mm',
          arrayOf(nd, device, a, dtype, [7, 9]),
          arrayOf(nd, device, b, dtype, [9, 5]),
          matrix,
        )
        const bits = dtype === 'int32' ? BigInt.asIntN : BigInt.asUintN
        const wanted = Array.from({ length: 35 }, (_, f) => {
          let sum = 0n
          for (let l = 0; l < 9; l++) sum += BigInt(a[Math.floor(f / 5) * 9 + l]!) * BigInt(b[l * 5 + (f % 5)]!)
          return Number(bits(32, sum))
        })
        expectSame(dtype, await out.toTypedArray(), wanted)
      },
    }))

  const fractions = (['float32', 'float16'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `sums of ${dtype} fractions are as close as their additions allow, and the same each time`,
      async run() {
        const random = seededRandom(9)
        const [m, n, k] = [20, 30, 500]
        const draw = (count: number): number[] => Array.from({ length: count }, () => rounded(random() - 0.5, dtype))
        const [a, b] = [draw(m * k), draw(k * n)]
        const [x, y] = [arrayOf(nd, device, a, dtype, [m, k]), arrayOf(nd, device, b, dtype, [k, n])]
        const exact = contractLists(a, b, [1, m, n, k])
        const magnitudes = contractLists(a.map(Math.abs), b.map(Math.abs), [1, m, n, k])
        const error = accuracyOf(device).sumError * Math.sqrt(k) * 2
        const first = await nd.contract('mm', x, y, matrix).toTypedArray()
        expectEach(
          'mm',
          first,
          m * n,
          // float16 is summed in float32, and rounded once.
          (value, i) =>
            Math.abs(value - exact[i]!) <= error * magnitudes[i]! + (dtype === 'float16' ? ulp(exact[i]!, dtype) : 0),
          (i) => String(exact[i]),
        )
        expectSame('again', await nd.contract('mm', x, y, matrix).toTypedArray(), first)
      },
    }))

  return [epilogues, accumulation, ...wrapping, ...fractions]
}
