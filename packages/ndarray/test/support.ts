import type { NDArray } from '../src/index.ts'

/** The elements of an array, row by row. */
export const values = (x: NDArray): number[] => Array.from(x.toTypedArraySync())

/** 0, 1, 2, … in a shape, for arrays whose elements tell where they come from. */
export const counting = (nd: typeof import('../src/index.ts'), shape: readonly number[], start = 0): NDArray =>
  nd.arange(start, start + nd.sizeOf(shape)).reshape(shape)

/** What a call throws; an Error that says so when it throws nothing. */
export function thrown(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}
