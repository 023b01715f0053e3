import {
  type BinaryOp,
  type DType,
  type Expr,
  elementwise,
  expr,
  fromTypedArray,
  type NDArray,
  program,
  type UnaryOp,
} from '@rungs/ndarray'
import { expectClose, type Tolerance } from '@rungs/testing'
import { beforeAll, expect, test } from 'vitest'
import type { WebGpuDevice } from '../src/index.ts'
import { softwareDevice } from './support.ts'

let device: WebGpuDevice
beforeAll(async () => {
  device = await softwareDevice()
})

const floats = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-5,
  -1e-5,
  1e-3,
  0.1,
  -0.1,
  0.3,
  -0.3,
  0.49,
  0.7,
  -0.9999,
  7.3,
  10,
  -10,
  33.7,
  88,
  89,
  -80,
  100,
  -100,
  255.5,
  300,
  1000,
  1e5,
  16777217,
  2147483648,
  4e9,
  4294967296,
  1e10,
  -1e10,
  3e30,
  -3e30,
]
const integers = [
  0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 32, 33, 255, 256, 65535, 65536, 12345678, -87654321, 2147483647, -2147483648,
]
const samples = {
  float32: Float32Array.from(floats),
  int32: Int32Array.from(integers),
  uint32: Uint32Array.from([...integers, 4294967295, 3000000000]),
  uint8: Uint8Array.of(0, 1, 2, 3, 7, 9, 31, 32, 33, 127, 128, 200, 255),
  bool: Uint8Array.of(0, 1),
} as const
type Sampled = keyof typeof samples
type Sample = (typeof samples)[Sampled]

const unaries: readonly UnaryOp[] = [
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'trunc',
  'round',
  'not',
  'isNaN',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'sin',
  'cos',
  'tanh',
]
const binaries: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'floorDiv',
  'remainder',
  'pow',
  'max',
  'min',
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
  'mulHigh',
]

// What WGSL promises is wider: exp by 3 + 2|x| units in the last place, log by 2^-21. A subnormal may count as zero.
const rounding: Tolerance = { relative: 3e-6, absolute: 1.2e-38 }
const tolerances: { readonly [op: string]: Tolerance } = {
  sin: { absolute: 1e-6 },
  cos: { absolute: 1e-6 },
  // Squaring x doubles its error.
  pow: { relative: 5e-4, absolute: 1.2e-38 },
}
/** Angles beyond this lose their digits on the GPU. */
const LARGEST_ANGLE = 1e5

async function agree(name: string, formula: Expr, dtype: Sampled, inputs: readonly Sample[]): Promise<void> {
  const load = (on?: WebGpuDevice): NDArray[] =>
    inputs.map((data) => fromTypedArray(data, [data.length], { dtype, ...(on === undefined ? {} : { device: on }) }))
  const source = program(formula)
  let expected: NDArray
  try {
    expected = elementwise(name, source, load())
  } catch {
    expect(() => elementwise(name, source, load(device))).toThrow(/not defined|not supported/)
    return
  }
  const actual = elementwise(name, source, load(device))
  expect(actual.dtype).toBe(expected.dtype)
  expectClose(
    await actual.toTypedArray(),
    await expected.toTypedArray(),
    tolerances[name] ?? rounding,
    `${name} of ${dtype}`,
  )
}

/** Every pair of samples. */
function pairs(values: Sample): [Sample, Sample] {
  const n = values.length
  const [left, right] = [values.constructor, values.constructor].map(
    (make) => new (make as new (length: number) => Sample)(n * n),
  )
  for (let i = 0; i < n * n; i++) {
    left![i] = values[Math.floor(i / n)]!
    right![i] = values[i % n]!
  }
  return [left!, right!]
}

const dtypes = Object.keys(samples) as Sampled[]
const rows = <Op extends string>(ops: readonly Op[]): [Op, Sampled][] =>
  ops.flatMap((op) => dtypes.map((dtype): [Op, Sampled] => [op, dtype]))

test.each(rows(unaries))('%s of %s is what cpu says', async (op, dtype) => {
  const isWave = op === 'sin' || op === 'cos'
  const inside = samples[dtype].filter((x) => !isWave || !(Math.abs(x) > LARGEST_ANGLE) || Math.abs(x) === Infinity)
  await agree(op, expr.unary(op, expr.input(0)), dtype, [inside])
})

test.each(rows(binaries))('%s of %s is what cpu says', async (op, dtype) => {
  await agree(op, expr.binary(op, expr.input(0), expr.input(1)), dtype, pairs(samples[dtype]))
})

test.each(rows<DType & Sampled>(dtypes))('a cast to %s from %s is what cpu says', async (to, dtype) => {
  await agree(`cast to ${to}`, expr.cast(expr.input(0), to), dtype, [samples[dtype]])
})

test('where takes either side as it is, NaN and infinities too', async () => {
  const [x, y] = pairs(samples.float32)
  const formula = expr.where(expr.binary('lt', expr.input(0), expr.constant(1)), expr.input(0), expr.input(1))
  await agree('where', formula, 'float32', [x, y])
})

const c = (value: number, dtype: DType): Expr => expr.constant(value, dtype)
test.each<[string, Expr]>([
  ['a shift into the sign', expr.binary('shl', c(24, 'int32'), c(28, 'int32'))],
  ['a sum that wraps', expr.binary('add', c(2 ** 31 - 1, 'int32'), c(1, 'int32'))],
  ['a product that wraps', expr.binary('mul', c(2 ** 31, 'uint32'), c(2, 'uint32'))],
  ['a difference below zero', expr.binary('sub', c(0, 'uint32'), c(1, 'uint32'))],
  ['a negation that wraps', expr.unary('neg', c(-(2 ** 31), 'int32'))],
  ['a product that overflows', expr.binary('mul', c(3e38, 'float32'), c(2, 'float32'))],
  ['a division by zero', expr.binary('div', c(1, 'float32'), c(0, 'float32'))],
  ['a root of a negative number', expr.unary('sqrt', c(-1, 'float32'))],
  ['a logarithm of zero', expr.unary('log', c(0, 'float32'))],
  ['a large power of e', expr.unary('exp', c(1000, 'float32'))],
])('constants alone: %s', async (_, constant) => {
  const x = fromTypedArray(Float32Array.of(1, 2), [2])
  const source = program(
    expr.where(expr.binary('gt', expr.input(0), c(1, 'float32')), constant, expr.unary('abs', constant)),
  )
  const wanted = await elementwise('test', source, [x]).toTypedArray()
  expect(await elementwise('test', source, [x.to(device)]).toTypedArray()).toEqual(wanted)
})
