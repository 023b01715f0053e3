import { RungsError } from '@rungs/autograd'
import { type Settled, withDefaults } from '../check.ts'
import type { Optimizer, ParamGroup } from '../optimizer.ts'
import { FactorLR } from './factorLR.ts'
import { checkFinite, checkPositiveInteger, perGroup, type ScheduleOptions } from './options.ts'

export interface OneCycleLROptions extends ScheduleOptions {
  /** The rate at the top: of all groups, or of each. */
  readonly maxLr: number | readonly number[]
  /** Steps of the whole cycle; or `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number
  readonly epochs?: number
  readonly stepsPerEpoch?: number
  /** The part of the steps on which the rate rises; 0.3 when left out. */
  readonly pctStart?: number
  /** `cos` when left out. */
  readonly annealStrategy?: 'cos' | 'linear'
  /** Whether momentum (or the first beta) falls while the rate rises; true when left out. */
  readonly cycleMomentum?: boolean
  /** The lowest momentum, 0.85 when left out: of all groups, or of each. */
  readonly baseMomentum?: number | readonly number[]
  /** The highest momentum, 0.95 when left out: of all groups, or of each. */
  readonly maxMomentum?: number | readonly number[]
  /** The rate begins at `maxLr / divFactor`; 25 when left out. */
  readonly divFactor?: number
  /** The rate ends at `maxLr / divFactor / finalDivFactor`; 1e4 when left out. */
  readonly finalDivFactor?: number
  /** Fall as slowly as it rose, and then on to the end; false when left out. */
  readonly threePhase?: boolean
}

const defaults = {
  lastEpoch: -1,
  pctStart: 0.3,
  annealStrategy: 'cos',
  cycleMomentum: true,
  baseMomentum: 0.85,
  maxMomentum: 0.95,
  divFactor: 25,
  finalDivFactor: 1e4,
  threePhase: false,
} as const

/**
 * One rise of the rate and one fall, with momentum the other way round; call `step` after every step of training.
 * @see L. Smith and N. Topin, Super-convergence: very fast training of neural networks using large learning rates, 2019.
 */
export class OneCycleLR extends FactorLR {
  static override typeName: string = 'OneCycleLR'

  /** @throws {RungsError} with PyTorch's texts, for options that cannot be, and at a step beyond the last. */
  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    const others = ['maxLr', 'totalSteps', 'epochs', 'stepsPerEpoch'] as const
    const settled = withDefaults('OneCycleLR', options, defaults, others)
    const { lastEpoch, divFactor, cycleMomentum, maxLr, baseMomentum, maxMomentum } = settled
    const cycle = cycleOf(settled)
    const [peaks, lows, highs] = [
      perGroup('OneCycleLR', 'max_lr', optimizer, maxLr),
      perGroup('OneCycleLR', 'base_momentum', optimizer, baseMomentum),
      perGroup('OneCycleLR', 'max_momentum', optimizer, maxMomentum),
    ]
    if (!peaks.every((peak) => Number.isFinite(peak) && peak >= 0)) {
      throw new RungsError(
        `OneCycleLR: maxLr must be a number of at least 0, or one for each group, got ${String(maxLr)}`,
      )
    }
    const { paramGroups } = optimizer
    if (cycleMomentum) paramGroups.forEach(checkMomentum)
    if (lastEpoch < 0) {
      paramGroups.forEach((group, g) => {
        group.lr = group.initialLr = peaks[g]! / divFactor
      })
    }
    const alongside = (group: ParamGroup, g: number, t: number): void =>
      setMomentum(group, lows[g]! + (highs[g]! - lows[g]!) * cycle(t, 'momentum'))
    super(optimizer, (t) => cycle(t, 'rate'), cycleMomentum ? { lastEpoch, alongside } : { lastEpoch })
  }
}

type Cycle = Settled<OneCycleLROptions, typeof defaults>

/** From one value to another, up to step `end`. */
interface Phase {
  readonly end: number
  /** Multiples of the rate at the beginning. */
  readonly rate: readonly [from: number, to: number]
  /** 0 is the lowest momentum, 1 the highest. */
  readonly momentum: readonly [from: number, to: number]
}

/** Rate and momentum after so many steps. */
function cycleOf(options: Cycle): (t: number, what: 'rate' | 'momentum') => number {
  const total = totalOf(options)
  const { pctStart, annealStrategy, divFactor, finalDivFactor, threePhase } = options
  if (!(pctStart >= 0 && pctStart <= 1)) {
    throw new RungsError(`Expected float between 0 and 1 pct_start, but got ${pctStart}`)
  }
  if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
    throw new RungsError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${String(annealStrategy)}`)
  }
  checkFinite('OneCycleLR', options, ['divFactor', 'finalDivFactor'])
  const lowest = 1 / finalDivFactor
  const phases: readonly Phase[] = threePhase
    ? [
        { end: pctStart * total - 1, rate: [1, divFactor], momentum: [1, 0] },
        { end: 2 * pctStart * total - 2, rate: [divFactor, 1], momentum: [0, 1] },
        { end: total - 1, rate: [1, lowest], momentum: [1, 1] },
      ]
    : [
        { end: pctStart * total - 1, rate: [1, divFactor], momentum: [1, 0] },
        { end: total - 1, rate: [divFactor, lowest], momentum: [0, 1] },
      ]
  return (t, what) => {
    if (t > total) throw new RungsError(`Tried to step ${t} times. The specified number of total steps is ${total}`)
    // The step after the last one stays at the end.
    const at = Math.min(t, total - 1)
    const i = phases.findIndex(({ end }, k) => at <= end || k === phases.length - 1)
    const [start, phase] = [phases[i - 1]?.end ?? 0, phases[i]!]
    const part = phase.end > start ? (at - start) / (phase.end - start) : 1
    const [from, to] = phase[what]
    return to + (from - to) * (annealStrategy === 'cos' ? (1 + Math.cos(Math.PI * part)) / 2 : 1 - part)
  }
}

function totalOf({ totalSteps, epochs, stepsPerEpoch }: Cycle): number {
  if (totalSteps !== undefined) {
    checkPositiveInteger('total_steps', totalSteps)
    return totalSteps
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new RungsError(
      'You must define either total_steps OR (epochs AND steps_per_epoch): totalSteps, epochs, stepsPerEpoch',
    )
  }
  checkPositiveInteger('epochs', epochs)
  checkPositiveInteger('steps_per_epoch', stepsPerEpoch)
  return epochs * stepsPerEpoch
}

/** What momentum is in a group: a number of its own, or the first beta. */
type Momentous = ParamGroup & { momentum?: number; betas?: readonly [number, number] }

function checkMomentum(group: Momentous): void {
  if (group.momentum !== undefined || group.betas !== undefined) return
  throw new RungsError(
    'optimizer must support momentum or beta1 with `cycle_momentum` option enabled; pass { cycleMomentum: false }',
  )
}

function setMomentum(group: Momentous, value: number): void {
  if (group.betas !== undefined) group.betas = [value, group.betas[1]]
  else group.momentum = value
}
