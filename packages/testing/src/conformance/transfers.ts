import { accuracyOf } from './accuracy.ts'
import { type ConformanceCase, expectEach, expectSame } from './check.ts'
import { arrayOf, sample } from './elementwise.ts'
import type { ArrayLike, DeviceLike, ModuleLike } from './module.ts'
import { flushed, integersFrom, isFloat, seededRandom, specialValues, typedArrays } from './numbers.ts'

/** Data in and out, numbers inside formulas, many operands, long arrays, order of calls. */
export function transferCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, scalar, coord, constant, binary, where, cast } = nd.expr
  const accuracy = accuracyOf(device)
  const dtypes = [...device.dtypes]

  const roundTrips = dtypes.map((dtype) => ({
    name: `${dtype} is read as it was written, to the bit`,
    async run() {
      for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 63, 64, 65, 1000, 4097]) {
        const values = [...specialValues[dtype], ...sample(seededRandom(length), dtype, length)].slice(0, length)
        const actual = await arrayOf(nd, device, values, dtype, [length]).toTypedArray()
        if (actual.constructor !== typedArrays[dtype])
          throw new TypeError(`read a ${actual.constructor.name} for ${dtype}`)
        expectSame(`${length} elements`, actual, values)
      }
    },
  }))

  const parts = dtypes.map((dtype) => ({
    name: `parts of an array of ${dtype} are read from where they are`,
    async run() {
      const values = sample(seededRandom(1), dtype, 300)
      const x = arrayOf(nd, device, values, dtype, [300])
      for (const [start, stop] of [
        [0, 1],
        [1, 2],
        [3, 7],
        [5, 300],
        [299, 300],
        [17, 17],
        [64, 128],
      ] as const) {
        expectSame(`${start} to ${stop}`, await x.slice(0, start, stop).toTypedArray(), values.slice(start, stop))
      }
    },
  }))

  const numbers = dtypes.map((dtype) => ({
    name: `constants and scalars of ${dtype} are what they are`,
    async run() {
      const values = specialValues[dtype]
      const isSame = (x: number, value: number): boolean =>
        Object.is(x, value) || (accuracy.flushes && isFloat(dtype) && Object.is(flushed(x), flushed(value)))
      for (const value of values) {
        const given = await nd.generate(nd.program(scalar(0)), [5], device, dtype, [value]).toTypedArray()
        expectEach(
          'scalar',
          given,
          5,
          (x) => isSame(x, value),
          () => String(value),
        )
        const filled = await nd.full([2, 3], value, { device, dtype }).toTypedArray()
        expectEach(
          'full',
          filled,
          6,
          (x) => isSame(x, value),
          () => String(value),
        )
      }
      const places = values.map(
        (value, i) => [binary('eq', coord(0), constant(i, 'int32')), constant(value, dtype)] as const,
      )
      const chosen = places.reduce((rest, [here, value]) => where(here, value, rest), constant(0, dtype))
      const written = await nd.generate(nd.program(chosen), [values.length], device, dtype, []).toTypedArray()
      expectEach(
        'constants',
        written,
        values.length,
        (x, i) => isSame(x, values[i]!),
        (i) => String(values[i]),
      )
    },
  }))

  const zeros: ConformanceCase = {
    name: 'constants of zero keep their sign',
    async run() {
      for (const [value, inverse] of [
        [0, Number.POSITIVE_INFINITY],
        [-0, Number.NEGATIVE_INFINITY],
      ] as const) {
        const x = arrayOf(nd, device, [1, 1], 'float32', [2])
        expectSame(
          'constant',
          await nd.elementwise('t', nd.program(binary('div', input(0), constant(value))), [x]).toTypedArray(),
          [inverse, inverse],
        )
        expectSame(
          'scalar',
          await nd.elementwise('t', nd.program(binary('div', input(0), scalar(0))), [x], [value]).toTypedArray(),
          [inverse, inverse],
        )
      }
    },
  }

  const many: ConformanceCase = {
    name: 'a formula of 20 arrays, more than one call may name',
    async run() {
      const lists = Array.from({ length: 20 }, (_, i) => integersFrom(seededRandom(i), -9, 9, 35))
      const inputs = lists.map((list, i) => arrayOf(nd, device, list, 'float32', i % 2 === 0 ? [5, 7] : [1, 5, 7]))
      const expr = Array.from({ length: 20 }, (_, i) => input(i)).reduce((sum, x, i) =>
        binary(i % 3 === 0 ? 'sub' : 'add', sum, x),
      )
      const wanted = lists[0]!.map(
        (first, at) =>
          lists.slice(1).reduce((sum, list, i) => sum + list[at]! * ((i + 1) % 3 === 0 ? -1 : 1), first) + 0,
      )
      expectSame('sum', await nd.elementwise('sum', nd.program(expr), inputs).toTypedArray(), wanted)
      const all = wanted.reduce((sum, value) => sum + value, 0)
      expectSame('reduced', await nd.reduce('sum', 'sum', nd.program(expr), inputs, undefined, false).toTypedArray(), [
        all,
      ])
    },
  }

  const long: ConformanceCase = {
    name: 'an array of more elements than one dimension of workgroups covers',
    async run() {
      const count = 65536 * 64 * 4 + 5
      const places = nd.generate(
        nd.program(cast(binary('remainder', coord(0), constant(1000, 'int32')), 'float32')),
        [count],
        device,
        'float32',
        [],
      )
      const odd = nd.elementwise('t', nd.program(binary('add', binary('mul', input(0), constant(2)), constant(1))), [
        places,
      ])
      const ends = odd.slice(0, count - 3)
      expectSame(
        'the end',
        await ends.toTypedArray(),
        [0, 1, 2].map((i) => ((count - 3 + i) % 1000) * 2 + 1),
      )
      const most = nd.reduce('max', 'max', nd.program(input(0)), [odd], undefined, false)
      expectSame('the largest', await most.toTypedArray(), [1999])
    },
  }

  const order: ConformanceCase = {
    name: 'calls take effect in the order in which they are made',
    async run() {
      const x = nd.full([300], 0, { device })
      const kept: ArrayLike[] = []
      const increment = nd.program(binary('add', input(0), scalar(0)))
      for (let i = 1; i <= 200; i++) {
        nd.updateInPlace('add_', increment, [x], [x], [i])
        if (i % 50 === 0) kept.push(nd.elementwise('copy', nd.program(input(0)), [x]))
        if (i % 70 === 0) x.copy_(arrayOf(nd, device, new Array<number>(300).fill(0), 'float32', [300]))
      }
      const values = await Promise.all([...kept, x].map((y) => y.slice(0, 299).toTypedArray()))
      expectSame(
        'each moment',
        values.map(([value]) => value!),
        [0, 1, 2, 3, 4].map(expectedAt),
      )
    },
  }

  const rounding: ConformanceCase = {
    name: 'every step of a formula is rounded to float32',
    async run() {
      // 2^24 + 1 is no float32; a device that computed in more digits would find the 1 again.
      const x = arrayOf(nd, device, [16777216], 'float32', [1])
      const expr = binary('sub', binary('add', input(0), scalar(0)), input(0))
      const [actual] = await nd.elementwise('t', nd.program(expr), [x], [1]).toTypedArray()
      expectSame('(2^24 + 1) - 2^24', [actual!], [0])
    },
  }

  return [...roundTrips, ...parts, ...numbers, zeros, many, long, order, ...(accuracy.flushes ? [] : [rounding])]
}

/** Sums of 1, 2, … that start anew after every 70th: at 50, 100, 150, 200 and at the end. */
function expectedAt(which: number): number {
  const until = [50, 100, 150, 200, 200][which]!
  let sum = 0
  for (let i = 1; i <= until; i++) {
    sum += i
    if (i % 70 === 0 && i < until) sum = 0
  }
  return sum
}
