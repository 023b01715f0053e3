import { type ConformanceCase, expectEach } from './check.ts'
import { product } from './contractLists.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, BinaryOp, DeviceLike, DType, ExprLike, ModuleLike, ReduceOp, RowLike } from './module.ts'
import { integersFrom, type Random, seededRandom } from './numbers.ts'
import { groupsOf, reduceList } from './reduceList.ts'
import { apply } from './reference.ts'
import { elementsOf, VIEW_SHAPE, viewKinds } from './viewKinds.ts'

/** Around what kernels cut rows into: lanes, vectors, the shortest row that several threads share, their teams. */
const lengths: readonly number[] = [1, 2, 3, 4, 5, 8, 31, 32, 33, 64, 124, 128, 132, 255, 256, 1000, 2052]

const shapesOf = (n: number): readonly (readonly [shape: readonly number[], dims: readonly number[]])[] => [
  [[n], [0]],
  [[3, n], [1]],
  [[n, 3], [0]],
  [[n, 64], [0]],
  [[70, n], [1]],
  [[2, n, 4], [1]],
  [
    [2, n, 3],
    [0, 2],
  ],
  [
    [2, n, 2],
    [1, 2],
  ],
]

/** A formula, and what it is at every position. */
interface Value {
  readonly expr: ExprLike
  readonly list: readonly number[]
  /** One value a row. */
  readonly isSingle: boolean
}

const { abs, max } = Math
/** Whole numbers up to this, and those of a few hundred terms, are float32 exactly. */
const MOST = 2 ** 14

/** Row programs of one and of many results, around every edge of a team, over every view, with NaN and infinities. */
export function rowCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, scalar, binary, where } = nd.expr

  /** Formulas over rows of a space, each beside its value. */
  function writing(row: RowLike, shape: readonly number[], dims: readonly number[]) {
    const group = groupsOf(
      Array.from({ length: product(shape) }, (_, i) => i),
      shape,
      dims,
    )
    const found = (op: ReduceOp & ('sum' | 'max'), x: Value): Value => {
      const list = new Array<number>(x.list.length)
      for (const places of group) {
        const total = reduceList(
          op,
          places.map((i) => x.list[i]!),
          'float32',
        )
        for (const i of places) list[i] = total
      }
      return { expr: row[op](x.expr), list, isSingle: true }
    }
    const combined = (op: BinaryOp, x: Value, y: Value): Value => ({
      expr: binary(op, x.expr, y.expr),
      list: x.list.map((value, i) => apply(op, 'float32', [value, y.list[i]!])),
      isSingle: x.isSingle && y.isSingle,
    })
    return {
      sum: (x: Value) => found('sum', x),
      max: (x: Value) => found('max', x),
      keep: (x: Value): Value => ({ ...x, expr: row.keep(x.expr) }),
      combined,
      chosen: (condition: Value, x: Value, y: Value): Value => ({
        expr: where(condition.expr, x.expr, y.expr),
        list: condition.list.map((value, i) => (value === 0 ? y : x).list[i]!),
        isSingle: condition.isSingle && x.isSingle && y.isSingle,
      }),
      /** The elements of a result. */
      elementsOf: ({ list, isSingle }: Value): readonly number[] =>
        isSingle ? group.map(([first]) => list[first!]!) : list,
    }
  }
  type Writing = ReturnType<typeof writing>
  type Given = readonly [x: ArrayLike, elements: readonly number[]][]

  /** Computes what `write` says of inputs, and compares. */
  async function check(
    what: string,
    given: Given,
    shape: readonly number[],
    dims: readonly number[],
    write: (by: Writing, inputs: readonly Value[], two: Value) => readonly Value[],
  ): Promise<void> {
    const wanted: (readonly number[])[] = []
    const source = nd.rowProgram(given.length, (row) => {
      const by = writing(row, shape, dims)
      const inputs = given.map(([, list], i): Value => ({ expr: input(i), list, isSingle: false }))
      const two = { expr: scalar(0), list: new Array<number>(product(shape)).fill(2), isSingle: true }
      const results = write(by, inputs, two)
      wanted.push(...results.map(by.elementsOf))
      return results.map(({ expr }) => expr)
    })
    const arrays = given.map(([x]) => x)
    const outs = nd.rowwise(what, source, arrays, dims, source.scalars === 0 ? [] : [2])
    await Promise.all(
      outs.map(async (out, i) =>
        expectEach(
          `${what}, result ${i} over [${dims.join()}] of [${shape.join()}]`,
          await out.toTypedArray(),
          wanted[i]!.length,
          (value, at) => value === wanted[i]![at] || Object.is(value, wanted[i]![at]),
          (at) => String(wanted[i]![at]),
        ),
      ),
    )
  }

  /** Shifted by the maximum, weighted by a row, masked; the sums of that; what is left of it. */
  const shifted = (by: Writing, [x, weight, mask]: readonly Value[], two: Value): Value[] => {
    const largest = by.max(x!)
    const kept = by.keep(by.chosen(mask!, by.combined('mul', by.combined('sub', x!, largest), weight!), two))
    const total = by.sum(kept)
    return [total, by.combined('add', kept, by.combined('min', total, two)), largest, by.combined('mul', largest, two)]
  }

  /** As a softmax: one result, of one input. */
  const alone = (by: Writing, [x]: readonly Value[]): Value[] => {
    const kept = by.keep(by.combined('sub', x!, by.max(x!)))
    return [by.combined('sub', kept, by.sum(kept))]
  }

  const draw = (random: Random, dtype: DType, shape: readonly number[]): Given[number] => {
    const elements = integersFrom(random, dtype === 'bool' ? 0 : -2, dtype === 'bool' ? 1 : 2, product(shape))
    return [arrayOf(nd, device, elements, dtype, shape), elements]
  }
  /** Elements of an array that is repeated along the dims where its size is 1. */
  const spread = ([x, elements]: Given[number], shape: readonly number[]): Given[number] => [
    x,
    elementsOf(x.expand(shape), elements),
  ]

  const edges = (['float32', 'float16', 'int32'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map(
      (dtype): ConformanceCase => ({
        name: `row programs of ${dtype} at every edge`,
        async run() {
          const random = seededRandom(11)
          // Sums of float16 are exact up to 2048, and a term is 8 at most.
          for (const n of dtype === 'float16' ? lengths.filter((n) => n <= 64) : lengths) {
            for (const [shape, dims] of shapesOf(n)) {
              if (product(shape) > 40000) continue
              const [along, across] = [shape.map(onlyIf(true)), shape.map(onlyIf(false))]
              function onlyIf(reduced: boolean) {
                return (size: number, dim: number): number => (dims.includes(dim) === reduced ? size : 1)
              }
              const others = [spread(draw(random, dtype, along), shape), spread(draw(random, 'bool', across), shape)]
              await check('shifted', [draw(random, dtype, shape), ...others], shape, dims, shifted)
              if (n > 132) continue
              // One element behind where vectors begin, and one further from row to row.
              const [wider, memory] = draw(random, dtype, [...shape.slice(0, -1), shape.at(-1)! + 1])
              const cut = wider.slice(shape.length - 1, 1)
              const x: Given[number] = [cut, elementsOf(cut, memory)]
              await check('cut', [x, ...others], shape, dims, shifted)
              await check('alone', [x], shape, dims, alone)
            }
          }
        },
      }),
    )

  const views: ConformanceCase = {
    name: 'row programs of every view, over each dim and all',
    async run() {
      const random = seededRandom(12)
      await Promise.all(
        viewKinds.flatMap((kind, number) =>
          [[0], [1], [0, 1]].map(async (dims) => {
            const viewed = ({ base, of }: typeof kind, dtype: DType): Given[number] => {
              const [x, memory] = draw(random, dtype, base)
              return [of(x), elementsOf(of(x), memory)]
            }
            const beside = viewKinds[(number + 5) % viewKinds.length]!
            const given = [viewed(kind, 'float32'), viewed(beside, 'float32'), viewed(kind, 'bool')]
            await check(kind.name, given, VIEW_SHAPE, dims, shifted)
          }),
        ),
      )
    },
  }

  /** Steps at random over what there is; larger numbers are cut, so that all of them are exact. */
  const randomly =
    (random: Random) =>
    (by: Writing, inputs: readonly Value[], two: Value): Value[] => {
      const values: Value[] = [...inputs.slice(0, 3)]
      const mask = inputs[3]!
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
      const small = (x: Value): Value =>
        x.list.reduce((most, value) => max(most, abs(value)), 0) <= MOST / 64
          ? x
          : by.combined('min', by.combined('max', x, by.combined('sub', two, two)), two)
      for (let i = 0; i < 7; i++) {
        const [a, b] = [small(pick(values)), small(pick(values))]
        const next = by.combined(pick(['add', 'sub', 'mul', 'max', 'min'] as const), a, b)
        const steps = [by.keep, by.sum, by.max, (x: Value) => by.chosen(mask, x, two), (x: Value) => x]
        values.push(pick(steps)(small(next)))
      }
      return [values.at(-1)!, by.combined('add', pick(values.slice(3)), two), by.sum(small(values.at(-2)!))]
    }

  const random: ConformanceCase = {
    name: 'row programs at random',
    async run() {
      for (let seed = 0; seed < 24; seed++) {
        const random = seededRandom(100 + seed)
        const [rows, columns] = seed % 2 === 0 ? [6, 40] : [5, 37]
        const shape = seed % 3 === 0 ? [columns, rows] : [rows, columns]
        const [across, down] = [
          shape.map((size, dim) => (dim === 0 ? 1 : size)),
          shape.map((size, dim) => (dim === 1 ? 1 : size)),
        ]
        const [turned, memory] = draw(random, 'float32', [...shape].reverse())
        const x = turned.permute([1, 0])
        const whole: Given[number] = seed % 4 < 2 ? draw(random, 'float32', shape) : [x, elementsOf(x, memory)]
        const given = [
          whole,
          spread(draw(random, 'float32', across), shape),
          spread(draw(random, 'float32', down), shape),
          draw(random, seed % 2 === 0 ? 'bool' : 'int32', shape),
        ]
        const dims = seed % 5 === 4 ? [0, 1] : [seed % 3 === 0 ? 0 : 1]
        await check(`program ${seed}`, given, shape, dims, randomly(random))
      }
    },
  }

  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  const special: ConformanceCase = {
    name: 'row programs of NaN and infinities',
    async run() {
      const starts = [[nan], [1, nan], [inf], [-inf, 1], [inf, -inf], [-0, 0], [3, 3]]
      for (const n of [3, 8, 40, 257]) {
        const rest = Array.from({ length: n - 2 }, (_, i) => -(i % 3))
        // What is special stands in front, and at the end.
        const rows = starts.flatMap((start) => [[...start, ...rest, 0].slice(0, n), [0, ...rest, ...start].slice(-n)])
        const [shape, elements] = [[rows.length, n], rows.flat()]
        const x = arrayOf(nd, device, elements, 'float32', shape)
        const write = (by: Writing, [x]: readonly Value[]): Value[] => {
          const rest = by.keep(by.combined('sub', x!, by.max(x!)))
          return [rest, by.sum(rest), by.max(rest), by.sum(x!)]
        }
        await check('special', [[x, elements]], shape, [1], write)
        const turned = [n, rows.length]
        await check('turned', [[x.permute([1, 0]), elementsOf(x.permute([1, 0]), elements)]], turned, [0], write)
      }
    },
  }

  const empty: ConformanceCase = {
    name: 'row programs of nothing',
    async run() {
      const write = (by: Writing, [x]: readonly Value[]): Value[] => [by.combined('sub', x!, by.max(x!))]
      for (const shape of [
        [3, 0],
        [0, 3],
        [0, 40],
      ]) {
        await check('whole', [[nd.empty(shape, { device }), []]], shape, [1], write)
      }
      await check('sum', [[nd.empty([0, 3], { device }), []]], [0, 3], [1], (by, [x]) => [by.sum(x!)])
      const sum = nd.rowProgram(1, (row) => [row.sum(input(0))])
      const [out] = nd.rowwise('sum', sum, [nd.empty([2, 0], { device })], [1])
      expectEach(
        'sums of nothing',
        await out!.toTypedArray(),
        2,
        (value) => value === 0,
        () => '0',
      )
    },
  }

  return [...edges, views, random, special, empty]
}
