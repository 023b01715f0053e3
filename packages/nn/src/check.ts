import {
  checkOptions,
  checkReduction,
  type LossOptions,
  type LossReduction,
  NDArray,
  RungsError,
  Tensor,
} from '@rungs/autograd'

/** @throws {RungsError} unless `value` is a Tensor. */
export function checkTensor(value: Tensor, layer: string, what = 'the input'): Tensor {
  if (value instanceof Tensor) return value
  if ((value as unknown) instanceof NDArray) {
    throw new RungsError(
      `${layer}: ${what} must be a Tensor, got an array without gradients; wrap it with fromArray(x)`,
    )
  }
  const found = typeof value === 'object' && value !== null ? (value as object).constructor?.name : String(value)
  throw new RungsError(`${layer}: ${what} must be a Tensor, got ${found}; make one with tensor(…)`)
}

/** @throws {RungsError} unless a size is a positive integer. */
export function checkWidth(layer: string, name: string, width: number): number {
  if (Number.isInteger(width) && width > 0) return width
  throw new RungsError(`${layer}: ${name} must be a positive integer, got ${String(width)}`)
}

/** @throws {RungsError} for a reduction or an option that is not there. */
export function reductionOf(options: LossOptions, loss: string, others: readonly string[] = []): LossReduction {
  checkOptions(options, ['reduction', ...others], loss)
  return checkReduction(options.reduction ?? 'mean', loss)
}
