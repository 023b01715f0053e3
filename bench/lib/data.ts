/**
 * The numbers that every contestant computes with, the same bits in TypeScript and in Python (contestants/contestant.py):
 * uniform in [-scale / 2, scale / 2), in steps of scale / 2²⁴, so exact in float32 where `scale` is a power of two. A hash
 * of the position (the finaliser of MurmurHash3), so that no structure of the index survives.
 */
export function uniform(size: number, seed: number, scale = 1): Float32Array {
  const values = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    let hash = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x7f4a7c15)) >>> 0
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
    values[i] = ((hash >>> 8) / 2 ** 24 - 0.5) * scale
  }
  return values
}
