import { DTypeError, RungsError, ShapeError } from '../errors.ts'
import type { FloatArrays, FloatDType, Generator, GeneratorState, Stream } from './generator.ts'
import type { Twister } from './mt19937.ts'

/** What the three streams have in common: a twister, and the second normal of the last pair. */
export interface Source {
  readonly twister: Twister
  seed: number
  spare: number | null
}

type Lifecycle<G> = Pick<Generator, 'stream' | 'state' | 'restore'> & { clone(): G }

/** The part of a generator that saves, restores and copies its source. */
export function lifecycle<G extends Generator>(
  stream: Stream,
  source: Source,
  create: (seed: number) => G,
): Lifecycle<G> {
  const state = (): GeneratorState => ({ stream, seed: source.seed, spare: source.spare, ...source.twister.state() })
  return {
    stream,
    state,
    restore(saved) {
      checkState(saved, stream)
      source.twister.restore(saved)
      source.seed = saved.seed
      source.spare = saved.spare
    },
    clone() {
      const copy = create(source.seed)
      copy.restore(state())
      return copy
    },
  }
}

/** The spare normal if there is one, else the first of a new pair, whose second becomes the spare. */
export function nextNormal(source: Source, pair: () => readonly [first: number, second: number]): number {
  const { spare } = source
  if (spare !== null) {
    source.spare = null
    return spare
  }
  const [first, second] = pair()
  source.spare = second
  return first
}

/** Fills `out` in order. */
export function fill<A extends Float32Array | Float64Array | Int32Array>(out: A, next: () => number): A {
  const target: Float32Array | Float64Array | Int32Array = out
  for (let i = 0; i < target.length; i++) target[i] = next()
  return out
}

/** Exchanges positions from the last to the second, each with `pick(i)` in [0, i]: numpy's and Python's shuffle. */
export function shuffle<T>(
  items: { [index: number]: T; readonly length: number },
  pick: (last: number) => number,
): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = pick(i)
    const item = items[i]!
    items[i] = items[j]!
    items[j] = item
  }
}

export const countUp = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)

export function allocate<D extends FloatDType>(length: number, dtype: D, operation: string): FloatArrays[D] {
  checkLength(length, operation)
  if (dtype === 'float32') return new Float32Array(length) as FloatArrays[D]
  if (dtype === 'float64') return new Float64Array(length) as FloatArrays[D]
  throw new DTypeError(`${operation}: random numbers are float32 or float64, got '${String(dtype)}'`)
}

export function checkLength(length: number, operation: string): number {
  if (Number.isSafeInteger(length) && length >= 0) return length
  throw new ShapeError(`${operation}: the number of values must be a non-negative integer, got ${length}`)
}

export function checkSeed(seed: number, min: number, max: number, operation: string): number {
  if (Number.isSafeInteger(seed) && seed >= min && seed <= max) return seed
  throw new RungsError(`${operation}: the seed must be an integer from ${min} to ${max}, got ${seed}`)
}

export function checkInterval(low: number, high: number): void {
  if (!(Number.isFinite(low) && Number.isFinite(high))) {
    throw new RungsError(`uniform: low and high must be finite, got low=${low}, high=${high}`)
  }
  if (low <= high) return
  throw new RungsError(`uniform_ expects to return a [from, to) range, but found from=${low} > to=${high}`)
}

/** `high` is exclusive, so 2^31 is the largest there is. */
export function checkIntegers(low: number, high: number): void {
  if (!(Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31)) {
    throw new RungsError(`integers: low and high must be integers whose values fit int32, got low=${low}, high=${high}`)
  }
  if (low < high) return
  throw new RungsError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`)
}

function checkState(state: GeneratorState, stream: Stream): void {
  if (state.stream !== stream) {
    throw new RungsError(`restore: the state is of a '${state.stream}' stream, this generator is '${stream}'`)
  }
  const { words, position } = state
  if (words.length === 624 && Number.isInteger(position) && position >= 0 && position <= 624) return
  throw new RungsError(`restore: a state has 624 words and a position up to 624, got ${words.length} and ${position}`)
}
