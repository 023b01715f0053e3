import type { TypedArray } from '../dtype.ts'

/** A matrix at computed places: element (i, k) is `array[base + rows[i] + steps[k]]`; products are summed over k. */
export interface Matrix {
  readonly array: TypedArray
  base: number
  readonly rows: Int32Array
  readonly steps: Int32Array
  readonly count: number
}

/** Rows `[first, first + 4)` interleaved from `panel[to]` on, zeros where there are no more. */
export function packPanel(source: Matrix, first: number, length: number, panel: TypedArray, to: number): void {
  const { array, base, rows, steps, count } = source
  if (first + 4 > count) {
    panel.fill(0, to, to + 4 * length)
    for (let r = first; r < count; r++) {
      const start = base + rows[r]!
      for (let k = 0, at = to + r - first; k < length; k++, at += 4) panel[at] = array[start + steps[k]!]!
    }
    return
  }
  const a = base + rows[first]!
  const b = base + rows[first + 1]!
  const c = base + rows[first + 2]!
  const d = base + rows[first + 3]!
  for (let k = 0, at = to; k < length; k++, at += 4) {
    const step = steps[k]!
    panel[at] = array[a + step]!
    panel[at + 1] = array[b + step]!
    panel[at + 2] = array[c + step]!
    panel[at + 3] = array[d + step]!
  }
}
