import { type Device, full, keep, RungsError, type Tensor } from '@rungs/autograd'
import { countType } from './place.ts'

/**
 * A learning rate that kernels read from memory: a 0-d array on every device that asked for it, so that changing the rate
 * changes no kernel.
 */
export class LearningRate {
  private number: number
  private readonly arrays: Map<Device, Tensor> = new Map()

  constructor(value: number) {
    this.number = checkRate(value)
  }

  get value(): number {
    return this.number
  }

  /** @throws {RungsError} as `checkRate`. */
  set value(value: number) {
    this.number = checkRate(value)
    for (const array of this.arrays.values()) array.fill_(value)
  }

  on(device: Device): Tensor {
    let found = this.arrays.get(device)
    if (found === undefined) {
      found = keep(full([], this.number, { device, dtype: countType(device) }))
      this.arrays.set(device, found)
    }
    return found
  }
}

/** @throws {RungsError} unless it is a number that is not negative. */
export function checkRate(value: number): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new RungsError(`Invalid learning rate: ${String(value)}; it must be a number of at least 0`)
}
