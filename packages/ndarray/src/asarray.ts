import { array, type CreateOptions } from './create.ts'
import { toNumber } from './dispatch.ts'
import type { TypedArray } from './dtype.ts'
import { scalarType } from './dtype.ts'
import type { Operand } from './functions.ts'
import type { Nested } from './host.ts'
import { NDArray } from './ndarray.ts'

/** An array from numbers, or the array itself, on another device or as another dtype only where the options say so. */
export function asarray(source: NDArray | Nested | TypedArray, options: CreateOptions = {}): NDArray {
  if (!(source instanceof NDArray)) return array(source, options)
  const { dtype = source.dtype, device = source.device } = options
  return source.to(dtype).to(device)
}

/** An operand as an array: a number gets the dtype that it takes beside `x`. */
export function asArray(value: Operand, x: NDArray): NDArray {
  if (value instanceof NDArray) return value
  return array(toNumber(value), { dtype: scalarType(value, x.dtype), device: x.device })
}
