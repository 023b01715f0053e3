import type { Tensor } from '@rungs/autograd'

/** The elements of a tensor, row by row. */
export const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())

/** What a call throws; an Error that says so when it throws nothing. */
export function thrown(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}
