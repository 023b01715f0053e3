import type { TypedArray } from '../dtype.ts'
import { floatDot, integerDot, timesPanel, timesVector } from './dots.ts'
import { type Matrix, packPanel } from './matrix.ts'
import type { Output } from './sums.ts'
import { floatTile, integerTile, type Tile } from './tiles.ts'

/** What sums are made of; its memory is used by one call after another. */
export interface Arithmetic {
  readonly isFloat: boolean
  readonly dot: (a: Matrix, i: number, b: Matrix, j: number, length: number) => number
  readonly tile: Tile
  readonly make: (size: number) => TypedArray
  /** Panels of a and b, and finished sums. */
  x: TypedArray
  y: TypedArray
  sums: TypedArray
}

const none = new Float64Array(0)
/** Products of floats are added in float64 and rounded when stored. */
export const floats: Arithmetic = {
  isFloat: true,
  dot: floatDot,
  tile: floatTile as Tile,
  make: (size) => new Float64Array(size),
  x: none,
  y: none,
  sums: none,
}
export const integers: Arithmetic = {
  isFloat: false,
  dot: integerDot,
  tile: integerTile as Tile,
  make: (size) => new Int32Array(size),
  x: none,
  y: none,
  sums: none,
}

/** The most elements that are kept for the next call: 8 MB as float64. */
const KEPT = 2 ** 20

function roomFor(use: 'x' | 'y' | 'sums', size: number, arithmetic: Arithmetic): TypedArray {
  const kept = arithmetic[use]
  if (kept.length >= size) return kept
  const made = arithmetic.make(size)
  if (size <= KEPT) arithmetic[use] = made
  return made
}

/** One product after the other, both matrices read in place: for a few sums only. */
export function dotProducts(a: Matrix, b: Matrix, length: number, arithmetic: Arithmetic, out: Output): void {
  const { dot } = arithmetic
  const sums = roomFor('sums', b.count, arithmetic)
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) sums[j] = dot(a, i, b, j, length)
    out.write(i, 0, b.count, sums, 0)
  }
}

const WIDE_BLOCK = 512

/** Up to four rows of `narrow` against all of `wide`, which is read in place; the rows of `out` are those of `narrow`. */
export function narrowProduct(narrow: Matrix, wide: Matrix, length: number, arithmetic: Arithmetic, out: Output): void {
  const y = roomFor('y', 4 * length, arithmetic)
  const sums = roomFor('sums', 4 * WIDE_BLOCK, arithmetic)
  if (narrow.count === 1) {
    const start = narrow.base + narrow.rows[0]!
    for (let k = 0; k < length; k++) y[k] = narrow.array[start + narrow.steps[k]!]!
  } else packPanel(narrow, 0, length, y, 0)
  for (let first = 0; first < wide.count; first += WIDE_BLOCK) {
    const count = Math.min(WIDE_BLOCK, wide.count - first)
    if (narrow.count === 1) timesVector(wide, first, count, y, length, sums)
    else timesPanel(wide, first, count, y, length, sums, WIDE_BLOCK)
    for (let r = 0; r < narrow.count; r++) out.write(r, first, count, sums, r * WIDE_BLOCK)
  }
}

/** Elements of `b` packed at a time: 2 MB as float64. */
const PACKED = 2 ** 18

/**
 * Rows of `b` are packed in blocks and rows of `a` four at a time, over the whole length of the sum. `bIsPacked`: it is the
 * `b` of the call before.
 */
export function packedProduct(
  a: Matrix,
  b: Matrix,
  length: number,
  arithmetic: Arithmetic,
  out: Output,
  bIsPacked: boolean,
): void {
  const { tile } = arithmetic
  const most = Math.max(4, Math.floor(PACKED / Math.max(length, 1)) & ~3)
  const block = Math.min(most, (b.count + 3) & ~3)
  const x = roomFor('x', 4 * length, arithmetic)
  const y = roomFor('y', block * length, arithmetic)
  const sums = roomFor('sums', 4 * block, arithmetic)
  const reused = bIsPacked && block >= b.count && y === arithmetic.y
  for (let first = 0; first < b.count; first += block) {
    const count = Math.min(block, b.count - first)
    if (!reused) {
      for (let j = 0; j < count; j += 4) packPanel(b, first + j, length, y, j * length)
    }
    for (let i = 0; i < a.count; i += 4) {
      packPanel(a, i, length, x, 0)
      for (let j = 0; j < count; j += 4) tile(x, y, j * length, length, sums, j, block)
      for (let r = 0; r < 4 && i + r < a.count; r++) out.write(i + r, first, count, sums, r * block)
    }
  }
}
