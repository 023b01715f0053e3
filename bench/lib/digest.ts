import { uniform } from './data.ts'

/** A long result in a few numbers: enough to see a wrong, transposed or unfinished one. */
export interface Digest {
  readonly size: number
  /** Sum of absolute values. */
  readonly absolute: number
  /** Sum of values times fixed weights, which differs when values change places. */
  readonly weighted: number
  /** Values spread evenly from the first to the last. */
  readonly samples: readonly number[]
}

const WEIGHTS_SEED = 99
const SAMPLES = 33
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
  const samples: number[] = []
  for (let s = 0; s < SAMPLES; s++) samples.push(values[Math.floor((s * (size - 1)) / (SAMPLES - 1))]!)
  return { size, absolute, weighted, samples }
}

/** Null when `actual` is right within float32 tolerance, else a sentence that says what is wrong. */
export function difference(actual: Digest, expected: Digest): string | null {
  if (actual.size !== expected.size) return `gave ${actual.size} numbers instead of ${expected.size}`
  const typical = expected.absolute / expected.size
  const far = (a: number, e: number, scale: number) => !(Math.abs(a - e) <= TOLERANCE * (scale + Math.abs(e)))
  if (far(actual.absolute, expected.absolute, 0)) {
    return `gave absolute values that sum to ${actual.absolute} instead of ${expected.absolute}`
  }
  if (far(actual.weighted, expected.weighted, typical * Math.sqrt(expected.size))) {
    return `gave a weighted sum of ${actual.weighted} instead of ${expected.weighted}`
  }
  const wrong = expected.samples.findIndex((e, s) => far(actual.samples[s] ?? Number.NaN, e, typical))
  return wrong < 0 ? null : `gave ${actual.samples[wrong]} instead of ${expected.samples[wrong]}`
}
