import { RungsError } from '@rungs/autograd'
import { withDefaults } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { FactorLR } from './factorLR.ts'
import { checkFinite, checkPositiveInteger, type ScheduleOptions } from './options.ts'

export interface CosineAnnealingLROptions extends ScheduleOptions {
  /** Steps from the base rate to the lowest. */
  readonly tMax: number
  /** The lowest rate; 0 when left out. */
  readonly etaMin?: number
}

/**
 * `lr = etaMin + (base - etaMin) · (1 + cos(π · t / tMax)) / 2`, which rises again after `tMax` steps.
 * @see I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
 */
export class CosineAnnealingLR extends FactorLR {
  static override typeName: string = 'CosineAnnealingLR'

  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    const { tMax, etaMin, lastEpoch } = withDefaults('CosineAnnealingLR', options, { lastEpoch: -1, etaMin: 0 }, [
      'tMax',
    ])
    checkPositiveInteger('T_max', tMax)
    checkFinite('CosineAnnealingLR', { etaMin }, ['etaMin'])
    super(optimizer, (t) => (1 + Math.cos((Math.PI * t) / tMax)) / 2, { floor: etaMin, lastEpoch })
  }
}

export interface CosineAnnealingWarmRestartsOptions extends ScheduleOptions {
  /** Steps until the first restart. */
  readonly t0: number
  /** How many times longer it takes until the next; 1 when left out. */
  readonly tMult?: number
  /** The lowest rate; 0 when left out. */
  readonly etaMin?: number
}

/**
 * As `CosineAnnealingLR`, from the base rate anew after `t0` steps, then after `t0 · tMult`, `t0 · tMult²`, and so on; `step`
 * takes fractions of an epoch.
 * @see I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
 */
export class CosineAnnealingWarmRestarts extends FactorLR {
  static override typeName: string = 'CosineAnnealingWarmRestarts'

  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    const defaults = { lastEpoch: -1, tMult: 1, etaMin: 0 }
    const { t0, tMult, etaMin, lastEpoch } = withDefaults('CosineAnnealingWarmRestarts', options, defaults, ['t0'])
    checkPositiveInteger('T_0', t0)
    if (!(Number.isInteger(tMult) && tMult >= 1)) throw new RungsError(`Expected integer T_mult >= 1, but got ${tMult}`)
    checkFinite('CosineAnnealingWarmRestarts', { etaMin }, ['etaMin'])
    const factor = (t: number): number => {
      let [start, length] = [0, t0]
      if (tMult === 1) start = t - (t % t0)
      else for (; t >= start + length; length *= tMult) start += length
      return (1 + Math.cos((Math.PI * (t - start)) / length)) / 2
    }
    super(optimizer, factor, { floor: etaMin, lastEpoch })
  }
}
