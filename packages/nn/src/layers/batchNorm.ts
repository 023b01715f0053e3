import { batchNorm, checkOptions, type Device, type DType, ones, ShapeError, type Tensor, zeros } from '@rungs/autograd'
import { type Buffer, buffer } from '../buffer.ts'
import { checkTensor, checkWidth } from '../check.ts'
import { Module, nameOf } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, repr } from '../repr.ts'

export interface BatchNormLayerOptions {
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
  /** How far running statistics move at each step, 0.1 when left out; with null they are the mean of all steps. */
  readonly momentum?: number | null
  /** Learn a weight and a bias for each channel; true when left out. */
  readonly affine?: boolean
  /** Keep running statistics, by which evaluation standardises; else batches are, always. True when left out. */
  readonly trackRunningStats?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for each channel (dim 1): by the moments of the batch while training, which
 * running ones follow, and by those in `eval` mode. See `functional.batchNorm`.
 *
 * `weight` and `runningVar` start at 1; `bias`, `runningMean` and `numBatchesTracked` at 0.
 */
abstract class BatchNorm extends Module {
  readonly numFeatures: number
  readonly eps: number
  readonly momentum: number | null
  weight: Parameter | null
  bias: Parameter | null
  runningMean: Buffer | null
  runningVar: Buffer | null
  /** int32, 0-d: how many batches have been trained on. */
  numBatchesTracked: Buffer | null

  /** @throws {RungsError} unless `numFeatures`, the number of channels, is a positive integer. */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super()
    const name = new.target.typeName
    checkOptions(options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'dtype', 'device'], name)
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, ...placement } = options
    this.numFeatures = checkWidth(name, 'numFeatures', numFeatures)
    this.eps = eps
    this.momentum = momentum
    const shape = [numFeatures]
    this.weight = affine ? parameter(ones(shape, placement)) : null
    this.bias = affine ? parameter(zeros(shape, placement)) : null
    this.runningMean = trackRunningStats ? buffer(zeros(shape, placement)) : null
    this.runningVar = trackRunningStats ? buffer(ones(shape, placement)) : null
    this.numBatchesTracked = trackRunningStats ? buffer(zeros([], { ...placement, dtype: 'int32' })) : null
  }

  /** @throws {ShapeError} unless the number of dims is one of `ranks`. */
  protected normalize(x: Tensor, ranks: readonly number[]): Tensor {
    const { ndim } = checkTensor(x, nameOf(this))
    if (!ranks.includes(ndim)) {
      throw new ShapeError(`expected ${ranks.map((rank) => `${rank}D`).join(' or ')} input (got ${ndim}D input)`)
    }
    const { training, runningMean, runningVar, numBatchesTracked, weight, bias, eps } = this
    if (training) numBatchesTracked?.add_(1)
    const momentum = this.momentum ?? numBatchesTracked?.reciprocal() ?? 0
    const byBatch = training || runningMean === null
    return batchNorm(x, runningMean, runningVar, { weight, bias, training: byBatch, momentum, eps })
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, weight, runningMean } = this
    return `${numFeatures}, ${repr({
      eps: float(eps),
      momentum: momentum === null ? null : float(momentum),
      affine: weight !== null,
      track_running_stats: runningMean !== null,
    })}`
  }
}

/** Batch normalisation of (N, C) or (N, C, L). See `functional.batchNorm`. */
export class BatchNorm1d extends BatchNorm {
  static override typeName: string = 'BatchNorm1d'

  /** @throws {ShapeError} for other numbers of dims or channels, and in training for a batch of one number a channel. */
  forward(x: Tensor): Tensor {
    return this.normalize(x, [2, 3])
  }
}

/** Batch normalisation of (N, C, H, W). See `functional.batchNorm`. */
export class BatchNorm2d extends BatchNorm {
  static override typeName: string = 'BatchNorm2d'

  /** @throws {ShapeError} for other numbers of dims or channels, and in training for a batch of one number a channel. */
  forward(x: Tensor): Tensor {
    return this.normalize(x, [4])
  }
}
