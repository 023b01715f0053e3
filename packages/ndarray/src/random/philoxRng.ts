import { checkDevice, defaultDevice } from '../defaults.ts'
import type { Device } from '../device.ts'
import type { DType } from '../dtype.ts'
import { RungsError } from '../errors.ts'
import { indexSelect } from '../gather.ts'
import { NDArray } from '../ndarray.ts'
import { checkShape, rowMajor, type Shape, sizeOf } from '../shape.ts'
import { argsort } from '../sorting.ts'
import { tidy } from '../tidy.ts'
import { updateInPlace } from '../updateInPlace.ts'
import { handOver } from '../views.ts'
import type { FloatDType } from './generator.ts'
import { aboutToDraw } from './observeDraws.ts'
import * as programs from './philoxPrograms.ts'
import { checkIntegers, checkLength, checkSeed } from './source.ts'

/**
 * A counter-based generator: arrays are filled where they live, and integers and uniforms have the same bits on every device.
 * Its state is an array, so a recorded step that draws goes on drawing other numbers each time.
 */
export interface PhiloxGenerator {
  readonly stream: 'philox'
  readonly device: Device
  /** Six uint32: the counter, its lowest word first, and the key. Copy it to save it, write into it to restore it. */
  readonly state: NDArray
  /** uint32, every bit random. */
  bits(shape: Shape): NDArray
  /** In [0, 1): 24 bits in float32, 53 in float64. */
  uniform(shape: Shape, dtype: FloatDType): NDArray
  /** Mean 0, standard deviation 1; functions of the device, so the last digits are its own. */
  normal(shape: Shape, dtype: FloatDType): NDArray
  /** Mean 1. */
  exponential(shape: Shape, dtype: FloatDType): NDArray
  /** int32 from `low` to `high - 1`. */
  integers(shape: Shape, low: number, high: number): NDArray
  /** True with probability `p`, in steps of 2⁻³². */
  flags(shape: Shape, p: number): NDArray
  /** The integers from 0 to `n - 1` in random order, int32. */
  permutation(n: number): NDArray
  /** Independent generators, made where this one is; other ones at each call. */
  split(count: number): PhiloxGenerator[]
}

/**
 * Philox 4x32-10 (Salmon and others, 2011), with the seed as its key.
 * @param seed any safe integer; all its 53 bits count.
 * @throws {RungsError} unless `seed` is a safe integer.
 */
export function philoxRng(
  seed: number,
  { device = defaultDevice() }: { readonly device?: Device } = {},
): PhiloxGenerator {
  checkSeed(seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'philoxRng')
  const state = NDArray.allocate(checkDevice(device), 'uint32', [STATE])
  device.write(state.storage, 0, Uint32Array.of(0, 0, 0, 0, seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0))
  return generatorOf(state)
}

const [COUNTER, STATE] = [4, 6]

/** The generator that a state is of. */
function generatorOf(state: NDArray): PhiloxGenerator {
  const fill = (
    shape: Shape,
    dtype: DType,
    { program, count }: programs.BlockProgram,
    scalars: readonly number[] = [],
  ): NDArray => {
    const blocks = Math.ceil(sizeOf(checkShape(shape, 'philox')) / count)
    aboutToDraw(generator)
    // Whole blocks, so that a kernel works out each once; what is too many stands behind the array and is never seen.
    const whole = NDArray.allocate(state.device, dtype, [blocks * count])
    if (blocks > 0) {
      const numbers = Array.from({ length: count }, (_, i) => whole.view([blocks], [count], i))
      const words = Array.from({ length: STATE }, (_, i) => state.view([], [], i))
      updateInPlace('philox', program, numbers, words, scalars)
      const counter = words.slice(0, COUNTER)
      updateInPlace('philox', programs.advance, counter, counter, [blocks])
      for (const view of [...numbers, ...words]) view.dispose()
    }
    return handOver(whole, whole.view([...shape], rowMajor(shape), 0))
  }
  const generator: PhiloxGenerator = {
    stream: 'philox',
    device: state.device,
    state,
    bits: (shape) => fill(shape, 'uint32', programs.bits),
    uniform: (shape, dtype) => fill(shape, dtype, programs.uniform[dtype]),
    normal: (shape, dtype) => fill(shape, dtype, programs.normal[dtype]),
    exponential: (shape, dtype) => fill(shape, dtype, programs.exponential[dtype]),
    integers(shape, low, high) {
      checkIntegers(low, high)
      // All of int32: the range does not fit a word, and every word is a number.
      if (high - low === 2 ** 32) return this.bits(shape).to('int32')
      return fill(shape, 'int32', programs.integers, [high - low, low >>> 0])
    },
    flags(shape, p) {
      const most = Math.round(checkProbability(p) * 2 ** 32) - 1
      const drawn = fill(shape, 'bool', programs.flags, [Math.max(most, 0)])
      return most < 0 ? drawn.zero_() : drawn
    },
    permutation(n) {
      checkLength(n, 'permutation')
      // Words that are equal keep their order; with so many rounds hardly any pair of positions does so in all of them.
      const rounds = Math.max(1, Math.ceil((3 * Math.log(n)) / Math.log(2 ** 32)))
      return tidy(() => {
        let order = argsort(this.bits([n]))
        for (let round = 1; round < rounds; round++) order = indexSelect(order, 0, argsort(this.bits([n])))
        return order
      })
    },
    split(count) {
      const made = fill([checkLength(count, 'split'), 2], 'uint32', programs.keys)
      return Array.from({ length: count }, (_, i) => {
        const fresh = NDArray.allocate(state.device, 'uint32', [STATE])
        fresh.zero_()
        fresh.view([2], [1], COUNTER).copy_(made.view([2], [1], 2 * i))
        return generatorOf(fresh)
      })
    },
  }
  return generator
}

/** @throws {RungsError} outside [0, 1], with PyTorch's text. */
export function checkProbability(p: number): number {
  if (p >= 0 && p <= 1) return p
  throw new RungsError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`)
}
