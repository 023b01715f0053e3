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

/**
 * numpy's legacy stream after `np.random.seed(seed)`: `normal` is `randn`, `uniform` is `uniform`, `integers` is
 * `randint` (of int32 and of int64 alike), `permutation` is `permutation`. float32 values are the float64 ones rounded,
 * as `astype` would.
 *
 * Normals come from the polar method and use `Math.log`, whose last bit depends on the engine. Source: G. Marsaglia and
 * T. A. Bray, "A Convenient Method for Generating Normal Variables" (1964).
 *
 * @param seed an integer from 0 to 2^32 - 1, as numpy demands.
 * @throws {RungsError} for any other seed.
 */
export function numpyRng(seed: number): Generator {
  checkSeed(seed, 0, 2 ** 32 - 1, 'numpyRng')
  const source: Source = { twister: mt19937(seed), seed, spare: null }
  const { twister } = source
  const pair = (): [number, number] => {
    for (;;) {
      const x = 2 * unit53(twister) - 1
      const y = 2 * unit53(twister) - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      return [factor * y, factor * x]
    }
  }
  /** An integer in [0, last]: as many low bits as `last` has, drawn again until they fit. */
  const upTo = (last: number): number => {
    if (last === 0) return 0
    const mask = 0xffffffff >>> Math.clz32(last)
    for (;;) {
      const value = (twister.u32() & mask) >>> 0
      if (value <= last) return value
    }
  }

  return {
    ...lifecycle('numpy', source, numpyRng),
    get seed() {
      return source.seed
    },
    random: () => unit53(twister),
    gauss: () => nextNormal(source, pair),
    normal<D extends FloatDType>(length: number, dtype: D): FloatArrays[D] {
      return fill(allocate(length, dtype, 'normal'), () => nextNormal(source, pair))
    },
    uniform<D extends FloatDType>(length: number, dtype: D, low = 0, high = 1): FloatArrays[D] {
      checkInterval(low, high)
      return fill(allocate(length, dtype, 'uniform'), () => low + (high - low) * unit53(twister))
    },
    integers(length, low, high) {
      checkIntegers(low, high)
      return fill(new Int32Array(checkLength(length, 'integers')), () => low + upTo(high - low - 1))
    },
    permutation(n) {
      const order = countUp(checkLength(n, 'permutation'))
      shuffle(order, upTo)
      return order
    },
  }
}
