import { formatShape, type Tensor } from '../src/index.ts'

export type { Tensor }

/** The elements of a tensor, row by row. */
export const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())

/** The shape in Python's words; in full with the strides and the elements that its memory holds. */
export const shapeOf = ({ shape, strides, storage }: Tensor, full = false): string =>
  full ? `${formatShape(shape)} over ${formatShape(strides)} of ${storage.size}` : formatShape(shape)

/** What a call throws; an Error that says so when it throws nothing. */
export function thrown(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}
