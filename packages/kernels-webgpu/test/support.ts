import { type DType, fromTypedArray, type NDArray } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { createWebGpuDevice, type WebGpuDevice, type WebGpuOptions } from '../src/index.ts'

/** A device on the software adapter: the same on every machine. */
export const softwareDevice = async (options: WebGpuOptions = {}): Promise<WebGpuDevice> =>
  createWebGpuDevice({ gpu: await startSoftwareAdapter(), ...options })

/** Numbers from a seed (mulberry32). */
export function seeded(seed: number): { unit: () => number; below: (n: number) => number } {
  let state = seed >>> 0
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { unit, below: (n) => Math.floor(unit() * n) }
}

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const
export type TestType = keyof typeof arrays

/** Small values of a dtype, so that sums and products of integers stay exact. */
export function randomArray(random: ReturnType<typeof seeded>, dtype: TestType, shape: readonly number[]): NDArray {
  const size = shape.reduce((a, b) => a * b, 1)
  const value = {
    float32: () => random.unit() * 4 - 2,
    int32: () => random.below(9) - 4,
    uint32: () => random.below(9),
    uint8: () => random.below(9),
    bool: () => random.below(2),
  }[dtype]
  const data = new arrays[dtype](size)
  for (let i = 0; i < size; i++) data[i] = value()
  return fromTypedArray(data, [...shape], { dtype: dtype as DType })
}
