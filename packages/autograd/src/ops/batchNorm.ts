import {
  checkOptions,
  type Expr,
  expr,
  formulas as f,
  program,
  RungsError,
  ShapeError,
  sameShape,
} from '@rungs/ndarray'
import { full } from '../create.ts'
import type { Tensor } from '../tensor.ts'
import { updateInPlace } from './inPlace.ts'
import { listed } from './spatial.ts'
import {
  applyMoments,
  checkStandardized,
  countOf,
  type Moments,
  measure,
  scaleOf,
  singleValue,
  standardizer,
} from './standardize.ts'

export interface BatchNormOptions {
  /** One for each channel; 1 when left out. */
  readonly weight?: Tensor | null
  /** One for each channel; 0 when left out. */
  readonly bias?: Tensor | null
  /** Standardise by the batch, and move the running statistics towards it; false when left out. */
  readonly training?: boolean
  /** How far the running statistics move, from 0 to 1, or a 0-d tensor of that; 0.1 when left out. */
  readonly momentum?: number | Tensor
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
}

const standardized = standardizer('NativeBatchNorm')

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for x of (N, C) or (N, C, …), each over all but the channels.
 *
 * In training the moments are the batch's, and the running ones, of shape (C), are changed in place:
 * `running + momentum · (moment - running)`, with a variance over `n - 1`. Else, the running ones are what is standardised by.
 * @throws {RungsError} where running statistics are needed and are not there.
 * @throws {ShapeError} unless they, weight and bias have one number for each channel, or where a batch has one.
 * @see S. Ioffe and C. Szegedy, Batch normalization, 2015.
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  checkOptions(options, ['weight', 'bias', 'training', 'momentum', 'eps'], 'batchNorm')
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options
  checkStandardized('batchNorm', x, weight, bias, runningMean, runningVar)
  const channels = channelsOf(x, { running_mean: runningMean, running_var: runningVar, weight, bias })
  const perChannel = (statistic: Tensor): Tensor => statistic.reshape([channels, ...x.shape.slice(2).map(() => 1)])
  const [factor, offset] = [weight && perChannel(weight), bias && perChannel(bias)]
  const running = runningMean && runningVar && { mean: runningMean, variance: runningVar }
  if (running === null && (!training || runningMean !== runningVar)) {
    throw new RungsError(
      `running_${runningMean ? 'var' : 'mean'} must be defined in evaluation mode: batchNorm takes both or, in training, none`,
    )
  }
  if (running !== null && !training) {
    const moments = { mean: perChannel(running.mean), scale: scaleOf(perChannel(running.variance), eps) }
    return applyMoments(x, moments, factor, offset)
  }
  const dims = x.shape.flatMap((_, dim) => (dim === 1 ? [] : [dim]))
  if (countOf(x, dims) === 1) throw singleValue(x.shape)
  const moments = measure(x, dims, eps)
  if (running !== null) moveTowards(running, moments, momentum, countOf(x, dims))
  return standardized(x, factor, offset, { dims, eps, centered: true }, moments)
}

/** The size of dim 1. @throws {ShapeError} where it is not there, or a statistic, under PyTorch's name, has another. */
function channelsOf({ shape }: Tensor, statistics: Readonly<Record<string, Tensor | null>>): number {
  const channels = shape[1]
  if (channels === undefined) throw new ShapeError(`expected 2D or more input (got ${shape.length}D input): batchNorm`)
  for (const [name, statistic] of Object.entries(statistics)) {
    if (statistic === null || sameShape(statistic.shape, [channels])) continue
    throw new ShapeError(
      `${name} should contain ${channels} elements not ${statistic.size}: batchNorm of ${listed(shape)} got one of shape ` +
        `${listed(statistic.shape)}`,
    )
  }
  return channels
}

interface Running {
  readonly mean: Tensor
  readonly variance: Tensor
}

// Inputs are the running mean and variance, mean and squares of the batch, and the momentum.
const [mean, squares, step] = [2, 3, 4].map(expr.input) as [Expr, Expr, Expr]
const moved = (from: Expr, to: Expr): Expr => f.add(from, f.mul(step, f.sub(to, from)))
const move = program(moved(f.x0, mean), moved(f.x1, f.mul(squares, expr.scalar(0))))

function moveTowards({ mean, variance }: Running, moments: Moments, momentum: number | Tensor, count: number): void {
  const { dtype, device, shape } = mean
  const step = typeof momentum === 'number' ? full([], momentum, { dtype, device }) : momentum
  const batch = [moments.mean.reshape(shape), moments.squares.reshape(shape)]
  updateInPlace('batchNorm', move, [mean, variance], [mean, variance, ...batch, step], [1 / (count - 1)])
}
