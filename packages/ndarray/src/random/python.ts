import { RungsError } from '../errors.ts'
import type { FloatArrays, FloatDType, Generator } from './generator.ts'
import { mt19937, unit53 } from './mt19937.ts'
import type { Source } from './source.ts'
import {
  allocate,
  checkIntegers,
  checkInterval,
  checkLength,
  checkSeed,
  countUp,
  fill,
  lifecycle,
  nextNormal,
  shuffle,
} from './source.ts'

/** A `Generator` that also speaks as Python's `random` module does. */
export interface PythonGenerator extends Generator {
  /** A double in [0, 1). */
  random(): number
  /** `random.gauss(mean, deviation)`; the last bit can depend on the engine. */
  gauss(mean?: number, deviation?: number): number
  /** An integer from `low` to `high`, both included. */
  randint(low: number, high: number): number
  /** An integer from `low` to `high - 1`; with one argument, from 0. */
  randrange(high: number): number
  randrange(low: number, high: number): number
  /** One of `items`. */
  choice<T>(items: ArrayLike<T>): T
  /** Puts `items` in random order, in place. */
  shuffle(items: { [index: number]: unknown; readonly length: number }): void
  clone(): PythonGenerator
}

/**
 * CPython's `random.Random(seed)`: `uniform` is `random.uniform`, `normal` is `random.gauss(0, 1)`, `integers` is
 * `random.randrange`, `permutation` shuffles `range(n)`. float32 values are the float64 ones rounded.
 *
 * @param seed any safe integer; Python takes its magnitude.
 * @throws {RungsError} unless `seed` is a safe integer.
 */
export function pythonRng(seed: number): PythonGenerator {
  checkSeed(seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'pythonRng')
  const source: Source = { twister: mt19937(keyOf(seed)), seed, spare: null }
  const { twister } = source
  const random = (): number => unit53(twister)
  const pair = (): [number, number] => {
    const angle = 2 * Math.PI * random()
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return [Math.cos(angle) * radius, Math.sin(angle) * radius]
  }
  const randint = (low: number, high: number): number => low + below(twister.u32, sizeOf(low, high + 1))

  return {
    ...lifecycle('python', source, pythonRng),
    get seed() {
      return source.seed
    },
    random,
    gauss: (mean = 0, deviation = 1) => mean + nextNormal(source, pair) * deviation,
    randint,
    randrange: (first: number, high?: number) =>
      high === undefined ? randint(0, first - 1) : randint(first, high - 1),
    choice<T>(items: ArrayLike<T>): T {
      if (items.length === 0) throw new RungsError('choice: Cannot choose from an empty sequence')
      return items[randint(0, items.length - 1)]!
    },
    shuffle: (items) => shuffle(items, (last) => randint(0, last)),
    normal<D extends FloatDType>(length: number, dtype: D): FloatArrays[D] {
      return fill(allocate(length, dtype, 'normal'), () => nextNormal(source, pair))
    },
    uniform<D extends FloatDType>(length: number, dtype: D, low = 0, high = 1): FloatArrays[D] {
      checkInterval(low, high)
      return fill(allocate(length, dtype, 'uniform'), () => low + (high - low) * random())
    },
    integers(length, low, high) {
      checkIntegers(low, high)
      return fill(new Int32Array(checkLength(length, 'integers')), () => randint(low, high - 1))
    },
    permutation(n) {
      const order = countUp(checkLength(n, 'permutation'))
      shuffle(order, (last) => randint(0, last))
      return order
    },
  }
}

/** The magnitude in words of 32 bits, lowest first. */
function keyOf(seed: number): readonly number[] {
  const magnitude = Math.abs(seed)
  const high = Math.floor(magnitude / 2 ** 32)
  return high === 0 ? [magnitude] : [magnitude >>> 0, high]
}

/** An integer in [0, n): as many top bits as `n` has, drawn again until they fit. */
function below(u32: () => number, n: number): number {
  const width = bitLength(n)
  for (;;) {
    const low = width < 32 ? u32() >>> (32 - width) : u32()
    const value = width > 32 ? low + (u32() >>> (64 - width)) * 2 ** 32 : low
    if (value < n) return value
  }
}

const bitLength = (n: number): number => (n < 2 ** 32 ? 32 - Math.clz32(n) : 64 - Math.clz32(Math.floor(n / 2 ** 32)))

function sizeOf(low: number, high: number): number {
  const size = high - low
  if (Number.isSafeInteger(low) && Number.isSafeInteger(high) && Number.isSafeInteger(size) && size > 0) return size
  throw new RungsError(`empty range for randrange() (${low}, ${high}, ${size}), or not of safe integers`)
}
