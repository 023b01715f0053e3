import {
  bernoulli,
  checkOptions,
  expr,
  formulas as f,
  type Generator,
  type PhiloxGenerator,
  RungsError,
  type Shape,
  ShapeError,
} from '@rungs/ndarray'
import { deviceGenerator } from '../deviceGenerator.ts'
import { checkTensors } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { a, b, Formula } from './formula.ts'

export interface DropoutOptions {
  /** How probable it is that an element becomes 0; 0.5 when left out. */
  readonly p?: number
  /** False to leave everything as it is; true when left out. */
  readonly training?: boolean
  /**
   * Whose numbers. When left out, those of a generator on the device of `x` that `manualSeed` seeds, the same on every device;
   * `torchRng` draws on the host what PyTorch draws on the CPU.
   */
  readonly generator?: Generator | PhiloxGenerator | undefined
}

// A product, as PyTorch's: what is not finite stays so where it is dropped.
const kept = Formula.derived('Dropout', f.mul(a, expr.where(b, expr.scalar(0), expr.constant(0))))

/**
 * Each element 0 with probability `p`, else `x / (1 - p)`, so that the mean stays. Gradients go where elements were kept.
 * @throws {RungsError} for a probability outside [0, 1].
 * @see N. Srivastava and others, Dropout: a simple way to prevent neural networks from overfitting, 2014.
 */
export const dropout = (x: Tensor, options?: DropoutOptions): Tensor => drop('dropout', x, options, (shape) => shape)

/**
 * As `dropout`, of whole channels: x is (N, C, …), and each of the N · C maps is dropped or kept.
 * @throws {ShapeError} below two dims. @throws {RungsError} for a probability outside [0, 1].
 * @see J. Tompson and others, Efficient object localization using convolutional networks, 2015.
 */
export const featureDropout = (x: Tensor, options?: DropoutOptions): Tensor =>
  drop('featureDropout', x, options, (shape) => {
    if (shape.length >= 2) return shape.map((size, dim) => (dim < 2 ? size : 1))
    throw new ShapeError(`Feature dropout requires at least 2 dimensions in the input, got ${shape.length}`)
  })

function drop(operation: string, x: Tensor, options: DropoutOptions = {}, maskShape: (shape: Shape) => Shape): Tensor {
  checkOptions(options, ['p', 'training', 'generator'], operation)
  checkTensors(operation, [x])
  const { training = true, generator } = options
  const p = checkDropProbability(options.p ?? 0.5)
  const shape = maskShape(x.shape)
  if (!training || p === 0) return x
  const drawn = bernoulli(shape, 1 - p, {
    dtype: 'bool',
    device: x.device,
    generator: generator ?? deviceGenerator(x.device),
  })
  return kept.apply([x, new Tensor(drawn)], [p === 1 ? 0 : 1 / (1 - p)])
}

/** @throws {RungsError} outside [0, 1]. */
export function checkDropProbability(p: number): number {
  if (p >= 0 && p <= 1) return p
  throw new RungsError(`dropout probability has to be between 0 and 1, but got ${String(p)}`)
}
