import { RungsError } from '@rungs/autograd'
import { withDefaults } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { LRScheduler } from './lrScheduler.ts'

/** Several schedules at once: each changes what the one before it has made of the rates. */
export class ChainedScheduler extends LRScheduler {
  static override typeName: string = 'ChainedScheduler'
  readonly schedulers: readonly LRScheduler[]

  /** @throws {RungsError} with PyTorch's texts, for no schedules and for schedules of several optimizers. */
  constructor(schedulers: readonly LRScheduler[]) {
    super(optimizerOf('ChainedScheduler', schedulers))
    this.schedulers = [...schedulers]
    this.step(0)
  }

  protected override change(from: number, to: number): void {
    for (const schedule of this.schedulers) schedule.advance(from, to)
  }
}

export interface SequentialLROptions {
  readonly schedulers: readonly LRScheduler[]
  /** After how many steps the second one begins, the third, and so on: one fewer than there are schedules. */
  readonly milestones: readonly number[]
}

/** One schedule after another: each begins at the base rates. */
export class SequentialLR extends LRScheduler {
  static override typeName: string = 'SequentialLR'
  readonly schedulers: readonly LRScheduler[]
  readonly milestones: readonly number[]

  /** @throws {RungsError} with PyTorch's texts. */
  constructor(optimizer: Optimizer, options: SequentialLROptions) {
    const { schedulers, milestones } = withDefaults('SequentialLR', options, {}, ['schedulers', 'milestones'])
    if (optimizerOf('Sequential Schedulers', schedulers) !== optimizer) {
      throw new RungsError(
        'Sequential Schedulers expects all schedulers to belong to the same optimizer, but got schedulers at index 0 to be ' +
          'different than the optimizer passed in.',
      )
    }
    if (milestones.length !== schedulers.length - 1) {
      throw new RungsError(
        'Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got ' +
          `number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      )
    }
    if (milestones.some((milestone, i) => !(milestone > (milestones[i - 1] ?? 0)))) {
      throw new RungsError(`SequentialLR: milestones must rise from more than 0, got [${milestones.join(', ')}]`)
    }
    super(optimizer)
    this.schedulers = [...schedulers]
    this.milestones = [...milestones]
    this.step(0)
  }

  protected override change(from: number, to: number): void {
    const index = this.milestones.filter((milestone) => milestone <= to).length
    const start = this.milestones[index - 1] ?? 0
    if (from < start) this.reset()
    this.schedulers[index]!.advance(from < start ? -1 : from - start, to - start)
  }
}

/** @throws {RungsError} for no schedules, for what is none, and for schedules of several optimizers. */
function optimizerOf(owner: string, schedulers: readonly LRScheduler[]): Optimizer {
  if (!Array.isArray(schedulers) || schedulers.length === 0) {
    throw new RungsError(`${owner} expects at least one scheduler to be chained, but got no scheduler.`)
  }
  const [first] = schedulers
  schedulers.forEach((schedule, i) => {
    if (!(schedule instanceof LRScheduler)) {
      throw new RungsError(
        `${owner} expects schedules of epochs, but the one at index ${i} is none: ${String(schedule)}`,
      )
    }
    if (schedule.optimizer === first?.optimizer) return
    throw new RungsError(
      `${owner} expects all schedulers to belong to the same optimizer, but got schedulers at index 0 and ${i} to be different`,
    )
  })
  return first!.optimizer
}
