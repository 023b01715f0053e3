/** float32 numbers as the bits of float16 (IEEE 754 binary16), rounded to nearest, ties to even. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000
    const magnitude = bits[i]! & 0x7fffffff
    if (magnitude > 0x7f800000) halves[i] = sign | 0x7e00
    // From 65,520 on, half a step above the largest, it is infinity.
    else if (magnitude >= 0x477ff000) halves[i] = sign | 0x7c00
    else if (magnitude < 0x38800000) halves[i] = sign | subnormal(values[i]!)
    else halves[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  }
  return halves
}

const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** Below 2^-14 a step is 2^-24, which is also the last place of a float32 from 0.5 on: adding 0.5 rounds. */
function subnormal(value: number): number {
  single[0] = Math.abs(value) + 0.5
  return singleBits[0]! - 0x3f000000
}

/** The reverse, exactly. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >>> 10) & 31
    const fraction = half & 1023
    if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
  })
}
