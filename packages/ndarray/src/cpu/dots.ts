import type { TypedArray } from '../dtype.ts'
import type { Matrix } from './matrix.ts'

/** Row `i` of `a` times row `j` of `b`, in four lanes. */
export function floatDot(a: Matrix, i: number, b: Matrix, j: number, length: number): number {
  const x = a.array
  const y = b.array
  const xSteps = a.steps
  const ySteps = b.steps
  const p = a.base + a.rows[i]!
  const q = b.base + b.rows[j]!
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (const end = length - 3; k < end; k += 4) {
    s0 += x[p + xSteps[k]!]! * y[q + ySteps[k]!]!
    s1 += x[p + xSteps[k + 1]!]! * y[q + ySteps[k + 1]!]!
    s2 += x[p + xSteps[k + 2]!]! * y[q + ySteps[k + 2]!]!
    s3 += x[p + xSteps[k + 3]!]! * y[q + ySteps[k + 3]!]!
  }
  for (; k < length; k++) s0 += x[p + xSteps[k]!]! * y[q + ySteps[k]!]!
  return s0 + s1 + (s2 + s3)
}

/** As `floatDot`, modulo 2^32. */
export function integerDot(a: Matrix, i: number, b: Matrix, j: number, length: number): number {
  const x = a.array
  const y = b.array
  const xSteps = a.steps
  const ySteps = b.steps
  const p = a.base + a.rows[i]!
  const q = b.base + b.rows[j]!
  let sum = 0
  for (let k = 0; k < length; k++) sum = (sum + Math.imul(x[p + xSteps[k]!]!, y[q + ySteps[k]!]!)) | 0
  return sum
}

/** `sums[at + i] = Σk wide[first + i, k] · vector[k]` for `count` rows, four of them at a time. */
export function timesVector(
  wide: Matrix,
  first: number,
  count: number,
  vector: TypedArray,
  length: number,
  sums: TypedArray,
): void {
  const { array, base, rows, steps } = wide
  let i = 0
  for (; i < count - 3; i += 4) {
    const a = base + rows[first + i]!
    const b = base + rows[first + i + 1]!
    const c = base + rows[first + i + 2]!
    const d = base + rows[first + i + 3]!
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let k = 0; k < length; k++) {
      const step = steps[k]!
      const y = vector[k]!
      s0 += array[a + step]! * y
      s1 += array[b + step]! * y
      s2 += array[c + step]! * y
      s3 += array[d + step]! * y
    }
    sums[i] = s0
    sums[i + 1] = s1
    sums[i + 2] = s2
    sums[i + 3] = s3
  }
  for (; i < count; i++) {
    const a = base + rows[first + i]!
    let sum = 0
    for (let k = 0; k < length; k++) sum += array[a + steps[k]!]! * vector[k]!
    sums[i] = sum
  }
}

/** `sums[r * stride + i] = Σk wide[first + i, k] · panel[4 k + r]` for `count` rows. */
export function timesPanel(
  wide: Matrix,
  first: number,
  count: number,
  panel: TypedArray,
  length: number,
  sums: TypedArray,
  stride: number,
): void {
  const { array, base, rows, steps } = wide
  for (let i = 0; i < count; i++) {
    const a = base + rows[first + i]!
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let k = 0, at = 0; k < length; k++, at += 4) {
      const x = array[a + steps[k]!]!
      s0 += x * panel[at]!
      s1 += x * panel[at + 1]!
      s2 += x * panel[at + 2]!
      s3 += x * panel[at + 3]!
    }
    sums[i] = s0
    sums[stride + i] = s1
    sums[2 * stride + i] = s2
    sums[3 * stride + i] = s3
  }
}
