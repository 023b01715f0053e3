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
