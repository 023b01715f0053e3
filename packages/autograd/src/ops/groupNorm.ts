import { checkOptions, RungsError, ShapeError, sameShape } from '@rungs/ndarray'
import type { Tensor } from '../tensor.ts'
import { listed } from './spatial.ts'
import { checkStandardized, singleValue, standardizer } from './standardize.ts'

export interface GroupNormOptions {
  /** One for each channel; 1 when left out. */
  readonly weight?: Tensor | null
  /** One for each channel; 0 when left out. */
  readonly bias?: Tensor | null
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
}

const standardized = standardizer('NativeGroupNorm')

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for x of (N, C, …): moments are those of a group of C / numGroups channels
 * of one example, weight and bias those of a channel.
 * @throws {ShapeError} unless C is a multiple of `numGroups` and the size of weight and bias, or where a group is one number.
 * @see Y. Wu and K. He, Group normalization, 2018.
 */
export function groupNorm(x: Tensor, numGroups: number, options: GroupNormOptions = {}): Tensor {
  checkOptions(options, ['weight', 'bias', 'eps'], 'groupNorm')
  const { weight = null, bias = null, eps = 1e-5 } = options
  checkStandardized('groupNorm', x, weight, bias)
  const [examples, channels, ...rest] = x.shape
  if (examples === undefined || channels === undefined) {
    throw new ShapeError(
      `Expected at least 2 dimensions for input tensor but received ${x.ndim}: groupNorm takes (N, C, …)`,
    )
  }
  checkGroups(x, numGroups)
  for (const [name, factor] of Object.entries({ weight, bias })) {
    if (factor === null || sameShape(factor.shape, [channels])) continue
    throw new ShapeError(
      `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ` +
        `${listed(factor.shape)} and input of shape ${listed(x.shape)}`,
    )
  }
  const grouped = x.reshape([examples, numGroups, channels / numGroups, ...rest])
  const perChannel = (factor: Tensor | null): Tensor | null =>
    factor?.reshape([numGroups, channels / numGroups, ...rest.map(() => 1)]) ?? null
  const dims = grouped.shape.slice(2).map((_, i) => i + 2)
  const how = { dims, eps, centered: true }
  const out = standardized(grouped, perChannel(weight), perChannel(bias), how).reshape(x.shape)
  // Nobody else has what it is a view of, so it may be changed in place.
  out.origin = null
  return out
}

function checkGroups({ shape }: Tensor, numGroups: number): void {
  if (!Number.isInteger(numGroups) || numGroups < 1) {
    throw new RungsError(`groupNorm: numGroups must be a positive integer, got ${numGroups}`)
  }
  const [examples, channels, ...rest] = shape as [number, number, ...number[]]
  if (channels % numGroups !== 0) {
    throw new ShapeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${listed(shape)} and ` +
        `num_groups=${numGroups}`,
    )
  }
  // PyTorch counts all groups of the batch here, as if their numbers were one channel's.
  const values = rest.reduce((product, size) => product * size, (examples * channels) / numGroups)
  if (values === 1) throw singleValue(shape)
}
