import { fromTypedArray } from './create.ts'
import { RungsError } from './errors.ts'
import { indexSelect } from './gather.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import type { Generator } from './random/generator.ts'
import { distinctChoice, weightedChoice } from './random/weighted.ts'
import { hostGenerator } from './sample.ts'
import { checkShape, type Shape, sizeOf } from './shape.ts'

export interface ChoiceOptions {
  /** Whether an element can come more than once; it can when left out. */
  readonly replacement?: boolean
  /** The probability of each element; alike when left out. */
  readonly p?: readonly number[]
  readonly generator?: Generator
}

/**
 * Elements of a vector (rows of an array, or integers below a number) at random, in a shape: NumPy's `choice`, whose numbers
 * `numpyRng` gives.
 * @throws {RungsError} for probabilities that are negative or do not sum to 1, or more elements than there are.
 */
export function choice(source: NDArray | number, shape: Shape, options: ChoiceOptions = {}): NDArray {
  checkOptions(options, ['replacement', 'p', 'generator'], 'choice')
  const { replacement = true, p, ...whose } = options
  const generator = hostGenerator(whose, 'choice')
  const [size, count] = [
    typeof source === 'number' ? source : (source.shape[0] ?? 0),
    sizeOf(checkShape(shape, 'choice')),
  ]
  checkChoice(size, count, replacement, p)
  const positions = choose(generator, size, count, replacement, p)
  if (typeof source === 'number') return fromTypedArray(positions, shape)
  const rows = indexSelect(source, 0, fromTypedArray(positions, [count], { device: source.device }))
  return rows.reshape([...shape, ...source.shape.slice(1)])
}

type Probabilities = readonly number[] | undefined

function choose(generator: Generator, size: number, count: number, replacement: boolean, p: Probabilities): Int32Array {
  if (p !== undefined) return (replacement ? weightedChoice : distinctChoice)(generator, p, count)
  return replacement ? generator.integers(count, 0, size) : generator.permutation(size).slice(0, count)
}

/** How far from 1 probabilities may sum: NumPy's allowance. */
const ALLOWANCE = Math.sqrt(Number.EPSILON)

function checkChoice(size: number, count: number, replacement: boolean, p: Probabilities): void {
  const refuse = (text: string): never => {
    throw new RungsError(`choice: ${text}`)
  }
  if (!(Number.isInteger(size) && size > 0)) refuse(`a must be greater than 0 unless no samples are taken, got ${size}`)
  if (!replacement && count > size) {
    refuse(
      `Cannot take a larger sample than population when 'replace=False': ${count} of ${size}; pass { replacement: true }`,
    )
  }
  if (p === undefined) return
  if (p.length !== size) refuse(`'a' and 'p' must have same size, got ${size} and ${p.length}`)
  if (p.some((each) => !(each >= 0))) refuse(`probabilities are not non-negative: ${p.join(', ')}`)
  const total = p.reduce((sum, each) => sum + each, 0)
  if (Math.abs(total - 1) > ALLOWANCE) refuse(`probabilities do not sum to 1, but to ${total}`)
}
