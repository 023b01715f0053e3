import { fromTypedArray } from './create.ts'
import { exponential } from './distributions.ts'
import { isFloat, type TypedArray } from './dtype.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import type { Generator } from './random/generator.ts'
import { aboutToDraw } from './random/observeDraws.ts'
import type { PhiloxGenerator } from './random/philoxRng.ts'
import { bisect } from './random/weighted.ts'
import { argmax, softmax } from './reductions.ts'
import { defaultGenerator, isPhilox } from './sample.ts'
import { formatShape } from './shape.ts'
import { tidy } from './tidy.ts'
import { topk } from './topk.ts'

export interface MultinomialOptions {
  /** Whether a position can come more than once. */
  readonly replacement?: boolean
  readonly generator?: Generator | PhiloxGenerator
}

/**
 * Positions drawn with probabilities in proportion to weights: (K) gives (count), (N, K) gives (N, count), int32; PyTorch's
 * `multinomial`. Different positions are those where weights over exponential numbers are largest; with replacement, and a
 * `philoxRng`, each is the largest of a race of its own, which no device has to be read for.
 * @throws {RungsError} for weights that are negative or not finite, or all 0; on devices other than `cpu` nobody looks.
 * @throws {DeviceError} for replacement on a device that cannot be read at once, unless the generator is a `philoxRng` there.
 */
export function multinomial(weights: NDArray, count: number, options: MultinomialOptions = {}): NDArray {
  checkOptions(options, ['replacement', 'generator'], 'multinomial')
  const { replacement = false, generator = defaultGenerator() } = options
  checkWeights(weights, count, replacement)
  if (replacement && !isPhilox(generator)) return withReplacement(weights, count, generator)
  return tidy(() => {
    if (replacement) {
      const { shape } = weights
      const each = weights.unsqueeze(-2).expand([...shape.slice(0, -1), count, shape.at(-1)!])
      return argmax(race(each, generator), -1)
    }
    const contest = race(weights, generator)
    return count === 1 ? argmax(contest, -1, { keepdim: true }) : topk(contest, count).indices
  })
}

/** Weights over exponential numbers: the largest is at each position as often as its weight says. */
function race(weights: NDArray, generator: Generator | PhiloxGenerator): NDArray {
  const { dtype, device, shape } = weights
  return weights.div(exponential(shape, 1, { dtype, device, generator }))
}

/**
 * One position of each row of logits (…, K), with probabilities `softmax(logits)`: (…), int32. PyTorch's
 * `Categorical(logits=…).sample()`.
 * @throws {DeviceError} on a device that cannot be read at once, unless the generator is a `philoxRng` there.
 */
export function categorical(logits: NDArray, options: Pick<MultinomialOptions, 'generator'> = {}): NDArray {
  const classes = logits.shape.at(-1)
  if (classes === undefined) throw new ShapeError('categorical: logits are (…, K), got a 0-d array')
  return tidy(() => {
    const rows = softmax(logits, -1).reshape([-1, classes])
    return multinomial(rows, 1, { ...options, replacement: true }).reshape(logits.shape.slice(0, -1))
  })
}

function checkWeights(weights: NDArray, count: number, replacement: boolean): void {
  const { shape, dtype, device } = weights
  if (shape.length !== 1 && shape.length !== 2) {
    throw new ShapeError(`prob_dist must be 1 or 2 dim: multinomial of weights of shape ${formatShape(shape)}`)
  }
  if (!isFloat(dtype)) {
    throw new DTypeError(
      `multinomial only supports floating-point dtypes for input, got: ${dtype}; cast with x.to('float32')`,
    )
  }
  const classes = shape.at(-1)!
  if (!(Number.isInteger(count) && count > 0)) {
    throw new RungsError(`cannot sample n_sample <= 0 samples: multinomial takes 1 or more, got ${count}`)
  }
  if (!replacement && count > classes) {
    throw new RungsError(
      `cannot sample n_sample > prob_dist.size(-1) samples without replacement: multinomial of ${count} out of ${classes}; ` +
        'pass { replacement: true }',
    )
  }
  if (!device.ownsMemory) checkValues(weights.toTypedArraySync(), classes)
}

function checkValues(values: TypedArray, classes: number): void {
  for (let row = 0; row < values.length; row += classes) {
    let total = 0
    for (let i = row; i < row + classes; i++) {
      const value = values[i]!
      total += value
      if (value >= 0 && value < Number.POSITIVE_INFINITY) continue
      throw new RungsError(
        `probability tensor contains either \`inf\`, \`nan\` or element < 0: multinomial got ${value}`,
      )
    }
    if (total > 0) continue
    throw new RungsError(
      `invalid multinomial distribution (sum of probabilities <= 0): all of row ${row / classes} is 0`,
    )
  }
}

/** As PyTorch does: cumulative sums in the dtype of the weights, searched for uniforms. */
function withReplacement(weights: NDArray, count: number, generator: Generator): NDArray {
  aboutToDraw(generator)
  const [values, classes] = [weights.toTypedArraySync(), weights.shape.at(-1)!]
  const drawn: number[] = []
  for (let row = 0; row < values.length; row += classes) {
    const sums = values.slice(row, row + classes)
    for (let i = 1; i < classes; i++) sums[i]! += sums[i - 1]!
    const total = sums[classes - 1]!
    for (let i = 0; i < classes; i++) sums[i]! /= total
    sums[classes - 1] = 1
    for (let i = 0; i < count; i++) drawn.push(bisect(sums, generator.random(), 'left'))
  }
  return fromTypedArray(Int32Array.from(drawn), [...weights.shape.slice(0, -1), count], { device: weights.device })
}
