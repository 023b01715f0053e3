import { cos, erf, exp, expm1, fromTypedArray, log, log1p, type NDArray, sin, tanh } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import { createWasmDevice } from '../src/index.ts'

const device = await createWasmDevice({ threads: 1 })

type Name = 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'erf'
/** Errors in units of the last place, as they stand in `math32.ts`. */
const functions: readonly { readonly name: Name; readonly ulps: number }[] = [
  { name: 'exp', ulps: 1 },
  { name: 'expm1', ulps: 1.7 },
  { name: 'log', ulps: 1 },
  { name: 'log1p', ulps: 1.5 },
  { name: 'sin', ulps: 1.6 },
  { name: 'cos', ulps: 1.6 },
  { name: 'tanh', ulps: 2.5 },
  { name: 'erf', ulps: 2.8 },
]

const bits = new Int32Array(1)
const float = new Float32Array(bits.buffer)
/** The distance of neighbouring float32 around a number. */
function ulp(x: number): number {
  float[0] = Math.abs(x)
  const rounded = float[0]
  bits[0]!++
  return Number.isFinite(float[0]) ? float[0] - rounded : 2 ** 104
}

/** Every 4099th of all float32, so of every exponent, sign, infinities and some NaN. */
function everywhere(): Float32Array {
  const all = new Uint32Array(Math.floor(2 ** 32 / 4099))
  for (let i = 0; i < all.length; i++) all[i] = i * 4099
  return new Float32Array(all.buffer)
}

/** A million numbers between two. */
const between = (low: number, high: number): Float32Array =>
  Float32Array.from({ length: 1_000_001 }, (_, i) => low + ((high - low) * i) / 1_000_000)

const corners = Float32Array.of(
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
  1,
  -1,
)

const computed: { readonly [N in Name]: (x: NDArray) => NDArray } = { exp, expm1, log, log1p, sin, cos, tanh, erf }

/** In float64: by the engine, or, for erf, by Cody's formula, which is compared with Python's elsewhere. */
function exactly(name: Name, x: Float32Array): ArrayLike<number> {
  const wide = Float64Array.from(x)
  if (name !== 'erf') return wide.map(Math[name])
  // The formula forgets the sign of zero.
  return (erf(fromTypedArray(wide, [x.length])).toTypedArraySync() as Float64Array).map((y, i) => (y === 0 ? x[i]! : y))
}

function worst(name: Name, x: Float32Array): { ulps: number; at: number } {
  const found = computed[name](fromTypedArray(x, [x.length], { device })).toTypedArraySync()
  const wanted = exactly(name, x)
  let [ulps, at] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const want = wanted[i]!
    const got = found[i]!
    if (Object.is(got, Math.fround(want))) continue
    // Right to the sign of zero, or wrong beyond measure.
    const error = got === 0 && Math.fround(want) === 0 ? Infinity : Math.abs(got - want) / ulp(want)
    if (!(error <= ulps)) [ulps, at] = [Number.isNaN(error) ? Infinity : error, x[i]!]
  }
  return { ulps, at }
}

describe.each(functions)('$name of float32 is right to $ulps ulp', ({ name, ulps }) => {
  test.each<[string, Float32Array]>([
    ['for numbers of every size', everywhere()],
    ['next to zero', between(-1.5, 1.5)],
    ['to where exponentials end', between(-105, 90)],
    ['at corners', corners],
  ])('%s', (_, x) => {
    const { ulps: found, at } = worst(name, x)
    expect(found, `${name}(${at})`).toBeLessThanOrEqual(ulps)
  })
})
