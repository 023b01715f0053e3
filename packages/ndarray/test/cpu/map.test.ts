import { describe, expect, test } from 'vitest'
import type { View } from '../../src/device.ts'
import type { DType } from '../../src/dtype.ts'
import { binary, cast, constant, coord, input, scalar } from '../../src/expr.ts'
import { program } from '../../src/program.ts'
import { addresses, devices, lcg, runMap, storageOf, type ViewOptions, values, view } from './seam.ts'

const add = program(binary('add', input(0), input(1)))
const copy = program(input(0))
const numbers = Array.from({ length: 200 }, (_, i) => i)

const layouts: readonly [name: string, shape: readonly number[], options: ViewOptions][] = [
  ['contiguous', [2, 3, 4], {}],
  ['with an offset', [2, 3, 4], { offset: 5, size: 40 }],
  ['transposed', [2, 3, 4], { strides: [1, 2, 6] }],
  ['permuted', [2, 3, 4], { strides: [4, 8, 1] }],
  ['reversed', [2, 3, 4], { strides: [-12, -4, -1], offset: 23 }],
  ['of stride 0', [2, 3, 4], { strides: [0, 1, 0], size: 3 }],
  ['of every second element', [2, 3, 4], { strides: [24, 8, 2], size: 48 }],
  ['mixed', [2, 3, 4], { strides: [1, -8, 2], offset: 16, size: 48 }],
]

describe.each(devices)('map: %s', (_, device) => {
  const inputs = layouts.map(
    ([name, shape, options]) => [name, view(device, 'float32', shape, numbers, options)] as const,
  )

  test.each(inputs)('reads a view that is %s, beside every other', (_name, a) => {
    for (const [, b] of inputs) {
      const [as, bs] = [values(a), values(b)]
      expect(values(runMap(device, add, [a, b])[0]!)).toEqual(as.map((value, i) => value + bs[i]!))
    }
  })

  test.each(layouts.filter(([name]) => name !== 'of stride 0'))('writes a view that is %s', (_name, shape, options) => {
    const out = view(device, 'float32', shape, [-1], options)
    const source = view(device, 'float32', shape, numbers)
    runMap(device, copy, [source], { outs: [out] })
    const wanted = Array<number>(out.storage.size).fill(-1)
    addresses(shape, out.strides, out.offset).forEach((at, i) => {
      wanted[at] = i
    })
    expect([...storageOf(out)]).toEqual(wanted)
  })

  test('walks five axes that cannot be merged', () => {
    const shape = [2, 3, 2, 3, 2]
    const a = view(device, 'float64', shape, numbers, { strides: [1, 24, 4, 8, 2], size: 72 })
    const b = view(device, 'float64', shape, numbers)
    const [as, bs] = [values(a), values(b)]
    expect(values(runMap(device, add, [a, b])[0]!)).toEqual(as.map((value, i) => value + bs[i]!))
  })

  test('broadcasts shapes and takes arrays without dims', () => {
    const a = view(device, 'float32', [2, 3], [1, 2, 3, 4, 5, 6])
    const out = view(device, 'float32', [2, 3], [0])
    runMap(device, add, [a, view(device, 'float32', [3], [10, 20, 30])], { outs: [out] })
    expect(values(out)).toEqual([11, 22, 33, 14, 25, 36])
    const single = runMap(device, add, [view(device, 'float32', [], [1]), view(device, 'float32', [], [2])])
    expect(values(single[0]!)).toEqual([3])
  })

  test.each([[[0]], [[2, 0, 3]], [[0, 3]]])('does nothing for the shape %j', (shape) => {
    const out = view(device, 'float32', shape, [], { size: 6 })
    runMap(device, add, [view(device, 'float32', shape, []), view(device, 'float32', shape, [])], { outs: [out] })
    expect([...storageOf(out)]).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('several outputs may be the inputs themselves', () => {
    const swap = program(input(1), input(0), binary('add', input(0), scalar(0)))
    const strided: ViewOptions = { strides: [2], size: 6 }
    for (const options of [{}, strided]) {
      const a = view(device, 'float32', [3], [1, 2, 3, 4, 5, 6], options)
      const b = view(device, 'float32', [3], [10, 20, 30, 40, 50, 60], options)
      const c = view(device, 'float32', [3], [0])
      const [as, bs] = [values(a), values(b)]
      runMap(device, swap, [a, b], { outs: [a, b, c], scalars: [0.5] })
      expect([values(a), values(b), values(c)]).toEqual([bs, as, as.map((value) => value + 0.5)])
    }
  })

  test('two views of one storage may be read and written apart', () => {
    const whole = view(device, 'int32', [8], numbers)
    const half = (offset: number): View => ({ ...whole, shape: [4], offset })
    runMap(device, copy, [half(0)], { outs: [half(4)] })
    expect(values(whole)).toEqual([0, 1, 2, 3, 0, 1, 2, 3])
  })

  test('coordinates are positions, also on axes of size 1', () => {
    const at = program(
      binary(
        'add',
        binary('mul', coord(0), constant(100)),
        binary('add', binary('mul', coord(1), constant(10)), coord(2)),
      ),
    )
    const shape = [2, 1, 3]
    expect(values(runMap(device, at, [], { shape })[0]!)).toEqual([0, 1, 2, 100, 101, 102])
    const deep = program(binary('add', binary('mul', coord(0), constant(10)), coord(3)))
    const out = values(runMap(device, deep, [], { shape: [2, 2, 2, 3] })[0]!)
    expect(out).toEqual(addresses([2, 2, 2, 3], [10, 0, 0, 1]))
    expect(values(runMap(device, program(coord(0)), [], { shape: [4] })[0]!)).toEqual([0, 1, 2, 3])
  })

  test('dtypes mix where a program casts', () => {
    const out = runMap(device, program(cast(binary('mul', input(0), input(1)), 'uint8')), [
      view(device, 'float64', [3], [100.7, -4, 1.5]),
      view(device, 'bool', [3], [1, 1, 0]),
    ])
    expect(values(out[0]!)).toEqual([100, 0, 0])
  })
})

test('both forms of code agree on chains of random operators', () => {
  const random = lcg(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint32', 'uint8']
  for (let round = 0; round < 60; round++) {
    const exprs = [input(0), input(1), scalar(0), constant(2)]
    for (let i = 0; i < 8; i++) {
      const op = pick(['add', 'sub', 'mul', 'max', 'min', 'floorDiv', 'remainder', 'lt'] as const)
      exprs.push(cast(binary(op, pick(exprs), pick(exprs)), pick(dtypes)))
    }
    const source = program(exprs.at(-1)!, exprs.at(-2)!)
    const [left, right] = [pick(dtypes), pick(dtypes)]
    const data = Array.from({ length: 12 }, () => Math.round(random() * 200))
    const [first, second] = devices.map(([, device]) =>
      runMap(
        device,
        source,
        [view(device, left, [3, 4], data), view(device, right, [3, 4], data.toReversed(), { strides: [1, 3] })].slice(
          0,
          source.inputs,
        ),
        { scalars: [3].slice(0, source.scalars), shape: [3, 4] },
      ).map(values),
    )
    expect(first).toEqual(second)
  }
})
