import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { values } from './support.ts'

const { binary, cast, constant, coord, input, scalar, where } = nd.expr

/** A cpu device that binds few buffers and counts the most that a call named. */
function narrowDevice(maxBuffers: number): { device: nd.Device; most: () => number } {
  const inner = nd.createCpuDevice()
  let most = 0
  const count = (operands: readonly nd.View[]): void => {
    most = Math.max(most, new Set(operands.map((view) => view.storage)).size)
  }
  const device: nd.Device = {
    ...inner,
    maxBuffers,
    map(program, operands, scalars, layout) {
      count(operands)
      inner.map(program, operands, scalars, layout)
    },
    reduce(op, program, operands, scalars, layout) {
      count(operands)
      inner.reduce(op, program, operands, scalars, layout)
    },
    contract(a, b, out, layout, epilogue) {
      count([a, b, out, ...(epilogue?.inputs ?? [])])
      inner.contract(a, b, out, layout, epilogue)
    },
  }
  return { device, most: () => most }
}

const sum = (count: number): nd.Expr =>
  Array.from({ length: count }, (_, i) => input(i)).reduce((total, x) => binary('add', total, x))

/** A balanced tree: no operand of it reads all but one of the inputs. */
const tree = (from: number, count: number): nd.Expr =>
  count === 1
    ? input(from)
    : binary('mul', tree(from, count >> 1), binary('add', tree(from + (count >> 1), count - (count >> 1)), scalar(0)))

const formulas: [what: string, expr: nd.Expr, inputs: number, scalars: number[]][] = [
  ['a sum of 20 arrays', sum(20), 20, []],
  ['a balanced tree of 16 arrays', tree(0, 16), 16, [0.5]],
  ['a node used twice', binary('mul', sum(5), binary('sub', sum(5), input(5))), 6, []],
  [
    'coordinates',
    binary('add', binary('mul', sum(4), cast(coord(1), 'float32')), binary('mul', input(4), coord(0))),
    5,
    [],
  ],
  [
    'a choice',
    where(binary('lt', sum(3), input(3)), binary('max', input(4), constant(0)), binary('mul', input(5), scalar(0))),
    6,
    [3],
  ],
]

describe('a formula of more arrays than a device binds gives the same, in several calls', () => {
  test.each(formulas)('%s', (_, expr, inputs, scalars) => {
    const run = (device: nd.Device): number[] => {
      const generator = nd.torchRng(1)
      const arrays = Array.from({ length: inputs }, (_, i) =>
        nd.randn(i % 3 === 0 ? [3, 4] : i % 3 === 1 ? [4] : [3, 1], { device, generator }),
      )
      return values(nd.elementwise('test', nd.program(expr), arrays, scalars))
    }
    const whole = run(nd.cpu)
    for (const maxBuffers of [4, 5, 8]) {
      const { device, most } = narrowDevice(maxBuffers)
      expect(run(device)).toEqual(whole)
      expect(most()).toBeLessThanOrEqual(maxBuffers)
    }
  })

  test('with three buffers, operators of two operands are split one by one', () => {
    const { device, most } = narrowDevice(3)
    const arrays = Array.from({ length: 20 }, (_, i) => nd.full([2], i, { device }))
    expect(values(nd.elementwise('test', nd.program(sum(20)), arrays))).toEqual([190, 190])
    expect(most()).toBe(3)
  })

  test('a part that promotes apart from the whole keeps the dtype it has inside it', () => {
    const { device } = narrowDevice(3)
    const expr = binary('add', binary('mul', binary('mul', input(0), scalar(0)), input(1)), input(2))
    const run = (on: nd.Device): nd.NDArray =>
      nd.elementwise(
        'test',
        nd.program(expr),
        [
          nd.full([1], 100000, { dtype: 'int32', device: on }),
          nd.full([1], 3, { dtype: 'int32', device: on }),
          nd.full([1], 0.5, { device: on }),
        ],
        [50000],
      )
    expect(values(run(device))).toEqual(values(run(nd.cpu)))
    expect(values(run(nd.cpu))).toEqual([Math.fround(15e9)])
  })

  test('a 0-d array that gives way does so in every part', () => {
    const { device } = narrowDevice(3)
    const expr = binary('div', binary('add', input(0), input(1)), input(2))
    const run = (on: nd.Device): nd.NDArray =>
      nd.elementwise('test', nd.program(expr), [
        nd.full([], 200, { dtype: 'int32', device: on }),
        nd.full([], 100, { dtype: 'uint8', device: on }),
        nd.full([1], 2, { dtype: 'uint8', device: on }),
      ])
    expect(values(run(device))).toEqual(values(run(nd.cpu)))
    expect(values(run(nd.cpu))).toEqual([22])
  })
})

describe('several outputs', () => {
  const exprs = [sum(4), binary('mul', input(0), input(1)), binary('sub', input(2), input(3))]

  test('are computed before the first is written', () => {
    const run = (device: nd.Device): number[][] => {
      const arrays = Array.from({ length: 4 }, (_, i) => nd.full([3], i + 2, { device }))
      const outs = arrays.slice(0, 3)
      nd.updateInPlace('test', nd.program(...exprs), outs, arrays)
      return outs.map(values)
    }
    const { device, most } = narrowDevice(3)
    expect(run(device)).toEqual(run(nd.cpu))
    expect(most()).toBeLessThanOrEqual(3)
  })

  test('that share memory count once', () => {
    const { device, most } = narrowDevice(2)
    const x = nd.arange(6, undefined, 1, { device }).reshape([3, 2])
    nd.updateInPlace(
      'test',
      nd.program(input(1), input(2), input(0)),
      [x.at(0), x.at(1), x.at(2)],
      [x.at(0), x.at(1), x.at(2)],
    )
    expect(values(x)).toEqual([2, 3, 4, 5, 0, 1])
    expect(most()).toBe(1)
  })
})

test('reductions and contractions with too many operands are split as well', () => {
  const { device, most } = narrowDevice(3)
  const run = (on: nd.Device): number[][] => {
    const generator = nd.torchRng(3)
    const arrays = Array.from({ length: 5 }, () =>
      nd.randint(-5, 5, [4, 3], { dtype: 'float32', device: on, generator }),
    )
    const [a, b, bias] = arrays as [nd.NDArray, nd.NDArray, nd.NDArray]
    return [
      nd.reduce('test', 'sum', nd.program(sum(5)), arrays, [0], false),
      nd.linear(a, b, bias.at(':', 0)),
      nd.variance(a, 1),
    ].map(values)
  }
  expect(run(device)).toEqual(run(nd.cpu))
  expect(most()).toBeLessThanOrEqual(3)
})

test('one operator of more arrays than a device binds is an error with the number in it', () => {
  const { device } = narrowDevice(3)
  const x = (): nd.NDArray => nd.ones([1], { device })
  expect(() => nd.where(x().gt(0), x(), x())).toThrow(/reads more arrays than the 3 that the device binds/)
})
