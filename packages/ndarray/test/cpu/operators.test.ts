import { describe, expect, test } from 'vitest'
import type { DType as AnyDType } from '../../src/dtype.ts'
import { type BinaryOp, binary, cast, constant, input, scalar, type UnaryOp, unary, where } from '../../src/expr.ts'
import { program } from '../../src/program.ts'
import { devices, runMap, values, view } from './seam.ts'

/** What cpu computes. */
type DType = Exclude<AnyDType, 'float16'>

const inf = Infinity
const x = input(0)
const y = input(1)
const { fround } = Math

const floats = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-40, -3e38, 3e38, inf, -inf, NaN, 7, -7, 1e10]
const int32s = [0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 32, 33, 65535, 65536, -65537, 2147483647, -2147483648, 123456789]
const uint32s = [0, 1, 2, 3, 7, 31, 32, 33, 65535, 65536, 2147483647, 2147483648, 4294967295, 3000000000]
const uint8s = [0, 1, 2, 3, 7, 8, 31, 32, 127, 128, 200, 254, 255]
const bools = [0, 1]

const samples: { readonly [D in DType]: readonly number[] } = {
  float64: floats,
  float32: floats.map(fround),
  int32: int32s,
  uint32: uint32s,
  uint8: uint8s,
  bool: bools,
}
const all: readonly DType[] = ['float64', 'float32', 'int32', 'uint32', 'uint8', 'bool']
const numeric = all.slice(0, 5)
const integers = all.slice(2, 5)

const wrapTo: { readonly [D in DType]: (big: bigint) => number } = {
  float64: Number,
  float32: Number,
  int32: (big) => Number(BigInt.asIntN(32, big)),
  uint32: (big) => Number(BigInt.asUintN(32, big)),
  uint8: (big) => Number(BigInt.asUintN(8, big)),
  bool: (big) => (big === 0n ? 0 : 1),
}
const isFloat = (dtype: DType): boolean => dtype.startsWith('float')
const roundTo = (dtype: DType, value: number): number => (dtype === 'float32' ? fround(value) : value)

/** Floor division and remainder of exact integers, by Python's rule. */
function divmod(a: bigint, b: bigint): [bigint, bigint] {
  let quotient = a / b
  let rest = a % b
  if (rest !== 0n && rest < 0n !== b < 0n) {
    quotient -= 1n
    rest += b
  }
  return [quotient, rest]
}

const big = BigInt
type Oracle = (a: number, b: number, dtype: DType) => number
const arithmetic =
  (float: (a: number, b: number) => number, integer: (a: bigint, b: bigint, dtype: DType) => bigint): Oracle =>
  (a, b, dtype) =>
    isFloat(dtype) ? roundTo(dtype, float(a, b)) : wrapTo[dtype](integer(big(a), big(b), dtype))
const truth =
  (holds: (a: number, b: number) => boolean): Oracle =>
  (a, b) =>
    holds(a, b) ? 1 : 0
const bits =
  (of: (a: bigint, b: bigint, dtype: DType) => bigint): Oracle =>
  (a, b, dtype) =>
    wrapTo[dtype](of(big(a), big(b), dtype))

const extreme =
  (sign: number): Oracle =>
  (a, b) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return NaN
    if (a === 0 && b === 0) return Object.is(a, -0) === sign > 0 ? b : a
    return (a - b) * sign > 0 || a === b ? a : b
  }

const binaryCases: readonly [op: BinaryOp, on: readonly DType[], oracle: Oracle][] = [
  [
    'add',
    all,
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    'sub',
    numeric,
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    'mul',
    all,
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  ['div', ['float64', 'float32'], (a, b, dtype) => roundTo(dtype, a / b)],
  ['floorDiv', integers, bits((a, b) => (b === 0n ? 0n : divmod(a, b)[0]))],
  ['remainder', integers, bits((a, b) => (b === 0n ? 0n : divmod(a, b)[1]))],
  [
    'pow',
    integers,
    bits((a, b) => (b >= 0n ? modPow(a, b) : a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n)),
  ],
  ['max', all, extreme(1)],
  ['min', all, extreme(-1)],
  ['lt', all, truth((a, b) => a < b)],
  ['le', all, truth((a, b) => a <= b)],
  ['gt', all, truth((a, b) => a > b)],
  ['ge', all, truth((a, b) => a >= b)],
  ['eq', all, truth((a, b) => a === b)],
  ['ne', all, truth((a, b) => a !== b)],
  ['and', all.slice(2), bits((a, b) => a & b)],
  ['or', all.slice(2), bits((a, b) => a | b)],
  ['xor', all.slice(2), bits((a, b) => a ^ b)],
  ['shl', integers, bits((a, b) => a << (b & 31n))],
  ['shr', integers, bits((a, b) => a >> (b & 31n))],
  ['mulHigh', ['int32', 'uint32'], bits((a, b) => (a * b) >> 32n)],
]

function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asUintN(32, result * square)
    square = BigInt.asUintN(32, square * square)
  }
  return result
}

/** NaN equal to NaN, 0 not equal to -0 in floats. */
const same = (got: readonly number[], wanted: readonly number[]): void => expect(got).toEqual(wanted)

describe.each(devices)('%s', (_, device) => {
  const pairs = (dtype: DType): [number[], number[]] => {
    const list = samples[dtype]
    return [list.flatMap((a) => list.map(() => a)), list.flatMap(() => list)]
  }

  test.each(binaryCases)('%s takes every pair of special values', (op, on, oracle) => {
    for (const dtype of on) {
      const [as, bs] = pairs(dtype)
      const inputs = [view(device, dtype, [as.length], as), view(device, dtype, [bs.length], bs)]
      const got = values(runMap(device, program(binary(op, x, y)), inputs)[0]!)
      same(
        got,
        as.map((a, i) => oracle(a, bs[i]!, dtype)),
      )
    }
  })

  // numpy 2.2: np.floor_divide, np.remainder and np.power of float64.
  const floatPairs: readonly [op: BinaryOp, a: number, b: number, wanted: number][] = [
    ['floorDiv', 7, 2, 3],
    ['floorDiv', -7, 2, -4],
    ['floorDiv', 7, -2, -4],
    ['floorDiv', -7, -2, 3],
    ['floorDiv', 1, 0, inf],
    ['floorDiv', -1, 0, -inf],
    ['floorDiv', 1, -0, -inf],
    ['floorDiv', 0, 0, NaN],
    ['floorDiv', inf, 2, NaN],
    ['floorDiv', 1, inf, 0],
    ['floorDiv', -1, inf, -1],
    ['floorDiv', 1, -inf, -1],
    ['floorDiv', 0, -3, -0],
    ['floorDiv', -0, 3, -0],
    ['floorDiv', 0.5, 1, 0],
    ['floorDiv', NaN, 1, NaN],
    ['floorDiv', 1, 0.1, 9],
    ['remainder', 7, 3, 1],
    ['remainder', -7, 3, 2],
    ['remainder', 7, -3, -2],
    ['remainder', -7, -3, -1],
    ['remainder', 6, -3, -0],
    ['remainder', -6, 3, 0],
    ['remainder', 5.5, 2, 1.5],
    ['remainder', 1, 0, NaN],
    ['remainder', inf, 3, NaN],
    ['remainder', 1, inf, 1],
    ['remainder', -1, inf, inf],
    ['remainder', 1, -inf, -inf],
    ['remainder', -1, -inf, -1],
    ['remainder', NaN, 3, NaN],
    ['remainder', 3, NaN, NaN],
    ['pow', 1, NaN, 1],
    ['pow', NaN, 0, 1],
    ['pow', -1, inf, 1],
    ['pow', -1, -inf, 1],
    ['pow', 2, 10, 1024],
    ['pow', -2, 3, -8],
    ['pow', -2, 0.5, NaN],
    ['pow', 0, -1, inf],
    ['pow', -0, -1, -inf],
    ['pow', 0.5, inf, 0],
    ['pow', inf, -1, 0],
  ]
  test.each(floatPairs)('%s of %s and %s is %s', (op, a, b, wanted) => {
    for (const dtype of ['float64', 'float32'] as const) {
      const inputs = [view(device, dtype, [1], [a]), view(device, dtype, [1], [b])]
      same(values(runMap(device, program(binary(op, x, y)), inputs)[0]!), [wanted])
    }
  })

  const unaryCases: readonly [op: UnaryOp, on: readonly DType[], oracle: (a: number, dtype: DType) => number][] = [
    ['neg', numeric, (a, dtype) => (isFloat(dtype) ? -a : wrapTo[dtype](-big(a)))],
    ['abs', numeric, (a, dtype) => (isFloat(dtype) ? Math.abs(a) : wrapTo[dtype](a < 0 ? -big(a) : big(a)))],
    ['sign', numeric, (a) => (a > 0 ? 1 : a < 0 ? -1 : a)],
    ['floor', numeric, (a) => Math.floor(a)],
    ['ceil', numeric, (a) => Math.ceil(a)],
    ['trunc', numeric, (a) => Math.trunc(a)],
    ['not', all.slice(2), (a, dtype) => (dtype === 'bool' ? 1 - a : wrapTo[dtype](~big(a)))],
    ['isNaN', all, (a) => (Number.isNaN(a) ? 1 : 0)],
    ['exp', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.exp(a))],
    ['expm1', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.expm1(a))],
    ['log', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.log(a))],
    ['log1p', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.log1p(a))],
    ['sqrt', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.sqrt(a))],
    ['sin', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.sin(a))],
    ['cos', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.cos(a))],
    ['tanh', ['float64', 'float32'], (a, dtype) => roundTo(dtype, Math.tanh(a))],
  ]
  test.each(unaryCases)('%s takes every special value', (op, on, oracle) => {
    for (const dtype of on) {
      const list = samples[dtype]
      const got = values(runMap(device, program(unary(op, x)), [view(device, dtype, [list.length], list)])[0]!)
      same(
        got,
        list.map((a) => oracle(a, dtype)),
      )
    }
  })

  test('round goes to even', () => {
    const list = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 0.49999999999999994, 2.4, -2.6, 1e300, inf, -inf, NaN, -0]
    const wanted = [0, 2, 2, 4, -0, -2, -2, 0, 2, -3, 1e300, inf, -inf, NaN, -0]
    same(values(runMap(device, program(unary('round', x)), [view(device, 'float64', [list.length], list)])[0]!), wanted)
  })

  test('where takes the second operand where the condition is zero', () => {
    const condition = view(device, 'float32', [4], [0, -0, 2, NaN])
    const out = runMap(device, program(where(x, y, constant(-3))), [
      condition,
      view(device, 'float32', [4], [1, 2, 3, 4]),
    ])
    same(values(out[0]!), [-3, -3, 3, 4])
  })

  test('a cast saturates floats, wraps integers and asks whether bools are zero', () => {
    const expected = (from: DType, to: DType, a: number): number => {
      if (to === 'bool') return a === 0 ? 0 : 1
      if (isFloat(to)) return roundTo(to, a)
      if (!isFloat(from)) return wrapTo[to](big(a))
      const [min, max] = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], uint8: [0, 255] }[to as 'int32']!
      return Number.isNaN(a) ? 0 : Math.min(Math.max(Math.trunc(a), min!), max!) + 0
    }
    for (const from of all) {
      const list = samples[from]
      for (const to of all) {
        const got = values(runMap(device, program(cast(x, to)), [view(device, from, [list.length], list)])[0]!)
        same(
          got,
          list.map((a) => expected(from, to, a)),
        )
      }
    }
  })

  test('scalars and constants are rounded to their dtype', () => {
    const out = runMap(
      device,
      program(binary('add', x, scalar(0)), binary('mul', x, constant(0.1))),
      [view(device, 'float32', [1], [0])],
      {
        scalars: [0.1],
      },
    )
    same([values(out[0]!)[0]!, values(out[1]!)[0]!], [fround(0.1), 0])
    const neg = runMap(device, program(unary('neg', constant(-3, 'float32')), constant(-0, 'float32')), [], {
      shape: [],
    })
    same(
      neg.flatMap((view) => values(view)),
      [3, -0],
    )
  })

  test('every float32 node is rounded by itself', () => {
    const a = fround(16777216)
    const sum = binary('sub', binary('add', x, constant(1)), x)
    same(values(runMap(device, program(sum), [view(device, 'float32', [1], [a])])[0]!), [0])
  })
})
