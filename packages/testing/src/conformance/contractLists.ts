export const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1)

/** How many dims each group of a contraction has. */
export interface Dims {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
}

export const matrix: Dims = { batch: 0, m: 1, n: 1, k: 1 }

/** Sums of products of what views hold, by the definition: [batch, m, k] by [batch, k, n]. */
export function contractLists(
  a: readonly number[],
  b: readonly number[],
  [batch, m, n, k]: readonly [number, number, number, number],
): number[] {
  const out: number[] = []
  for (let g = 0; g < batch; g++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++) sum += a[(g * m + i) * k + l]! * b[(g * k + l) * n + j]!
        out.push(sum)
      }
    }
  }
  return out
}
