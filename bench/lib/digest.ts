import { uniform } from './data.ts'

/** A long result in a few numbers: enough to see a wrong, transposed or unfinished one. */
export interface Digest {
  readonly size: number
  /** Sum of absolute values; null where it is too much to know. */
  readonly absolute: number | null
  /** Sum of values times fixed weights, which differs when values change places; null where it is too much to know. */
  readonly weighted: number | null
  /** Values at `samplePositions`. */
  readonly samples: readonly number[]
}

const WEIGHTS_SEED = 99
const SAMPLES = 129
const GOLDEN_RATIO = 0.6180339887498949
/** Float32 sums of a million numbers, and the 2e-4 that WebGPU promises for its functions. */
const TOLERANCE = 2e-4

export function digestOf(values: ArrayLike<number>): Digest {
  const size = values.length
  const weights = uniform(size, WEIGHTS_SEED)
  let absolute = 0
  let weighted = 0
  for (let i = 0; i < size; i++) {
    absolute += Math.abs(values[i]!)
    weighted += values[i]! * weights[i]!
  }
  return { size, absolute, weighted, samples: samplePositions(size).map((position) => values[position]!) }
}

/** Spread over the whole, in no rhythm that rows or tiles could have. */
export const samplePositions = (size: number): number[] =>
  Array.from({ length: SAMPLES }, (_, s) => Math.floor(size * ((s * GOLDEN_RATIO) % 1)))

/** Null when `actual` is right within float32 tolerance, else a sentence that says what is wrong. */
export function difference(actual: Digest, expected: Digest): string | null {
  if (actual.size !== expected.size) return `gave ${actual.size} numbers instead of ${expected.size}`
  const typical = expected.samples.reduce((sum, value) => sum + Math.abs(value), 0) / SAMPLES
  const far = (a: number, e: number, scale: number) => !(Math.abs(a - e) <= TOLERANCE * (scale + Math.abs(e)))
  if (far(actual.absolute ?? 0, expected.absolute ?? actual.absolute ?? 0, 0)) {
    return `gave absolute values that sum to ${actual.absolute} instead of ${expected.absolute}`
  }
  if (far(actual.weighted ?? 0, expected.weighted ?? actual.weighted ?? 0, typical * Math.sqrt(expected.size))) {
    return `gave a weighted sum of ${actual.weighted} instead of ${expected.weighted}`
  }
  const wrong = expected.samples.findIndex((e, s) => far(actual.samples[s] ?? Number.NaN, e, typical))
  return wrong < 0 ? null : `gave ${actual.samples[wrong]} instead of ${expected.samples[wrong]}`
}
