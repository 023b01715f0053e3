import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'

/** (m, k) · (k, n); `transposed` says that the left operand is stored as (k, m) and read as its transpose. */
export interface MatrixProduct {
  readonly suite: 'matrixProducts'
  readonly m: number
  readonly k: number
  readonly n: number
  readonly transposed: boolean
}

const product = (title: string, m: number, k: number, n: number, transposed = false): Column<MatrixProduct> => ({
  title,
  what: { suite: 'matrixProducts', m, k, n, transposed },
})

export const matrixProducts: Suite<MatrixProduct> = {
  id: 'matrixProducts',
  title: 'Matrix products',
  about: "Float32. The last three are the two-layer step's: forward twice, and the first weight's gradient.",
  columns: [
    product('256³', 256, 256, 256),
    product('512³', 512, 512, 512),
    product('64×1000 · 1000×100', 64, 1000, 100),
    product('64×100 · 100×10', 64, 100, 10),
    product('(64×1000)ᵀ · 64×100', 1000, 64, 100, true),
  ],
  expected({ m, k, n, transposed }) {
    const { a, b } = matrices({ m, k, n })
    return multiply(a, b, m, k, n, transposed)
  },
}

/** The operands of a product, as they are stored. */
export function matrices({ m, k, n }: Pick<MatrixProduct, 'm' | 'k' | 'n'>): { a: Float32Array; b: Float32Array } {
  return { a: uniform(m * k, 1), b: uniform(k * n, 2) }
}

/** In float64. */
export function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  m: number,
  k: number,
  n: number,
  transposed = false,
): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const value = a[transposed ? p * m + i : i * k + p]!
      for (let j = 0; j < n; j++) out[i * n + j]! += value * b[p * n + j]!
    }
  }
  return out
}
