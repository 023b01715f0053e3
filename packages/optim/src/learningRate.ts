import { type Device, type DType, full, keep, RungsError, type Tensor } from '@rungs/autograd'

/**
 * A learning rate that kernels read from memory: a 0-d array for every device and dtype that asked for it, so that changing
 * the rate changes no kernel.
 */
export class LearningRate {
  private number: number
  private readonly arrays: Tensor[] = []

  constructor(value: number) {
    this.number = checkRate(value)
  }

  get value(): number {
    return this.number
  }

  /** @throws {RungsError} as `checkRate`. */
  set value(value: number) {
    this.number = checkRate(value)
    for (const array of this.arrays) array.fill_(value)
  }

  on(device: Device, dtype: DType): Tensor {
    let found = this.arrays.find((array) => array.device === device && array.dtype === dtype)
    if (found === undefined) {
      found = keep(full([], this.number, { device, dtype }))
      this.arrays.push(found)
    }
    return found
  }
}

/** @throws {RungsError} unless it is a number that is not negative. */
export function checkRate(value: number): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new RungsError(`Invalid learning rate: ${String(value)}; it must be a number of at least 0`)
}
