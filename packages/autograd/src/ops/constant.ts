import { type DType, fromTypedArray, type Shape } from '@rungs/ndarray'
import { Tensor } from '../tensor.ts'

/** Numbers that follow from shapes alone, where `like` is, and of its dtype where no other is given. */
export const constant = (values: readonly number[], shape: Shape, like: Tensor, dtype: DType = like.dtype): Tensor =>
  new Tensor(fromTypedArray(Float64Array.from(values), shape, { dtype, device: like.device }))
