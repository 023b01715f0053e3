import { randn, type Tensor } from '@rungs/autograd'

/** What makes an optimizer, with options that the test knows. */
export type Make = (params: Tensor[], options?: object) => { step(): void }

/** The elements of a tensor, row by row. */
export const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())

/** A parameter. */
export const leaf = (shape: readonly number[] = [2]): Tensor => randn(shape, { requiresGrad: true })

/** What a call throws; an Error that says so when it throws nothing. */
export function thrown(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}
