import { boxMuller32, boxMuller64 } from './boxMuller.ts'
import type { FloatArrays, FloatDType, Generator } from './generator.ts'
import { mt19937 } from './mt19937.ts'
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
} from './source.ts'

/**
 * PyTorch's CPU stream after `torch.manual_seed(seed)`: `randn`, `rand`, `uniform_`, `randint` and `randperm` give its
 * numbers in its order. float32 agrees bit for bit; float64 normals can differ in the last bit (see `boxMuller64`).
 *
 * `integers` and `permutation` take 32 bits modulo the range, as every PyTorch does for ranges below 2^28; for wider ones
 * this is version 1.13, and newer versions take 64 bits.
 *
 * @param seed any safe integer; PyTorch uses its low 32 bits.
 * @throws {RungsError} unless `seed` is a safe integer.
 */
export function torchRng(seed: number): Generator {
  checkSeed(seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'torchRng')
  const source: Source = { twister: mt19937(seed >>> 0), seed, spare: null }
  const { twister } = source
  const unit24 = (): number => (twister.u32() & 0xffffff) / 2 ** 24
  const unit53 = (): number => ((twister.u32() & 0x1fffff) * 2 ** 32 + twister.u32()) / 2 ** 53
  const pair = (): [number, number] => {
    const angle = 2 * Math.PI * unit53()
    const radius = Math.sqrt(-2 * Math.log1p(-unit53()))
    return [radius * Math.cos(angle) + 0, radius * Math.sin(angle) + 0]
  }

  return {
    ...lifecycle('torch', source, torchRng),
    get seed() {
      return source.seed
    },
    random: unit53,
    gauss: () => nextNormal(source, pair),
    normal<D extends FloatDType>(length: number, dtype: D): FloatArrays[D] {
      const out = allocate(length, dtype, 'normal')
      if (length < 16) return fill(out, () => nextNormal(source, pair))
      if (out instanceof Float32Array) fillBlocks(out, unit24, boxMuller32)
      if (out instanceof Float64Array) fillBlocks(out, unit53, boxMuller64)
      return out
    },
    uniform<D extends FloatDType>(length: number, dtype: D, low = 0, high = 1): FloatArrays[D] {
      checkInterval(low, high)
      const out = allocate(length, dtype, 'uniform')
      if (out instanceof Float64Array) {
        const width = high - low
        return fill(out, () => fusedMultiplyAdd(unit53(), width, low))
      }
      const from = Math.fround(low)
      const width = Math.fround(Math.fround(high) - from)
      // One rounding: in float64 the product is exact, and so is the sum unless |low| is below 2^-50 of the width.
      return fill(out, () => unit24() * width + from)
    },
    integers(length, low, high) {
      checkIntegers(low, high)
      return fill(new Int32Array(checkLength(length, 'integers')), () => low + (twister.u32() % (high - low)))
    },
    permutation(n) {
      const order = countUp(checkLength(n, 'permutation'))
      for (let i = 0; i < n - 1; i++) {
        const j = i + (twister.u32() % (n - i))
        const value = order[i]!
        order[i] = order[j]!
        order[j] = value
      }
      return order
    },
  }
}

/** Blocks of sixteen; what is left over is drawn again with its predecessors, as PyTorch does. */
function fillBlocks<A extends Float32Array | Float64Array>(
  out: A,
  unit: () => number,
  boxMuller: (values: A, at: number) => void,
): void {
  fill(out, unit)
  for (let at = 0; at + 16 <= out.length; at += 16) boxMuller(out, at)
  if (out.length % 16 === 0) return
  const last = out.length - 16
  fill(out.subarray(last), unit)
  boxMuller(out, last)
}

/** a · b + c rounded once, but for sums within 2^-50 of a tie: T. J. Dekker's product and D. E. Knuth's sum. */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const [aHigh, aLow] = halves(a)
  const [bHigh, bLow] = halves(b)
  const product = a * b
  const productError = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
  const sum = product + c
  const added = sum - product
  const sumError = product - (sum - added) + (c - added)
  return sum + (sumError + productError)
}

/** A float64 as the sum of two with 26 bits each, whose products are exact. */
function halves(x: number): [high: number, low: number] {
  const scaled = x * (2 ** 27 + 1)
  const high = scaled - (scaled - x)
  return [high, x - high]
}
