import type { Optimizer, ParamGroup } from '../optimizer.ts'
import { LRScheduler } from './lrScheduler.ts'

/** What the base rate of a group is multiplied by after `epoch` steps. */
export type Factor = (epoch: number, group: number) => number

export interface FactorOptions {
  /** The rate at a factor of 0: after `epoch` steps the rate is `floor + (base - floor) · factor(epoch)`. */
  readonly floor?: number
  /** Where a run goes on that was stopped; -1 begins. */
  readonly lastEpoch?: number | undefined
  /** What else changes with the rate of a group. */
  readonly alongside?: (group: ParamGroup, g: number, epoch: number) => void
}

/** A schedule that is a function of the number of steps. */
export class FactorLR extends LRScheduler {
  static override typeName: string = 'FactorLR'
  private readonly factor: Factor
  private readonly floor: number
  private readonly alongside: FactorOptions['alongside']

  constructor(optimizer: Optimizer, factor: Factor, { floor = 0, lastEpoch = -1, alongside }: FactorOptions = {}) {
    super(optimizer, lastEpoch)
    this.factor = factor
    this.floor = floor
    this.alongside = alongside
    this.advance(this.lastEpoch, this.lastEpoch + 1)
  }

  protected override change(from: number, to: number): void {
    this.groups.forEach((group, g) => {
      const [before, after] = [from < 0 ? 1 : this.factor(from, g), this.factor(to, g)]
      const rateAt = (factor: number): number =>
        factor === 1 ? this.baseLrs[g]! : this.floor + (this.baseLrs[g]! - this.floor) * factor
      // What others have made of the rate stays, in proportion; a rate that they left alone is computed anew and does not drift.
      const anew = group.lr === rateAt(before) || before === 0
      group.lr = anew ? rateAt(after) : this.floor + (group.lr - this.floor) * (after / before)
      this.alongside?.(group, g, to)
    })
  }
}
