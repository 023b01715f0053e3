import { accuracyOf } from './accuracy.ts'
import { accepts, type Call, type ConformanceCase, describeCall, expectEach } from './check.ts'
import type { ArrayLike, BinaryOp, DeviceLike, DType, ExprLike, ModuleLike, UnaryOp } from './module.ts'
import { isFloat, type Random, rounded, seededRandom, specialValues, typedArrays } from './numbers.ts'

const roundings: readonly UnaryOp[] = ['neg', 'abs', 'sign', 'floor', 'ceil', 'trunc', 'round', 'isNaN']
const functions: readonly UnaryOp[] = ['exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tanh']
const comparisons: readonly BinaryOp[] = ['lt', 'le', 'gt', 'ge', 'eq', 'ne']
const arithmetic: readonly BinaryOp[] = ['add', 'sub', 'mul', 'floorDiv', 'remainder', 'pow', 'max', 'min']
const bits: readonly BinaryOp[] = ['and', 'or', 'xor']

export function unaryOpsOf(dtype: DType): readonly UnaryOp[] {
  if (isFloat(dtype)) return [...roundings, ...functions]
  return dtype === 'bool' ? ['not'] : ['neg', 'abs', 'sign', 'not']
}

export function binaryOpsOf(dtype: DType): readonly BinaryOp[] {
  if (isFloat(dtype)) return [...arithmetic, 'div', ...comparisons]
  if (dtype === 'bool') return ['add', 'mul', 'max', 'min', ...bits, ...comparisons]
  const integers: readonly BinaryOp[] = [...arithmetic, ...bits, 'shl', 'shr', ...comparisons]
  return dtype === 'uint8' ? integers : [...integers, 'mulHigh']
}

const toBool: ReadonlySet<string> = new Set([...comparisons, 'isNaN'])
export const resultOf = (op: string, dtype: DType): DType => (toBool.has(op) ? 'bool' : dtype)

/** Numbers over the whole range of a dtype, small magnitudes as likely as large ones. */
export function sample(random: Random, dtype: DType, count: number): number[] {
  return Array.from({ length: count }, () => {
    const sign = random() < 0.5 ? -1 : 1
    if (isFloat(dtype)) return rounded(sign * 2 ** (random() * 40 - 20), dtype)
    const value = Math.floor(2 ** (random() * 32))
    return new typedArrays[dtype]([dtype === 'int32' ? sign * (value >>> 1) : dtype === 'bool' ? value & 1 : value])[0]!
  })
}

/** Every operator on every dtype at all special values (pairs of them), and numbers between. */
export function elementwiseCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, unary, binary, where, cast } = nd.expr
  const dtypes = [...device.dtypes]
  const accuracy = accuracyOf(device)

  const check = async (
    call: Call,
    expr: ExprLike,
    columns: readonly (readonly number[])[],
    types: readonly DType[],
  ) => {
    const count = columns[0]!.length
    const inputs = columns.map((column, i) => arrayOf(nd, device, column, types[i]!, [count]))
    const actual = await nd.elementwise(call.op, nd.program(expr), inputs).toTypedArray()
    const args = (i: number): number[] => columns.map((column) => column[i]!)
    expectEach(
      call.op,
      actual,
      count,
      (value, i) => accepts(call, args(i), value, accuracy),
      (i) => describeCall(call, args(i)),
    )
  }

  const unaryCases = dtypes.flatMap((dtype) =>
    unaryOpsOf(dtype).map((op) => ({
      name: `${op} of ${dtype}`,
      run() {
        const values = [...specialValues[dtype], ...sample(seededRandom(1), dtype, 300)]
        return check({ op, from: dtype, to: resultOf(op, dtype) }, unary(op, input(0)), [values], [dtype])
      },
    })),
  )

  const binaryCases = dtypes.flatMap((dtype) =>
    binaryOpsOf(dtype).map((op) => ({
      name: `${op} of ${dtype}`,
      run: () =>
        check({ op, from: dtype, to: resultOf(op, dtype) }, binary(op, input(0), input(1)), pairsOf(dtype), [
          dtype,
          dtype,
        ]),
    })),
  )

  const castCases = dtypes.flatMap((from) =>
    dtypes.map((to) => ({
      name: `cast of ${from} to ${to}`,
      run() {
        const values = [...specialValues[from], ...sample(seededRandom(2), from, 300)]
        return check({ op: 'cast', from, to }, cast(input(0), to), [values], [from])
      },
    })),
  )

  const whereCases = dtypes.map((dtype) => ({
    name: `where of ${dtype}`,
    run() {
      const [a, b] = pairsOf(dtype)
      const condition = a.map((_, i) => (i % 3 === 1 ? 1 : 0))
      const expr = where(input(0), input(1), input(2))
      return check({ op: 'where', from: dtype, to: dtype }, expr, [condition, a, b], ['bool', dtype, dtype])
    },
  }))

  return [...unaryCases, ...binaryCases, ...castCases, ...whereCases]
}

/** Every special value beside every other, then sampled pairs. */
function pairsOf(dtype: DType): [number[], number[]] {
  const values = specialValues[dtype]
  const random = seededRandom(3)
  return [
    [...values.flatMap((a) => values.map(() => a)), ...sample(random, dtype, 501)],
    [...values.flatMap(() => values), ...sample(random, dtype, 501)],
  ]
}

export function arrayOf(
  nd: ModuleLike,
  device: DeviceLike,
  values: readonly number[],
  dtype: DType,
  shape: readonly number[],
): ArrayLike {
  return nd.fromTypedArray(new typedArrays[dtype](values), shape, { dtype, device })
}
