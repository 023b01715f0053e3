import type { TypedArray } from '../dtype.ts'

/** `sums[at + r * stride + c] = Σk x[4 k + r] · y[yAt + 4 k + c]` for four rows and four columns. */
export type Tile = (
  x: TypedArray,
  y: TypedArray,
  yAt: number,
  length: number,
  sums: TypedArray,
  at: number,
  stride: number,
) => void

/** Tiles of 4×4 over float64 panels are the fastest of those from 2×4 to 8×4, by up to 15 %; float32 panels lose 5 %. */
export function floatTile(
  x: Float64Array,
  y: Float64Array,
  yAt: number,
  length: number,
  sums: Float64Array,
  at: number,
  stride: number,
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
  for (let k = 0, p = 0, q = yAt; k < length; k++, p += 4, q += 4) {
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
  at += stride
  sums[at] = s10
  sums[at + 1] = s11
  sums[at + 2] = s12
  sums[at + 3] = s13
  at += stride
  sums[at] = s20
  sums[at + 1] = s21
  sums[at + 2] = s22
  sums[at + 3] = s23
  at += stride
  sums[at] = s30
  sums[at + 1] = s31
  sums[at + 2] = s32
  sums[at + 3] = s33
}

/** As `floatTile`, modulo 2^32; fewer registers, so two rows at a time. */
export function integerTile(
  x: Int32Array,
  y: Int32Array,
  yAt: number,
  length: number,
  sums: Int32Array,
  at: number,
  stride: number,
): void {
  for (let r = 0; r < 4; r += 2, at += 2 * stride) {
    let s00 = 0
    let s01 = 0
    let s02 = 0
    let s03 = 0
    let s10 = 0
    let s11 = 0
    let s12 = 0
    let s13 = 0
    for (let k = 0, p = r, q = yAt; k < length; k++, p += 4, q += 4) {
      const x0 = x[p]!
      const x1 = x[p + 1]!
      const y0 = y[q]!
      const y1 = y[q + 1]!
      const y2 = y[q + 2]!
      const y3 = y[q + 3]!
      s00 = (s00 + Math.imul(x0, y0)) | 0
      s01 = (s01 + Math.imul(x0, y1)) | 0
      s02 = (s02 + Math.imul(x0, y2)) | 0
      s03 = (s03 + Math.imul(x0, y3)) | 0
      s10 = (s10 + Math.imul(x1, y0)) | 0
      s11 = (s11 + Math.imul(x1, y1)) | 0
      s12 = (s12 + Math.imul(x1, y2)) | 0
      s13 = (s13 + Math.imul(x1, y3)) | 0
    }
    sums[at] = s00
    sums[at + 1] = s01
    sums[at + 2] = s02
    sums[at + 3] = s03
    sums[at + stride] = s10
    sums[at + stride + 1] = s11
    sums[at + stride + 2] = s12
    sums[at + stride + 3] = s13
  }
}
