import type { TypedArray } from '../dtype.ts'

/** Rows and columns that one tile computes from two packed panels. */
export const TILE_ROWS = 4
export const TILE_COLUMNS = 4

/** `sums[at + r * step + c] = Σk x[xAt + 4 k + r] · y[yAt + 4 k + c]`: sixteen sums in registers. */
export function floatTile(
  x: Float64Array,
  xAt: number,
  y: Float64Array,
  yAt: number,
  length: number,
  sums: Float64Array,
  at: number,
  step: number,
): void {
  let s00 = 0,
    s01 = 0,
    s02 = 0,
    s03 = 0
  let s10 = 0,
    s11 = 0,
    s12 = 0,
    s13 = 0
  let s20 = 0,
    s21 = 0,
    s22 = 0,
    s23 = 0
  let s30 = 0,
    s31 = 0,
    s32 = 0,
    s33 = 0
  for (let k = 0, p = xAt, q = yAt; k < length; k++, p += 4, q += 4) {
    const x0 = x[p]!,
      x1 = x[p + 1]!,
      x2 = x[p + 2]!,
      x3 = x[p + 3]!
    const y0 = y[q]!,
      y1 = y[q + 1]!,
      y2 = y[q + 2]!,
      y3 = y[q + 3]!
    s00 += x0 * y0
    s01 += x0 * y1
    s02 += x0 * y2
    s03 += x0 * y3
    s10 += x1 * y0
    s11 += x1 * y1
    s12 += x1 * y2
    s13 += x1 * y3
    s20 += x2 * y0
    s21 += x2 * y1
    s22 += x2 * y2
    s23 += x2 * y3
    s30 += x3 * y0
    s31 += x3 * y1
    s32 += x3 * y2
    s33 += x3 * y3
  }
  sums[at] = s00
  sums[at + 1] = s01
  sums[at + 2] = s02
  sums[at + 3] = s03
  at += step
  sums[at] = s10
  sums[at + 1] = s11
  sums[at + 2] = s12
  sums[at + 3] = s13
  at += step
  sums[at] = s20
  sums[at + 1] = s21
  sums[at + 2] = s22
  sums[at + 3] = s23
  at += step
  sums[at] = s30
  sums[at + 1] = s31
  sums[at + 2] = s32
  sums[at + 3] = s33
}

/** As `floatTile`, modulo 2^32. */
export function integerTile(
  x: Int32Array,
  xAt: number,
  y: Int32Array,
  yAt: number,
  length: number,
  sums: Int32Array,
  at: number,
  step: number,
): void {
  for (let r = 0; r < TILE_ROWS; r++, at += step) {
    let s0 = 0,
      s1 = 0,
      s2 = 0,
      s3 = 0
    for (let k = 0, p = xAt + r, q = yAt; k < length; k++, p += 4, q += 4) {
      const a = x[p]!
      s0 = (s0 + Math.imul(a, y[q]!)) | 0
      s1 = (s1 + Math.imul(a, y[q + 1]!)) | 0
      s2 = (s2 + Math.imul(a, y[q + 2]!)) | 0
      s3 = (s3 + Math.imul(a, y[q + 3]!)) | 0
    }
    sums[at] = s0
    sums[at + 1] = s1
    sums[at + 2] = s2
    sums[at + 3] = s3
  }
}

/** Rows `[first, first + 4)` of `source`, as far as there are any, interleaved from `panel[to]` on; zeros for the others. */
export function pack(
  source: TypedArray,
  base: number,
  rows: Int32Array,
  first: number,
  limit: number,
  columns: Int32Array,
  length: number,
  panel: TypedArray,
  to: number,
): void {
  for (let r = 0; r < 4; r++) {
    let at = to + r
    if (first + r >= limit) {
      for (let k = 0; k < length; k++, at += 4) panel[at] = 0
      continue
    }
    const start = base + rows[first + r]!
    for (let k = 0; k < length; k++, at += 4) panel[at] = source[start + columns[k]!]!
  }
}
