import { checkOptions, finfo, type Shape, ShapeError, sameShape } from '@rungs/ndarray'
import type { Tensor } from '../tensor.ts'
import { listed } from './spatial.ts'
import { checkStandardized, standardizer } from './standardize.ts'

export interface LayerNormOptions {
  /** Of the normalized shape; 1 when left out. */
  readonly weight?: Tensor | null
  /** Of the normalized shape; 0 when left out. */
  readonly bias?: Tensor | null
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number
}

export interface RmsNormOptions extends Pick<LayerNormOptions, 'weight'> {
  /** Added to the mean square; null, as when left out, is the distance from 1 to the next number of the dtype. */
  readonly eps?: number | null
}

const layerStandardized = standardizer('NativeLayerNorm')
const rootMeanSquared = standardizer('RmsNorm')

/**
 * `(x - mean) / √(variance + eps) · weight + bias`, each over the last dims of `x`, which are `normalizedShape`.
 * @throws {ShapeError} where the last dims of `x`, the weight or the bias have other sizes.
 * @see J. L. Ba, J. R. Kiros and G. E. Hinton, Layer normalization, 2016.
 */
export function layerNorm(x: Tensor, normalizedShape: Shape, options: LayerNormOptions = {}): Tensor {
  checkOptions(options, ['weight', 'bias', 'eps'], 'layerNorm')
  const { weight = null, bias = null, eps = 1e-5 } = options
  checkStandardized('layerNorm', x, weight, bias)
  return layerStandardized(x, weight, bias, {
    dims: lastDims(x, normalizedShape, { weight, bias }),
    eps,
    centered: true,
  })
}

/**
 * `x / √(mean(x²) + eps) · weight`, each over the last dims of `x`, which are `normalizedShape`.
 * @throws {ShapeError} where the last dims of `x` or the weight have other sizes.
 * @see B. Zhang and R. Sennrich, Root mean square layer normalization, 2019.
 */
export function rmsNorm(x: Tensor, normalizedShape: Shape, options: RmsNormOptions = {}): Tensor {
  checkOptions(options, ['weight', 'eps'], 'rmsNorm')
  const { weight = null } = options
  checkStandardized('rmsNorm', x, weight)
  const eps = options.eps ?? finfo(x.dtype).eps
  return rootMeanSquared(x, weight, null, { dims: lastDims(x, normalizedShape, { weight }), eps, centered: false })
}

/** The dims of `x` that are `normalizedShape`, which the factors named have. */
function lastDims(x: Tensor, normalizedShape: Shape, factors: Readonly<Record<string, Tensor | null>>): number[] {
  if (!Array.isArray(normalizedShape)) {
    throw new ShapeError(
      `normalized_shape is a list of sizes such as [${x.shape.at(-1)}], got ${String(normalizedShape)}`,
    )
  }
  if (normalizedShape.length === 0) {
    throw new ShapeError(
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got ' +
        'normalized_shape = []',
    )
  }
  for (const [name, factor] of Object.entries(factors)) {
    if (factor === null || sameShape(factor.shape, normalizedShape)) continue
    throw new ShapeError(
      `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${listed(factor.shape)} and ` +
        `normalized_shape = ${listed(normalizedShape)}`,
    )
  }
  const before = x.ndim - normalizedShape.length
  if (before < 0 || !sameShape(x.shape.slice(before), normalizedShape)) {
    throw new ShapeError(
      `Given normalized_shape=${listed(normalizedShape)}, expected input with shape [*, ${normalizedShape.join(', ')}], but got input of ` +
        `size${listed(x.shape)}`,
    )
  }
  return normalizedShape.map((_, i) => before + i)
}
