const f = Math.fround
const twoPi = f(2 * Math.PI)

/*
 * Cephes' logf, sinf and cosf (S. L. Moshier) as PyTorch's AVX2 code evaluates them: branch-free, every `a * b + c` a
 * fused multiply-add. Here that is `fround(a * b + c)`: the product of two float32 is exact in float64, and for none of
 * the 2^24 uniforms that can arrive does rounding the sum twice change a bit (all of them were compared with PyTorch).
 * `Math.log` and `Math.cos` are better functions, and give another last digit for two values out of three.
 */
const sqrtHalf = f(Math.SQRT1_2)
const [ln2High, ln2Low] = [f(0.693359375), f(-2.1219444e-4)]
const [l0, l1, l2] = [f(7.0376836292e-2), f(-1.151461031e-1), f(1.167699874e-1)]
const [l3, l4, l5] = [f(-1.2420140846e-1), f(1.4249322787e-1), f(-1.6668057665e-1)]
const [l6, l7, l8] = [f(2.0000714765e-1), f(-2.4999993993e-1), f(3.3333331174e-1)]

const fourOverPi = f(4 / Math.PI)
/** π / 4 in three parts, so that multiples of it can be taken away without loss. */
const [quarter1, quarter2, quarter3] = [f(0.78515625), f(2.4187564849853516e-4), f(3.774894977445941e-8)]
const [s0, s1, s2] = [f(-1.9515295891e-4), f(8.3321608736e-3), f(-1.6666654611e-1)]
const [c0, c1, c2] = [f(2.443315711809948e-5), f(-1.388731625493765e-3), f(4.166664568298827e-2)]

const float = new Float32Array(1)
const bits = new Int32Array(float.buffer)

/** ln(x) of a float32 in (0, 1]. */
function log32(x: number): number {
  float[0] = x
  const word = bits[0]!
  let exponent = (word >>> 23) - 126
  bits[0] = (word & 0x007fffff) | 0x3f000000
  let m = float[0]!
  if (m < sqrtHalf) {
    exponent -= 1
    m = f(m - 1 + m)
  } else m = f(m - 1)
  const z = f(m * m)
  let y = f(l0 * m + l1)
  y = f(y * m + l2)
  y = f(y * m + l3)
  y = f(y * m + l4)
  y = f(y * m + l5)
  y = f(y * m + l6)
  y = f(y * m + l7)
  y = f(y * m + l8)
  y = f(y * m)
  y = f(y * z + f(exponent * ln2Low))
  y = f(y - z * 0.5)
  return f(exponent * ln2High + f(m + y))
}

/**
 * Turns sixteen uniforms in [0, 1) into normals, in place: the first eight make radii √(-2 ln(1 - u)), the last eight
 * angles 2π u. Source: G. E. P. Box and M. E. Muller, "A Note on the Generation of Random Normal Deviates" (1958).
 */
export function boxMuller32(values: Float32Array, at: number): void {
  for (let i = at; i < at + 8; i++) {
    const radius = f(Math.sqrt(-2 * log32(f(1 - values[i]!))))
    const angle = f(twoPi * values[i + 8]!)
    const octant = (f(angle * fourOverPi) + 1) & ~1
    let x = f(angle - octant * quarter1)
    x = f(x - octant * quarter2)
    x = f(x - octant * quarter3)
    const z = f(x * x)
    let c = f(c0 * z + c1)
    c = f(c * z + c2)
    c = f(c * z)
    c = f(f(c * z - z * 0.5) + 1)
    let s = f(s0 * z + s1)
    s = f(s * z + s2)
    s = f(s * z)
    s = f(s * x + x)
    const swapped = (octant & 2) !== 0
    const cosine = (octant + 2) & 4 ? -(swapped ? s : c) : swapped ? s : c
    const sine = octant & 4 ? -(swapped ? c : s) : swapped ? c : s
    // PyTorch adds a mean of 0 here, which turns -0 into 0.
    values[i] = radius * cosine + 0
    values[i + 8] = radius * sine + 0
  }
}

/** The same in float64, where PyTorch calls the C library: ours can differ in the last bit, by engine. */
export function boxMuller64(values: Float64Array, at: number): void {
  for (let i = at; i < at + 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i]!))
    const angle = 2 * Math.PI * values[i + 8]!
    values[i] = radius * Math.cos(angle) + 0
    values[i + 8] = radius * Math.sin(angle) + 0
  }
}
