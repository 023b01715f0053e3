import type { Accuracy } from '../conformance/accuracy.ts'
import type { DType, ReduceOp } from '../conformance/module.ts'
import { isFloat } from '../conformance/numbers.ts'
import { reduceList } from '../conformance/reduceList.ts'
import { type Bounded, unknown } from './bounds.ts'

/** A reduction of numbers that are known up to errors. */
export function reduceBounded(op: ReduceOp, list: readonly Bounded[], dtype: DType, accuracy: Accuracy): Bounded {
  const values = list.map((x) => x.value)
  const value = reduceList(op, values, dtype)
  const exact = list.every((x) => x.error === 0)
  if (!isFloat(dtype)) return exact ? { value, error: 0 } : unknown(value)
  if (list.some((x) => x.error === Number.POSITIVE_INFINITY)) return unknown(value)
  const finite = values.every(Number.isFinite)
  switch (op) {
    case 'any':
    case 'all':
      return list.every((x) => x.error === 0 || Math.abs(x.value) > x.error) ? { value, error: 0 } : unknown(value)
    case 'max':
    case 'min':
      return {
        value,
        error: finite || exact ? list.reduce((most, x) => Math.max(most, x.error), 0) : Number.POSITIVE_INFINITY,
      }
    case 'argmax':
    case 'argmin':
      return exact || isClear(list, value) ? { value, error: 0 } : unknown(value)
    case 'sum': {
      if (!finite) return exact ? { value, error: 0 } : unknown(value)
      const magnitude = list.reduce((total, x) => total + Math.abs(x.value) + x.error, 0)
      return bounded(
        value,
        magnitude,
        list.reduce((total, x) => total + x.error, 0) + accuracy.sumError * list.length * magnitude,
      )
    }
    case 'prod': {
      if (!finite) return exact ? { value, error: 0 } : unknown(value)
      // Partial products, in whatever order, must neither overflow nor vanish.
      const largest = list.reduce((total, x) => total * Math.max(1, Math.abs(x.value) + x.error), 1)
      const least = list.reduce(
        (total, x) => total * Math.min(1, Math.max(Math.abs(x.value) - x.error, x.value === 0 ? 1 : 0)),
        1,
      )
      if (!(largest < 1e37 && least > 1e-37)) return unknown(value)
      const most = list.reduce((total, x) => total * (Math.abs(x.value) + x.error), 1)
      const exactMost = values.reduce((total, x) => total * Math.abs(x), 1)
      return { value, error: most - exactMost + accuracy.sumError * list.length * most + 1e-37 }
    }
  }
}

/** Partial sums stay below the largest number, whatever their order. */
const bounded = (value: number, magnitude: number, error: number): Bounded =>
  magnitude < 3e38 ? { value, error } : unknown(value)

/** The extreme is out of reach of all others. */
function isClear(list: readonly Bounded[], best: number): boolean {
  const top = list[best]!
  if (!Number.isFinite(top.value)) return false
  return list.every(
    (x, i) => i === best || (Number.isFinite(x.value) && Math.abs(x.value - top.value) > x.error + top.error),
  )
}
