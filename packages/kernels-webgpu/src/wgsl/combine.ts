import type { DType, ReduceOp } from '@rungs/ndarray'
import { operatorText } from './operators.ts'
import { computedType, literal, valueType } from './types.ts'

/** The dtype in which an operation accumulates values of `value` for a result of `out`. */
export function accumulatorType(op: ReduceOp, value: DType, out: DType): DType {
  return computedType(accumulated(op, value, out))
}

function accumulated(op: ReduceOp, value: DType, out: DType): DType {
  switch (op) {
    case 'any':
    case 'all':
      return 'bool'
    case 'sum':
    case 'prod':
      return out
    case 'argmax':
    case 'argmin':
      return value === 'bool' ? 'uint8' : value
    case 'max':
    case 'min':
      return value
  }
}

export const findsPlace = (op: ReduceOp): boolean => op === 'argmax' || op === 'argmin'

const combineOps = { sum: 'add', prod: 'mul', max: 'max', min: 'min', any: 'or', all: 'and' } as const

/** Two accumulators as one. */
export const combine = (op: ReduceOp, dtype: DType, a: string, b: string): string =>
  operatorText(combineOps[op as keyof typeof combineOps], dtype, [a, b])

/** Neutral elements; infinities come in as data, because a constant one does not compile. */
export function identity(op: ReduceOp, dtype: DType): string {
  const low = { float32: -Infinity, int32: -2147483648 }[dtype as string] ?? 0
  const high = { float32: Infinity, int32: 2147483647, uint32: 4294967295, uint8: 255 }[dtype as string] ?? 1
  switch (op) {
    case 'sum':
    case 'any':
      return literal(0, dtype)
    case 'prod':
    case 'all':
      return literal(1, dtype)
    case 'max':
    case 'argmax':
      return literal(low, dtype)
    case 'min':
    case 'argmin':
      return literal(high, dtype)
  }
}

/** Positions that are summed before their sum joins the total: the error of a float32 sum grows with both counts. */
export const BLOCK = 256

/** Take the extreme at `place` where it is better than what was found. */
export const keepBetter = (value: string, place: string): string[] => [
  `let take = better(${value}, ${place}, total, found);`,
  `total = select(total, ${value}, take);`,
  `found = select(found, ${place}, take);`,
]

/** Is (a, i) the extreme rather than (b, j)? NaN is before everything, and of equals the first counts. */
export function betterFunction(op: ReduceOp, dtype: DType): string {
  const type = valueType(dtype)
  const sign = op === 'argmax' ? '>' : '<'
  const body =
    type === 'Float'
      ? [
          `let extreme = select(isNan(a) & !isNan(b), a ${sign} b, ordered(a, b));`,
          'let same = select(isNan(a) & isNan(b), a == b, ordered(a, b));',
        ]
      : [`let extreme = a ${sign} b;`, 'let same = a == b;']
  return `fn better(a: ${type}, i: Int, b: ${type}, j: Int) -> Bool {
  ${body.join('\n  ')}
  return extreme | (same & (i < j));
}`
}

/** `total` (and `found`, where a place is sought) joined with another accumulator of the same kind. */
export const joinWith = (op: ReduceOp, dtype: DType, other: string, otherPlace: string): string[] =>
  findsPlace(op)
    ? [`let other = ${other};`, `let otherPlace = ${otherPlace};`, ...keepBetter('other', 'otherPlace')]
    : [`total = ${combine(op, dtype, 'total', other)};`]

/** Every lane of the vector `total` gets the result of all four. */
export const joinLanes = (op: ReduceOp, dtype: DType): string[] =>
  ['zwxy', 'yxwz'].flatMap((order) => {
    const lines = joinWith(op, dtype, `total.${order}`, `found.${order}`)
    return findsPlace(op) ? ['{', ...lines, '}'] : lines
  })
