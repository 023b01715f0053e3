import { checkOptions, expr, formulas as f, RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { a, b, Formula } from './formula.ts'
import { type LossOptions, loss, warnOfSizes } from './losses.ts'

/** Losses of how far numbers are from what they should be. */

const s0 = expr.scalar(0)
const difference = f.sub(a, b)
const distance = f.abs(difference)

const mse = loss(Formula.derived('MseLoss', f.square(difference)))
const l1 = loss(Formula.derived('L1Loss', distance))
const smoothL1 = loss(
  Formula.derived(
    'SmoothL1Loss',
    expr.where(f.lt(distance, s0), f.div(f.mul(0.5, f.square(difference)), s0), f.sub(distance, f.mul(0.5, s0))),
  ),
)
const huber = loss(
  Formula.derived(
    'HuberLoss',
    expr.where(f.le(distance, s0), f.mul(0.5, f.square(difference)), f.mul(s0, f.sub(distance, f.mul(0.5, s0)))),
  ),
)

/** `(input - target)²`. */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  check('mseLoss', input, target, options, [])
  return mse([input, target], options.reduction ?? 'mean')
}

/** `|input - target|`; the gradient at 0 is 0. */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  check('l1Loss', input, target, options, [])
  return l1([input, target], options.reduction ?? 'mean')
}

export interface SmoothL1Options extends LossOptions {
  /** Where the parabola ends; 1 when left out. */
  readonly beta?: number
}

/**
 * `(input - target)² / 2β` where they are closer than `beta`, `|input - target| - β/2` elsewhere.
 * @throws {RungsError} for a negative `beta`.
 * @see R. Girshick, Fast R-CNN, 2015.
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  check('smoothL1Loss', input, target, options, ['beta'])
  const { reduction = 'mean', beta = 1 } = options
  if (!(beta >= 0)) throw new RungsError(`smooth_l1_loss does not support negative values for beta, got ${beta}`)
  return smoothL1([input, target], reduction, [beta])
}

export interface HuberOptions extends LossOptions {
  /** Where the parabola ends; 1 when left out. */
  readonly delta?: number
}

/**
 * `(input - target)² / 2` where they are closer than `delta`, `δ (|input - target| - δ/2)` elsewhere.
 * @throws {RungsError} unless `delta` is positive.
 * @see P. J. Huber, Robust estimation of a location parameter, 1964.
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  check('huberLoss', input, target, options, ['delta'])
  const { reduction = 'mean', delta = 1 } = options
  if (!(delta > 0)) throw new RungsError(`huber_loss does not support non-positive values for delta, got ${delta}`)
  return huber([input, target], reduction, [delta])
}

function check(name: string, input: Tensor, target: Tensor, options: LossOptions, known: readonly string[]): void {
  checkOptions(options, ['reduction', ...known], name)
  checkTensors(name, [input, target])
  warnOfSizes(input, target)
}
