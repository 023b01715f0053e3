import { RungsError } from '@rungs/autograd'
import { checkDict, withDefaults } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { checkFinite, perGroup } from './options.ts'

export interface ReduceLROnPlateauOptions {
  /** Whether the metric is to fall or to rise; `min` when left out. */
  readonly mode?: 'min' | 'max'
  /** What the rates are multiplied by, below 1; 0.1 when left out. */
  readonly factor?: number
  /** Steps without improvement that are let pass; 10 when left out. */
  readonly patience?: number
  /** What counts as improvement; 1e-4 when left out. */
  readonly threshold?: number
  /** Whether the threshold is a part of the best metric or a difference from it; `rel` when left out. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Steps after a reduction that do not count; 0 when left out. */
  readonly cooldown?: number
  /** No rate becomes smaller, of all groups or of each; 0 when left out. */
  readonly minLr?: number | readonly number[]
  /** A change that is not larger is not made; 1e-8 when left out. */
  readonly eps?: number
}

export interface PlateauStateDict {
  readonly best: number
  readonly numBadEpochs: number
  readonly cooldownCounter: number
  readonly lastEpoch: number
  readonly lastLr: readonly number[]
}

const defaults = {
  mode: 'min',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
} as const

/**
 * Reduces the rates of the groups that an optimizer has when a metric, such as the loss on data held out, has not become better
 * for some time.
 */
export class ReduceLROnPlateau {
  readonly optimizer: Optimizer
  lastEpoch = 0
  /** The best metric so far. */
  best: number
  numBadEpochs = 0
  cooldownCounter = 0
  private lastLr: number[]
  private readonly minLrs: readonly number[]
  private readonly options: Required<ReduceLROnPlateauOptions>

  /** @throws {RungsError} with PyTorch's texts. */
  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    const settled: Required<ReduceLROnPlateauOptions> = withDefaults('ReduceLROnPlateau', options, defaults)
    checkFinite('ReduceLROnPlateau', settled, ['factor', 'patience', 'threshold', 'cooldown', 'eps'])
    if (settled.factor >= 1) throw new RungsError(`Factor should be < 1.0. Got ${settled.factor}`)
    if (settled.mode !== 'min' && settled.mode !== 'max')
      throw new RungsError(`mode ${String(settled.mode)} is unknown!`)
    if (settled.thresholdMode !== 'rel' && settled.thresholdMode !== 'abs') {
      throw new RungsError(`threshold mode ${String(settled.thresholdMode)} is unknown!`)
    }
    this.minLrs = perGroup('ReduceLROnPlateau', 'min_lrs', optimizer, settled.minLr)
    this.optimizer = optimizer
    this.options = settled
    this.best = settled.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    this.lastLr = optimizer.paramGroups.map(({ lr }) => lr)
  }

  /** @param metric what is watched, a number: `await loss.item()`. */
  step(metric: number): void {
    if (typeof metric !== 'number') {
      throw new RungsError(
        `ReduceLROnPlateau.step(metric): expected a number, got ${typeof metric}; await x.item() of a tensor first`,
      )
    }
    const { patience, cooldown } = this.options
    this.lastEpoch++
    if (this.isBetter(metric)) {
      this.best = metric
      this.numBadEpochs = 0
    } else this.numBadEpochs++
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--
      this.numBadEpochs = 0
    }
    if (this.numBadEpochs > patience) {
      this.reduce()
      this.cooldownCounter = cooldown
      this.numBadEpochs = 0
    }
    this.lastLr = this.optimizer.paramGroups.map(({ lr }) => lr)
  }

  /** The learning rate of every group after the latest step. */
  getLastLr(): number[] {
    return [...this.lastLr]
  }

  stateDict(): PlateauStateDict {
    const { best, numBadEpochs, cooldownCounter, lastEpoch } = this
    return { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr: this.getLastLr() }
  }

  /** Load the optimizer's state too: the rates themselves are there. @throws {RungsError} for what is no such state. */
  loadStateDict(dict: PlateauStateDict): void {
    checkDict('ReduceLROnPlateau', dict, ['best', 'numBadEpochs', 'cooldownCounter', 'lastEpoch', 'lastLr'])
    const { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr } = dict
    Object.assign(this, { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr: [...lastLr] })
  }

  private isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.options
    const sign = mode === 'min' ? -1 : 1
    const margin = sign * threshold
    const bound = thresholdMode === 'rel' ? this.best * (1 + margin) : this.best + margin
    return mode === 'min' ? metric < bound : metric > bound
  }

  private reduce(): void {
    const { factor, eps } = this.options
    this.minLrs.forEach((lowest, g) => {
      const group = this.optimizer.paramGroups[g]!
      const next = Math.max(group.lr * factor, lowest)
      if (group.lr - next > eps) group.lr = next
    })
  }
}
