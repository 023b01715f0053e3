import { RungsError } from '@rungs/autograd'
import type { Optimizer } from '../optimizer.ts'
import { checkOptimizer } from './lrScheduler.ts'

/** Options that every schedule has. */
export interface ScheduleOptions {
  /** Where a run goes on that was stopped, whose groups have an `initialLr`; -1, when left out, begins. */
  readonly lastEpoch?: number
}

/** One value for each group. @throws {RungsError} with PyTorch's text, for a list of another length. */
export function perGroup<T>(owner: string, name: string, optimizer: Optimizer, value: T | readonly T[]): readonly T[] {
  checkOptimizer(owner, optimizer)
  const { length } = optimizer.paramGroups
  if (!isList(value)) return Array<T>(length).fill(value)
  if (value.length === length) return value
  throw new RungsError(
    `expected ${length} values for ${name}, got ${value.length}: one for each group of the optimizer`,
  )
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value)

/** @throws {RungsError} with PyTorch's text. */
export function checkPositiveInteger(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return
  throw new RungsError(`Expected positive integer ${name}, but got ${value}`)
}

/** @throws {RungsError} unless every option that is named is a finite number. */
export function checkFinite<O extends object>(owner: string, options: O, names: readonly (string & keyof O)[]): void {
  for (const name of names) {
    if (!Number.isFinite(options[name]))
      throw new RungsError(`${owner}: ${name} must be a finite number, got ${String(options[name])}`)
  }
}
