import type { AxisGroup, ContractLayout } from '@rungs/ndarray'
import { gemmBlock } from '../emit/gemmBlock.ts'
import { PANELS_A, PANELS_B } from '../emit/gemmMatrix.ts'

export const multiplications = ({ batch, m, n, k }: ContractLayout): number => batch.size * m.size * n.size * k.size

/**
 * Cache blocks. A tile's share of both operands (24 kB) stays in the first-level cache, the panels of a in the second. Blocks
 * of 128 to 1024 positions of k by 48 to 384 rows are all within 3 %.
 */
const BLOCK_K_BYTES = 2048
/** Columns of a tile that are read in place take whole cache lines for half of one. */
const IN_PLACE_K_BYTES = BLOCK_K_BYTES / 2
const BLOCK_M = PANELS_A / BLOCK_K_BYTES
const BLOCK_N = PANELS_B / BLOCK_K_BYTES
/** Parts and blocks hold whole tiles, of 4 or 6 rows and 8 columns, and whole squares along k. */
const ROWS = 12
const COLUMNS = 8
const STEPS = 4

/** Write what a kernel reads, save the addresses, from word `at` on; the number of parts, about as many as asked for. */
export function writeProduct(
  words: Int32Array,
  at: number,
  layout: ContractLayout,
  bytes: number,
  parts: number,
): number {
  const { batch, m, n, k } = layout
  const packsA = !readsInPlaceA(layout, bytes)
  const packsB = !readsInPlaceB(layout, bytes)
  const partBatch = pieceOf(batch.size, parts, 1)
  const partsBatch = piecesOf(batch.size, partBatch)
  const wanted = piecesOf(parts, partsBatch)
  const wantedM = wanted === 1 ? 1 : rowParts(layout, wanted, packsA, packsB)
  const partM = pieceOf(m.size, wantedM, ROWS)
  const partN = pieceOf(n.size, piecesOf(wanted, wantedM), COLUMNS)
  const partsM = piecesOf(m.size, partM)
  const partsN = piecesOf(n.size, partN)
  words[at + gemmBlock.m] = m.size
  words[at + gemmBlock.n] = n.size
  words[at + gemmBlock.k] = k.size
  words[at + gemmBlock.batch] = batch.size
  words[at + gemmBlock.partM] = partM
  words[at + gemmBlock.partN] = partN
  words[at + gemmBlock.partBatch] = partBatch
  words[at + gemmBlock.partsM] = partsM
  words[at + gemmBlock.partsN] = partsN
  words[at + gemmBlock.blockM] = evenly(m.size, BLOCK_M, ROWS)
  words[at + gemmBlock.blockN] = evenly(partN, BLOCK_N, COLUMNS)
  words[at + gemmBlock.blockK] = evenly(k.size, (packsB ? BLOCK_K_BYTES : IN_PLACE_K_BYTES) / bytes, STEPS)
  words[at + gemmBlock.packsA] = packsA ? 1 : 0
  words[at + gemmBlock.packsB] = packsB ? 1 : 0
  writeSizes(words, at + gemmBlock.batchSizes, batch)
  writeStrides(words, at + gemmBlock.batchA, batch, 0, bytes)
  writeStrides(words, at + gemmBlock.batchB, batch, 1, bytes)
  writeStrides(words, at + gemmBlock.batchC, batch, 2, bytes)
  writeSizes(words, at + gemmBlock.mSizes, m)
  writeStrides(words, at + gemmBlock.mA, m, 0, bytes)
  writeStrides(words, at + gemmBlock.mC, m, 2, bytes)
  writeSizes(words, at + gemmBlock.nSizes, n)
  writeStrides(words, at + gemmBlock.nB, n, 1, bytes)
  writeStrides(words, at + gemmBlock.nC, n, 2, bytes)
  writeSizes(words, at + gemmBlock.kSizes, k)
  writeStrides(words, at + gemmBlock.kA, k, 0, bytes)
  writeStrides(words, at + gemmBlock.kB, k, 1, bytes)
  return partsBatch * partsM * partsN
}

/** Operands up to so many bytes stay in the first-level cache, packed or not. */
const SMALL = 2 ** 15

/** Packing costs 1 / n of the product. Rows that run along k are nearly as good where they lie. */
function readsInPlaceA({ m, n, k }: ContractLayout, bytes: number): boolean {
  if (m.rank > 1 || k.rank > 1) return false
  return m.size * k.size * bytes <= SMALL || (n.size <= 128 && k.strides[0]![0] === 1)
}

/**
 * Packing costs 1 / m of the product. Where positions of k lie far apart in place, the columns of one tile fall into the same
 * few lines of a cache: 7 % slower at 1 kB, 16 % at 2 kB, half as fast at 4 kB.
 */
function readsInPlaceB({ m, n, k }: ContractLayout, bytes: number): boolean {
  if (n.rank > 1 || k.rank > 1 || n.strides[1]![0] !== 1) return false
  if (k.size * n.size * bytes <= SMALL) return true
  return m.size <= 128 && Math.abs(k.strides[1]![0]!) * bytes <= 1024
}

/** Of so many parts, how many along m: every part packs its own rows of a and columns of b, so those that pack least. */
function rowParts({ m, n }: ContractLayout, parts: number, packsA: boolean, packsB: boolean): number {
  let best = 1
  let least = Infinity
  for (let partsM = 1; partsM <= parts; partsM *= 2) {
    const partsN = Math.ceil(parts / partsM)
    if (partsM > Math.ceil(m.size / ROWS) || partsN > Math.ceil(n.size / COLUMNS)) continue
    const packed = (packsB ? partsM * n.size : 0) + (packsA ? partsN * m.size : 0)
    if (packed <= least) [best, least] = [partsM, packed]
  }
  return best
}

const piecesOf = (size: number, piece: number): number => (piece >= size ? 1 : Math.ceil(size / piece))

/** The size of a piece of `size`, where there are to be so many: whole units. */
const pieceOf = (size: number, pieces: number, unit: number): number =>
  pieces === 1 ? size : Math.ceil(size / pieces / unit) * unit

/** The size of pieces that are at most `most`, and as few as that allows. */
const evenly = (size: number, most: number, unit: number): number =>
  size <= most ? Math.max(size, 1) : pieceOf(size, Math.ceil(size / most), unit)

function writeSizes(words: Int32Array, at: number, { rank, sizes }: AxisGroup): void {
  words[at] = rank > 3 ? sizes[rank - 4]! : 1
  words[at + 1] = rank > 2 ? sizes[rank - 3]! : 1
  words[at + 2] = rank > 1 ? sizes[rank - 2]! : 1
  words[at + 3] = sizes[rank - 1]!
}

function writeStrides(words: Int32Array, at: number, { rank, strides }: AxisGroup, row: number, bytes: number): void {
  const own = strides[row]!
  words[at] = rank > 3 ? own[rank - 4]! * bytes : 0
  words[at + 1] = rank > 2 ? own[rank - 3]! * bytes : 0
  words[at + 2] = rank > 1 ? own[rank - 2]! * bytes : 0
  words[at + 3] = own[rank - 1]! * bytes
}
