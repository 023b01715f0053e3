import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, thrown, values } from './support.ts'

const { formulas: f } = nd
const { cast, input, scalar, where } = nd.expr

const softmaxRows = nd.rowProgram(1, (row) => {
  const weight = row.keep(f.exp(f.sub(f.x0, row.max(f.x0))))
  return [f.div(weight, row.sum(weight))]
})
/** Sums of the rows, and the shares of the elements in them. */
const shareRows = nd.rowProgram(1, (row) => {
  const total = row.sum(f.x0)
  return [total, f.div(f.x0, total)]
})
const sumRows = nd.rowProgram(1, (row) => [row.sum(f.x0)])

const pair = (program: nd.RowProgram, x: nd.NDArray, dims: number | readonly number[]): [nd.NDArray, nd.NDArray] =>
  nd.rowwise('test', program, [x], dims) as [nd.NDArray, nd.NDArray]
const single = (
  program: nd.RowProgram,
  inputs: readonly nd.NDArray[],
  dims: number | readonly number[],
  scalars: readonly nd.Scalar[] = [],
): nd.NDArray => nd.rowwise('test', program, inputs, dims, scalars)[0]!

const SIDE = 512
const BYTES = 4 * SIDE * SIDE
/** More than the slabs that arrays of one value a row lie in. */
const SMALL = BYTES * 0.75

/** A cpu device that notes which kernels are called. */
function watched(rows?: nd.Device['rows']): { device: nd.Device; calls: string[] } {
  const inner = nd.createCpuDevice()
  const calls: string[] = []
  const device: nd.Device = {
    ...inner,
    maxBuffers: 8,
    ...(rows === undefined ? {} : { rows }),
    map(program, operands, scalars, layout) {
      calls.push('map')
      inner.map(program, operands, scalars, layout)
    },
    reduce(op, program, operands, scalars, layout) {
      calls.push(op)
      inner.reduce(op, program, operands, scalars, layout)
    },
  }
  return { device, calls }
}

describe('a row program', () => {
  test.each<[string, number | readonly number[], readonly number[]]>([
    ['the last dim', -1, [2, 3, 1]],
    ['the first dim', 0, [1, 3, 4]],
    ['a dim between', 1, [2, 1, 4]],
    ['two dims', [2, 0], [1, 3, 1]],
    ['all dims', [0, 1, 2], [1, 1, 1]],
    ['no dims', [], [2, 3, 4]],
  ])('goes along %s', (_, dims, shape) => {
    const x = counting(nd, [2, 3, 4], 1)
    for (const view of [x, x.flip([0, 2]), x.permute([0, 2, 1]).clone().permute([0, 2, 1])]) {
      const [total, share] = pair(shareRows, view, dims)
      const wanted = view.sum(dims, { keepdim: true })
      expect([total.shape, share.shape]).toEqual([shape, [2, 3, 4]])
      expect(values(total)).toEqual(values(wanted))
      expect(values(share)).toEqual(values(view.div(wanted)))
    }
  })

  test('goes along the only element of an array without dims', () => {
    const [total, share] = pair(shareRows, nd.array(3), 0)
    expect([total.shape, values(total), share.shape, values(share)]).toEqual([[], [3], [], [1]])
  })

  test('takes scalars, masks and what broadcasts', () => {
    const program = nd.rowProgram(4, (row) => {
      const logits = where(input(1), f.mul(f.add(f.x0, input(2)), scalar(0)), nd.expr.constant(0))
      return [f.sub(logits, f.add(row.max(logits), input(3)))]
    })
    const x = nd.array([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const mask = nd.array([[true], [false]])
    const [row, column] = [nd.array([10, 0, 5]), nd.array([[1], [2]])]
    // Rows 22, 4, 16 and 0, 0, 0; their largest are 22 and 0.
    expect(values(single(program, [x, mask, row, column], 1, [2]))).toEqual([-1, -19, -7, -2, -2, -2])
  })

  test('counts every repetition of what repeats along a row, or is repeated by another input', () => {
    const program = nd.rowProgram(3, (row) => [row.sum(f.x1), row.sum(input(2)), f.add(f.x1, f.x1), f.mul(f.x0, 1)])
    const inputs = [nd.ones([2, 3]), nd.array([[1], [2]]), nd.array([1, 2, 3])]
    const [ofColumn, ofRow, whole] = nd.rowwise('test', program, inputs, 1) as [nd.NDArray, nd.NDArray, nd.NDArray]
    expect(values(ofColumn)).toEqual([3, 6])
    expect([ofRow.shape, values(ofRow)]).toEqual([
      [2, 1],
      [6, 6],
    ])
    expect([whole.shape, values(whole)]).toEqual([
      [2, 3],
      [2, 2, 2, 4, 4, 4],
    ])
    const taller = nd.rowwise('test', shareRows, [nd.array([1, 3])], 0)
    expect(taller.map(values)).toEqual([[4], [0.25, 0.75]])
  })

  test('may give what was found or kept, twice too, and an input', () => {
    const program = nd.rowProgram(1, (row) => {
      const largest = row.max(f.x0)
      const rest = row.keep(f.sub(f.x0, largest))
      return [rest, largest, row.sum(rest), rest, f.x0]
    })
    const x = nd.array([[1, 4, 2]])
    const found = nd.rowwise('test', program, [x], 1)
    expect(found.map(values)).toEqual([[-3, 0, -2], [4], [-5], [-3, 0, -2], [1, 4, 2]])
    expect(new Set([x, ...found].map(({ storage }) => storage)).size).toBe(6)
  })

  test.each<[nd.DType, nd.DType, nd.DType]>([
    ['float64', 'float64', 'float64'],
    ['float32', 'float32', 'float32'],
    ['int32', 'int32', 'float32'],
    ['uint8', 'int32', 'float32'],
    ['bool', 'int32', 'float32'],
  ])('of %s gives sums of %s and shares of %s', (dtype, sums, shares) => {
    const x = nd.array([[1, 0, 1, 2]], { dtype })
    const [total, share] = pair(shareRows, x, 1)
    expect([total.dtype, share.dtype]).toEqual([sums, shares])
    const count = dtype === 'bool' ? 3 : 4
    expect(values(total)).toEqual([count])
    expect(values(share)).toEqual(values(x.div(nd.full([], count, { dtype: sums }))))
  })

  test('promotes inputs of different dtypes, and numbers, as operations do', () => {
    const program = nd.rowProgram(2, (row) => [row.sum(f.mul(f.mul(f.x0, f.x1), scalar(0)))])
    const ints = nd.array([[1, 2]], { dtype: 'int32' })
    const found = single(program, [ints, nd.array([0.5, 1], { dtype: 'float64' })], 1, [2])
    expect([found.dtype, values(found)]).toEqual(['float64', [5]])
    expect(single(program, [ints, ints], 1, [0.5]).dtype).toBe('float32')
    expect(values(single(program, [nd.array([[1, 2]]), nd.array([3, 4])], 1, [true]))).toEqual([11])
  })

  test('hands each step the numbers that it reads, whatever else its formula is used for', () => {
    const program = nd.rowProgram(1, (row) => {
      const mean = f.div(row.sum(f.x0), scalar(0))
      return [f.div(f.x0, scalar(0)), row.keep(f.add(mean, scalar(1)))]
    })
    const x = nd.array([[2, 4]])
    expect(values(x.div(2))).toEqual([1, 2])
    expect(nd.rowwise('test', program, [x], 1, [2, 0.5]).map(values)).toEqual([[1, 2], [3.5]])
  })

  test('of nothing is empty; sums of nothing are 0, and nothing has a maximum', () => {
    for (const shape of [[3, 0], [0, 3], [0]]) {
      const out = nd.softmax(nd.zeros(shape), -1)
      expect([out.shape, out.dtype]).toEqual([shape, 'float32'])
      expect(nd.logSoftmax(nd.zeros(shape), -1).shape).toEqual(shape)
    }
    const [total, share] = pair(shareRows, nd.zeros([2, 0]), 1)
    expect([values(total), share.shape]).toEqual([
      [0, 0],
      [2, 0],
    ])
    const largest = nd.rowProgram(1, (row) => [row.max(f.x0)])
    expect(thrown(() => single(largest, [nd.zeros([2, 0])], 1)).message).toMatch(/^test\(\): Expected reduction dim/)
  })

  test('passes NaN and infinities on', () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number
    const rows = [
      [1, nan, 2],
      [1, inf, 2],
      [1, -inf, 1],
      [-inf, -inf, -inf],
    ]
    expect(values(nd.softmax(nd.array(rows), 1))).toEqual([nan, nan, nan, nan, nan, nan, 0.5, 0, 0.5, nan, nan, nan])
  })

  test('refuses bad dims, shapes that do not fit and two devices under the name of the operation', () => {
    const x = nd.ones([2, 3])
    expect(thrown(() => single(sumRows, [x], 2))).toBeInstanceOf(nd.AxisError)
    expect(thrown(() => single(sumRows, [x], [0, -2])).message).toMatch(/dim 0 appears multiple times .*test/)
    const both = nd.rowProgram(2, (row) => [row.sum(f.add(f.x0, f.x1))])
    expect(thrown(() => single(both, [x, nd.ones([2])], 1))).toBeInstanceOf(nd.ShapeError)
    const elsewhere = nd.ones([2, 3], { device: nd.createCpuDevice() })
    expect(thrown(() => single(both, [x, elsewhere], 1))).toBeInstanceOf(nd.DeviceError)
    const difference = nd.rowProgram(1, (row) => [row.sum(f.sub(f.x0, f.x0))])
    expect(thrown(() => single(difference, [nd.array([true])], 0))).toBeInstanceOf(nd.DTypeError)
  })
})

describe('a row program refuses', () => {
  const x = nd.ones([2, 3])

  test('other numbers of arrays, or of numbers, than it has', () => {
    expect(thrown(() => single(sumRows, [x, x], 1)).message).toBe('test: the row program takes 1 arrays, got 2')
    const scaled = nd.rowProgram(1, (row) => [row.sum(f.mul(f.x0, scalar(0)))])
    expect(thrown(() => single(scaled, [x], 1)).message).toBe('test: the row program takes 1 numbers, got 0')
    expect(thrown(() => single(scaled, [x], 1, [1, 2]))).toBeInstanceOf(nd.RungsError)
  })

  test('formulas that read no array, or one that is not there', () => {
    expect(thrown(() => nd.rowProgram(1, (row) => [row.sum(nd.expr.constant(1))])).message).toMatch(/reads no array/)
    expect(thrown(() => nd.rowProgram(1, () => [f.mul(scalar(0), 2)]))).toBeInstanceOf(nd.RungsError)
    expect(thrown(() => nd.rowProgram(1, (row) => [row.sum(input(2))])).message).toMatch(
      /reads input 2, and there are 1/,
    )
  })
})

describe('a row program step by step', () => {
  test('takes a kernel for each step, none for what is found already', () => {
    const { device, calls } = watched()
    const x = nd.ones([2, 3], { device })
    calls.length = 0
    nd.rowwise('test', softmaxRows, [x], 1)
    expect(calls).toEqual(['max', 'map', 'sum', 'map'])
    calls.length = 0
    nd.rowwise('test', shareRows, [x], 1)
    expect(calls).toEqual(['sum', 'map'])
  })

  test('uses the room of what was kept again, and lets go of all but the results', () => {
    const { device } = watched()
    const x = nd.ones([SIDE, SIDE], { device })
    const y = single(softmaxRows, [x], 1)
    expect(nd.memory(device).peakBytes).toBeLessThan(2 * BYTES + SMALL)
    x.dispose()
    y.dispose()
    expect(nd.memory(device).bytes).toBeLessThan(SMALL)
  })

  test('lets go of what it kept beside a result of another dtype', () => {
    const above = nd.rowProgram(1, (row) => {
      const high = row.keep(f.gt(f.x0, f.div(row.sum(f.x0), scalar(0))))
      return [f.mul(high, f.x0), row.sum(high)]
    })
    const { device } = watched()
    const x = counting(nd, [SIDE, SIDE]).to(device)
    const [out, count] = nd.rowwise('test', above, [x], 1, [SIDE]) as [nd.NDArray, nd.NDArray]
    expect([out.dtype, count.dtype]).toEqual(['float32', 'int32'])
    expect(values(count)).toEqual(new Array(SIDE).fill(SIDE / 2))
    expect(values(out).slice(0, SIDE)).toEqual(Array.from({ length: SIDE }, (_, i) => (i < SIDE / 2 ? 0 : i)))
    x.dispose()
    out.dispose()
    count.dispose()
    expect(nd.memory(device).bytes).toBeLessThan(SMALL)
  })

  test('never writes over what is read again, nor over a result or an input', () => {
    const program = nd.rowProgram(1, (row) => {
      const square = row.keep(f.square(f.x0))
      const half = row.keep(f.mul(square, 0.5))
      return [f.add(half, row.sum(square)), square, f.sub(square, half)]
    })
    const x = nd.array([[1, 2]])
    expect(nd.rowwise('test', program, [x], 1).map(values)).toEqual([
      [5.5, 7],
      [1, 4],
      [0.5, 2],
    ])
    expect(values(x)).toEqual([1, 2])
  })

  test('makes integers of floats in a room of their own', () => {
    const program = nd.rowProgram(1, (row) => [cast(row.keep(f.mul(f.x0, row.sum(f.x0))), 'int32')])
    const out = single(program, [nd.array([[1.5, 0.25]])], 1)
    expect([out.dtype, values(out)]).toEqual(['int32', [2, 0]])
  })
})

describe('a device that computes all steps at once', () => {
  test('gets results and inputs, and the axes of the rows last', () => {
    const seen: unknown[] = []
    const { device, calls } = watched((program, operands, scalars, { rank, kept, sizes, strides }) => {
      seen.push(
        program.outTypes,
        scalars,
        operands.map(({ shape }) => shape),
      )
      seen.push(
        [...sizes.subarray(0, rank)],
        kept,
        strides.slice(0, 3).map((row) => [...row.subarray(0, rank)]),
      )
      return true
    })
    const x = nd.ones([2, 3, 4], { device })
    calls.length = 0
    const program = nd.rowProgram(1, (row) => [row.sum(f.mul(f.x0, scalar(0))), f.x0])
    nd.rowwise('test', program, [x], 1, [2])
    expect(calls).toEqual([])
    expect(seen).toEqual([
      ['float32', 'float32'],
      [2],
      [
        [2, 1, 4],
        [2, 3, 4],
        [2, 3, 4],
      ],
      [2, 4, 3],
      2,
      [
        [4, 1, 0],
        [12, 1, 4],
        [12, 1, 4],
      ],
    ])
  })

  test('may leave a call to single steps, and keeps nothing then', () => {
    const { device, calls } = watched(() => false)
    const x = nd.ones([SIDE, SIDE], { device })
    calls.length = 0
    const out = single(softmaxRows, [x], 1)
    expect(calls).toEqual(['max', 'map', 'sum', 'map'])
    out.dispose()
    expect(nd.memory(device).bytes).toBeLessThan(BYTES + SMALL)
  })

  test.each<[string, (device: nd.Device) => nd.NDArray[], readonly nd.Scalar[]]>([
    ['integers', (device) => [nd.ones([2, 3], { device, dtype: 'int32' })], []],
    ['booleans', (device) => [nd.ones([2, 3], { device, dtype: 'bool' })], []],
    ['a number that is a boolean', (device) => [nd.ones([2, 3], { device })], [true]],
    ['nothing', (device) => [nd.ones([2, 0], { device })], []],
    ['two dtypes', (device) => [nd.ones([2, 3], { device }), nd.ones([3], { device, dtype: 'float64' })], []],
    [
      'more arrays than it binds',
      (device) => Array.from({ length: device.maxBuffers }, () => nd.ones([2, 3], { device })),
      [],
    ],
  ])('is not asked for %s', (_, inputs, scalars) => {
    let asked = 0
    const { device } = watched(() => {
      asked++
      return false
    })
    const given = inputs(device)
    const all = given.map((_, i) => input(i)).reduce((sum, x) => f.add(sum, x))
    const program = nd.rowProgram(given.length, (row) => [row.sum(scalars.length === 0 ? all : f.mul(all, scalar(0)))])
    const out = single(program, given, 1, scalars)
    expect(values(out)).toEqual(values(given.reduce((sum, x) => sum.add(x)).sum(1)))
    expect(asked).toBe(0)
  })

  test('is not asked for what names coordinates, nor where a step alone would have another dtype', () => {
    let asked = 0
    const { device } = watched(() => {
      asked++
      return false
    })
    const x = nd.ones([2, 8], { device })
    const places = nd.rowProgram(1, (row) => [row.sum(f.mul(f.x0, nd.expr.coord(1)))])
    expect(values(single(places, [x], 1))).toEqual([28, 28])
    const labels = nd.ones([2, 8], { device, dtype: 'int32' })
    const doubled = nd.rowProgram(2, (row) => [row.sum(f.mul(f.x1, scalar(0))), f.x0])
    const [sum] = nd.rowwise('test', doubled, [x, labels], 1, [2])
    expect([sum!.dtype, values(sum!)]).toEqual(['int32', [16, 16]])
    expect(asked).toBe(0)
    const counted = nd.rowProgram(2, (row) => [
      f.mul(f.x0, row.sum(where(f.eq(f.x1, scalar(0)), f.x1, cast(f.x1, 'int32')))),
    ])
    expect(values(single(counted, [x, labels], 1, [2])).slice(0, 2)).toEqual([8, 8])
    expect(asked).toBe(1)
  })
})
