import { RungsError, warn } from '@rungs/autograd'
import { checkDict } from '../check.ts'
import { Optimizer, type ParamGroup } from '../optimizer.ts'

/** Where a schedule is: what `loadStateDict` takes. */
export interface LRSchedulerStateDict {
  readonly lastEpoch: number
  readonly baseLrs: readonly number[]
  readonly lastLr: readonly number[]
}

/**
 * Changes the learning rates of the groups that an optimizer has: construct it after the optimizer, and call `step` once an epoch, or once
 * a step of training, after `optimizer.step()`. What a schedule makes of a rate is relative to what it finds, so that several
 * of them may be called one after the other.
 */
export abstract class LRScheduler {
  /** What messages call it. */
  static typeName: string = 'LRScheduler'

  readonly optimizer: Optimizer
  /** The learning rates before any schedule. */
  readonly baseLrs: number[]
  /** Steps of this schedule so far; -1 before the first rates are set. */
  lastEpoch: number
  private lastLr: number[] = []

  /**
   * @param lastEpoch where a run goes on that was stopped, whose groups have an `initialLr`; -1 begins.
   * @throws {RungsError} with PyTorch's texts.
   */
  constructor(optimizer: Optimizer, lastEpoch = -1) {
    checkOptimizer(this.name, optimizer)
    this.optimizer = optimizer
    this.lastEpoch = lastEpoch
    this.baseLrs = optimizer.paramGroups.map((group, g) => {
      if (lastEpoch < 0) group.initialLr ??= group.lr
      if (group.initialLr !== undefined) return group.initialLr
      throw new RungsError(
        `param 'initial_lr' is not specified in param_groups[${g}] when resuming an optimizer: load its state dict first, or set initialLr`,
      )
    })
  }

  /**
   * Go on to the next epoch; or to the one that is given, with rates as if nothing else had ever changed them.
   * @param epoch at least 0; a fraction where the schedule knows what to do with it.
   */
  step(epoch?: number): void {
    if (this.lastEpoch === 0 && !this.optimizer.hasStepped) {
      warn(
        'Detected call of `lr_scheduler.step()` before `optimizer.step()`: call them in the opposite order, ' +
          'else the first value of the schedule is skipped',
      )
    }
    if (epoch !== undefined) this.reset()
    this.advance(this.lastEpoch, epoch ?? this.lastEpoch + 1)
  }

  /** The learning rate of every group after the latest step of this schedule. */
  getLastLr(): number[] {
    return [...this.lastLr]
  }

  stateDict(): LRSchedulerStateDict {
    return { lastEpoch: this.lastEpoch, baseLrs: [...this.baseLrs], lastLr: [...this.lastLr] }
  }

  /** Load the optimizer's state too: the rates themselves are there. @throws {RungsError} where the number of groups differs. */
  loadStateDict(dict: LRSchedulerStateDict): void {
    checkDict(this.name, dict, ['lastEpoch', 'baseLrs', 'lastLr'])
    const { lastEpoch, baseLrs, lastLr } = dict
    if (baseLrs.length !== this.baseLrs.length) {
      throw new RungsError(
        `${this.name}: the loaded state is of ${baseLrs.length} groups, the optimizer has ${this.baseLrs.length}`,
      )
    }
    this.lastEpoch = lastEpoch
    this.baseLrs.splice(0, baseLrs.length, ...baseLrs)
    this.lastLr = [...lastLr]
  }

  /** Bring all rates from one epoch to another; `from` -1 stands for no schedule at all. */
  advance(from: number, to: number): void {
    this.change(from, to)
    this.lastEpoch = to
    this.lastLr = this.groups.map(({ lr }) => lr)
  }

  /** What `advance` does to the rates. */
  protected abstract change(from: number, to: number): void

  /** Back to the rates before any schedule. */
  protected reset(): void {
    this.lastEpoch = -1
    this.groups.forEach((group, g) => {
      group.lr = this.baseLrs[g]!
    })
  }

  /** Those that were there when this schedule was made; it leaves others alone. */
  protected get groups(): readonly ParamGroup[] {
    return this.optimizer.paramGroups.slice(0, this.baseLrs.length)
  }

  protected get name(): string {
    return (this.constructor as typeof LRScheduler).typeName
  }
}

/** @throws {RungsError} with PyTorch's text. */
export function checkOptimizer(owner: string, optimizer: unknown): void {
  if (optimizer instanceof Optimizer) return
  const got = typeof optimizer === 'object' && optimizer !== null ? optimizer.constructor.name : String(optimizer)
  throw new RungsError(`${got} is not an Optimizer: new ${owner}(optimizer, { … })`)
}
