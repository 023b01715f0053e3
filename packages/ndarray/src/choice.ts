import { fromTypedArray } from './create.ts'
import { RungsError, ShapeError } from './errors.ts'
import { indexSelect } from './gather.ts'
import { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import type { Generator } from './random/generator.ts'
import { distinctChoice, weightedChoice } from './random/weighted.ts'
import { hostGenerator } from './sample.ts'
import { checkShape, formatShape, type Shape, sizeOf } from './shape.ts'

export interface ChoiceOptions {
  /** Whether an element can come more than once; it can when left out. */
  readonly replacement?: boolean
  /** The probability of each element; alike when left out. */
  readonly p?: readonly number[] | NDArray
  readonly generator?: Generator
}

/**
 * Elements of a vector (rows of an array, or integers below a number) at random, in a shape: NumPy's `choice`, whose numbers
 * `numpyRng` gives.
 * @throws {RungsError} for probabilities that are negative or do not sum to 1, or more elements than there are.
 * @throws {DeviceError} for probabilities on a device that cannot be read at once.
 */
export function choice(source: NDArray | number, shape: Shape, options: ChoiceOptions = {}): NDArray {
  checkOptions(options, ['replacement', 'p', 'generator'], 'choice')
  const { replacement = true, p: given, ...whose } = options
  const generator = hostGenerator(whose, 'choice')
  const [size, count] = [
    typeof source === 'number' ? source : (source.shape[0] ?? 0),
    sizeOf(checkShape(shape, 'choice')),
  ]
  const [p, eps] = given instanceof NDArray ? readProbabilities(given) : [given, Number.EPSILON]
  checkChoice(size, count, replacement, p, eps)
  const positions = choose(generator, size, count, replacement, p)
  if (typeof source === 'number') return fromTypedArray(positions, shape)
  const rows = indexSelect(source, 0, fromTypedArray(positions, [count], { device: source.device }))
  return rows.reshape([...shape, ...source.shape.slice(1)])
}

type Probabilities = ArrayLike<number> | undefined

function readProbabilities(p: NDArray): [values: ArrayLike<number>, eps: number] {
  if (p.ndim !== 1) throw new ShapeError(`choice: 'p' must be 1-dimensional, got shape ${formatShape(p.shape)}`)
  return [p.toTypedArraySync(), p.dtype === 'float32' ? 2 ** -23 : Number.EPSILON]
}

function choose(generator: Generator, size: number, count: number, replacement: boolean, p: Probabilities): Int32Array {
  if (p !== undefined) return (replacement ? weightedChoice : distinctChoice)(generator, p, count)
  return replacement && count > 0 ? generator.integers(count, 0, size) : generator.permutation(size).slice(0, count)
}

/** `eps` of the probabilities: they may sum to 1 up to its square root, as in NumPy. */
function checkChoice(size: number, count: number, replacement: boolean, p: Probabilities, eps: number): void {
  const refuse = (text: string): never => {
    throw new RungsError(`choice: ${text}`)
  }
  if (!(Number.isInteger(size) && size >= Math.min(count, 1))) {
    refuse(`a must be greater than 0 unless no samples are taken, got ${size}`)
  }
  if (!replacement && count > size) {
    refuse(
      `Cannot take a larger sample than population when 'replace=False': ${count} of ${size}; pass { replacement: true }`,
    )
  }
  if (p === undefined) return
  if (p.length !== size) refuse(`'a' and 'p' must have same size, got ${size} and ${p.length}`)
  let total = 0
  for (let i = 0; i < size; i++) {
    if (!(p[i]! >= 0)) refuse(`probabilities are not non-negative: ${p[i]} at ${i}`)
    total += p[i]!
  }
  if (Math.abs(total - 1) > Math.sqrt(eps)) refuse(`probabilities do not sum to 1, but to ${total}`)
}
