import { RungsError } from '@rungs/autograd'
import { withDefaults } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { type Factor, FactorLR } from './factorLR.ts'
import { checkFinite, checkPositiveInteger, perGroup, type ScheduleOptions } from './options.ts'

export interface LambdaLROptions extends ScheduleOptions {
  /** What the base rate is multiplied by after so many steps: for all groups, or for each its own. */
  readonly lrLambda: Factor | readonly Factor[]
}

/** `lr = base · lrLambda(t)`. */
export class LambdaLR extends FactorLR {
  static override typeName: string = 'LambdaLR'

  constructor(optimizer: Optimizer, options: LambdaLROptions) {
    const { lrLambda } = withDefaults('LambdaLR', options, begin, ['lrLambda'])
    const lambdas = perGroup('LambdaLR', 'lrLambda', optimizer, lrLambda)
    for (const lambda of lambdas) {
      if (typeof lambda !== 'function')
        throw new RungsError(`LambdaLR: lrLambda must be a function, got ${String(lambda)}`)
    }
    super(optimizer, (t, group) => lambdas[group]!(t, group), options)
  }
}

export interface StepLROptions extends ScheduleOptions {
  /** Steps from one decay to the next. */
  readonly stepSize: number
  /** 0.1 when left out. */
  readonly gamma?: number
}

/** `lr = base · gamma^⌊t / stepSize⌋`. */
export class StepLR extends FactorLR {
  static override typeName: string = 'StepLR'

  constructor(optimizer: Optimizer, options: StepLROptions) {
    const { stepSize, gamma } = withDefaults('StepLR', options, { ...begin, gamma: 0.1 }, ['stepSize'])
    checkPositiveInteger('step_size', stepSize)
    checkFinite('StepLR', { gamma }, ['gamma'])
    super(optimizer, (t) => gamma ** Math.floor(t / stepSize), options)
  }
}

export interface MultiStepLROptions extends ScheduleOptions {
  /** Steps after which the rate decays; one that is listed twice counts twice. */
  readonly milestones: readonly number[]
  /** 0.1 when left out. */
  readonly gamma?: number
}

/** `lr = base · gamma^(milestones reached)`. */
export class MultiStepLR extends FactorLR {
  static override typeName: string = 'MultiStepLR'

  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    const { milestones, gamma } = withDefaults('MultiStepLR', options, { ...begin, gamma: 0.1 }, ['milestones'])
    checkFinite('MultiStepLR', { gamma }, ['gamma'])
    if (!Array.isArray(milestones) || !milestones.every(Number.isFinite)) {
      throw new RungsError(`MultiStepLR: milestones must be a list of numbers, got ${String(milestones)}`)
    }
    super(optimizer, (t) => gamma ** milestones.filter((milestone) => milestone <= t).length, options)
  }
}

export interface ExponentialLROptions extends ScheduleOptions {
  readonly gamma: number
}

/** `lr = base · gammaᵗ`. */
export class ExponentialLR extends FactorLR {
  static override typeName: string = 'ExponentialLR'

  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    const { gamma } = withDefaults('ExponentialLR', options, begin, ['gamma'])
    checkFinite('ExponentialLR', { gamma }, ['gamma'])
    super(optimizer, (t) => gamma ** t, options)
  }
}

export interface ConstantLROptions extends ScheduleOptions {
  /** A third when left out. */
  readonly factor?: number
  /** Steps for which it holds; 5 when left out. */
  readonly totalIters?: number
}

/** `lr = base · factor` for the first steps, then `base`. */
export class ConstantLR extends FactorLR {
  static override typeName: string = 'ConstantLR'

  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    const { factor, totalIters } = withDefaults('ConstantLR', options, { ...begin, factor: 1 / 3, totalIters: 5 })
    checkFraction('Constant multiplicative factor expected to be between 0 and 1.', factor)
    super(optimizer, (t) => (t < totalIters ? factor : 1), options)
  }
}

export interface LinearLROptions extends ScheduleOptions {
  /** A third when left out; more than 0. */
  readonly startFactor?: number
  /** 1 when left out. */
  readonly endFactor?: number
  /** Steps from the one to the other; 5 when left out. */
  readonly totalIters?: number
}

/** A warm-up: `lr` goes from `base · startFactor` to `base · endFactor` in equal steps. */
export class LinearLR extends FactorLR {
  static override typeName: string = 'LinearLR'

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    const defaults = { ...begin, startFactor: 1 / 3, endFactor: 1, totalIters: 5 }
    const { startFactor, endFactor, totalIters } = withDefaults('LinearLR', options, defaults)
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw new RungsError(
        `Starting multiplicative factor expected to be greater than 0 and less or equal to 1. Got ${startFactor}`,
      )
    }
    checkFraction('Ending multiplicative factor expected to be between 0 and 1.', endFactor)
    checkPositiveInteger('total_iters', totalIters)
    super(optimizer, (t) => startFactor + (endFactor - startFactor) * Math.min(t / totalIters, 1), options)
  }
}

export interface PolynomialLROptions extends ScheduleOptions {
  /** Steps until the rate is 0; 5 when left out. */
  readonly totalIters?: number
  /** 1, a straight line, when left out. */
  readonly power?: number
}

/** `lr = base · (1 - t / totalIters)^power`, at last 0. */
export class PolynomialLR extends FactorLR {
  static override typeName: string = 'PolynomialLR'

  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    const { totalIters, power } = withDefaults('PolynomialLR', options, { ...begin, totalIters: 5, power: 1 })
    checkPositiveInteger('total_iters', totalIters)
    checkFinite('PolynomialLR', { power }, ['power'])
    super(optimizer, (t) => (1 - Math.min(t / totalIters, 1)) ** power, options)
  }
}

const begin = { lastEpoch: -1 }

function checkFraction(text: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RungsError(`${text} Got ${value}`)
}
