import { words } from './gemmBlock.ts'
import type { Code } from './index.ts'
import { f32x4, f64x2, i32, i32x4, v128 } from './index.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

export type GemmType = 'float32' | 'float64' | 'int32'

/** How sums of products of one dtype are computed: a row of `gemmTypes`. */
export interface GemmArithmetic {
  /** Bytes of an element. */
  readonly bytes: 4 | 8
  readonly splat: (at: Code, offset?: number) => Code
  readonly add: (a: Code, b: Code) => Code
  /** `a · b + sum`. */
  readonly multiplyAdd: (a: Code, b: Code, sum: Code) => Code
}

/** uint32 computes as int32: products modulo 2^32 have the same bits. */
const gemmTypes: { readonly [T in GemmType]: GemmArithmetic } = {
  float32: {
    bytes: 4,
    splat: v128.load32Splat,
    add: f32x4.add,
    multiplyAdd: (a, b, sum) => f32x4.add(sum, f32x4.mul(a, b)),
  },
  float64: {
    bytes: 8,
    splat: v128.load64Splat,
    add: f64x2.add,
    multiplyAdd: (a, b, sum) => f64x2.add(sum, f64x2.mul(a, b)),
  },
  int32: {
    bytes: 4,
    splat: v128.load32Splat,
    add: i32x4.add,
    multiplyAdd: (a, b, sum) => i32x4.add(sum, i32x4.mul(a, b)),
  },
}

export interface GemmForm {
  readonly dtype: GemmType
  /** Multiply and add in one relaxed instruction: rounded once where the processor does so. */
  readonly fused: boolean
}

export function gemmArithmetic({ dtype, fused }: GemmForm): GemmArithmetic {
  const plain = gemmTypes[dtype]
  if (!fused) return plain
  if (dtype === 'float32') return { ...plain, multiplyAdd: f32x4.relaxedMadd }
  if (dtype === 'float64') return { ...plain, multiplyAdd: f64x2.relaxedMadd }
  return plain
}

/** Columns of a tile, in vectors; the last columns of a product take tiles of one. */
export const TILE_VECTORS = 2

/**
 * Rows of a tile. Of the 15 vector registers that engines have to give, 4 rows take 12: sums, two vectors of b, one of a and
 * the product. Fused, the product needs none, and 6 rows are better; 4 by 12 columns, 3 by 16 and 8 by 8 spill and lose half.
 */
export const tileRows = ({ fused, dtype }: GemmForm): number => (fused && dtype !== 'int32' ? 6 : 4)

/**
 * `c[i, j] (+)= Σk a[i, k] · b[k, j]` for `rows` rows and `vectors` vectors of columns, the sums held in registers. Steps are
 * bytes: `ra` and `ka` from row to row and along k in a, `kb` along k in b, `rc` from row to row in c; columns stand one after
 * another. So packed panels and matrices read in place are one kernel, at one speed (33.8 and 34.0 GFLOP/s, where a tile that
 * knows its steps gets 33.9). Sums run along k in one order, whatever the tile. Unrolling along k loses a third on Node 20.
 */
export function emitTile(
  module: ModuleBuilder,
  { splat, add, multiplyAdd }: GemmArithmetic,
  rows: number,
  vectors: number,
): EmittedFunction {
  return module.function({ params: words(9) }, (f, k, a, ra, ka, b, kb, c, rc, accumulate) => {
    const vector = Array.from({ length: vectors }, (_, j) => j)
    const sums = Array.from({ length: rows }, () => vector.map(() => f.local('v128')))
    const columns = vector.map(() => f.local('v128'))
    const x = f.local('v128')
    const pointers = [a]
    while (pointers.length < rows) pointers.push(f.local('i32', i32.add(pointers.at(-1)!, ra)))
    f.while(
      () => k,
      () => {
        columns.forEach((y, j) => {
          f.set(y, v128.load(b, 16 * j))
        })
        sums.forEach((row, i) => {
          f.set(x, splat(pointers[i]!))
          row.forEach((sum, j) => {
            f.set(sum, multiplyAdd(x, columns[j]!, sum))
          })
        })
        for (const pointer of pointers) f.increase(pointer, ka)
        f.increase(b, kb)
        f.increase(k, -1)
      },
    )
    const store = (old: (offset: number, sum: Code) => Code): void => {
      sums.forEach((row, i) => {
        row.forEach((sum, j) => {
          f.do(v128.store(c, old(16 * j, sum), 16 * j))
        })
        if (i < rows - 1) f.increase(c, rc)
      })
    }
    f.if(
      accumulate,
      () => store((offset, sum) => add(v128.load(c, offset), sum)),
      () => store((_, sum) => sum),
    )
  })
}
