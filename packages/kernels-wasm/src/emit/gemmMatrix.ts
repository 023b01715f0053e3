import type { Local } from './function.ts'
import { blockReader, gemmBlock, locals, words } from './gemmBlock.ts'
import { emitMultiply } from './gemmMultiply.ts'
import { emitOffsets } from './gemmOffsets.ts'
import { emitPack } from './gemmPack.ts'
import { type GemmForm, gemmArithmetic, TILE_VECTORS, tileRows } from './gemmTile.ts'
import { type Code, i32 } from './index.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

/** The most rows, columns or positions of k of a cache block. */
const TABLE_ENTRIES = 1024
/** The most bytes of a cache block of each operand. */
export const PANELS_A: number = 96 * 2048
export const PANELS_B: number = 384 * 2048
/** Scratch memory: a tile of sums, four tables of offsets, panels of a, panels of b. */
const TABLES_AT = 1024
const PANELS_A_AT = TABLES_AT + 4 * 4 * TABLE_ENTRIES
const PANELS_B_AT = PANELS_A_AT + PANELS_A

/**
 * Some rows and columns of one product, blocked for the caches: b is packed for each block of columns and of k, a for each
 * block of rows within it. Where `sameA` or `sameB`, the matrix before was of the same rows and columns, and that operand the same.
 */
export function emitMatrix(module: ModuleBuilder, form: GemmForm): EmittedFunction {
  const arithmetic = gemmArithmetic(form)
  const { bytes } = arithmetic
  const height = tileRows(form)
  const width = (TILE_VECTORS * 16) / bytes
  const offsets = emitOffsets(module)
  const packA = emitPack(module, bytes, height)
  const packB = height === width ? packA : emitPack(module, bytes, width)
  const multiply = emitMultiply(module, arithmetic, height)
  return module.function(
    { params: words(11) },
    (f, block, scratch, a, b, c, firstRow, rowEnd, column, columnEnd, sameA, sameB) => {
      const { word, at, stride } = blockReader(block)
      const place = (offset: number): Code => i32.add(scratch, offset)
      const table = (which: number): Code => place(TABLES_AT + which * 4 * TABLE_ENTRIES)
      const columnsC = table(0)
      const rowsC = table(1)
      const lines = table(2)
      const steps = table(3)
      const [row, k, rows, columns, length] = locals(f, 5)
      const [aAt, sa, ra, ka, bAt, sb, kb, keepA] = locals(f, 8)
      /** Panels outlast a block only where they hold the whole operand. */
      const isOnly = (size: number, count: Code): Code =>
        i32.and(i32.ge(word(gemmBlock.blockK), word(gemmBlock.k)), i32.ge(word(size), count))
      f.set(keepA, isOnly(gemmBlock.blockM, i32.sub(rowEnd, firstRow)))
      f.set(sameA, i32.and(sameA, keepA))
      f.set(sameB, i32.and(sameB, isOnly(gemmBlock.blockN, i32.sub(columnEnd, column))))

      const prepareB = (): void =>
        f.if(
          word(gemmBlock.packsB),
          () => {
            f.if(i32.eqz(sameB), () => {
              f.do(offsets(lines, at(gemmBlock.nSizes), at(gemmBlock.nB), column, columns))
              f.do(offsets(steps, at(gemmBlock.kSizes), at(gemmBlock.kB), k, length))
              f.do(packB(place(PANELS_B_AT), b, lines, steps, columns, length))
            })
            f.set(bAt, place(PANELS_B_AT))
            f.set(kb, width * bytes)
            f.set(sb, i32.mul(length, kb))
          },
          () => {
            f.set(kb, stride(gemmBlock.kB))
            f.set(bAt, i32.add(i32.add(b, i32.mul(k, kb)), i32.mul(column, bytes)))
            f.set(sb, width * bytes)
          },
        )

      const prepareA = (): void =>
        f.if(
          word(gemmBlock.packsA),
          () => {
            f.if(i32.eqz(sameA), () => {
              f.do(offsets(lines, at(gemmBlock.mSizes), at(gemmBlock.mA), row, rows))
              f.do(offsets(steps, at(gemmBlock.kSizes), at(gemmBlock.kA), k, length))
              f.do(packA(place(PANELS_A_AT), a, lines, steps, rows, length))
              f.set(sameA, keepA)
            })
            f.set(aAt, place(PANELS_A_AT))
            f.set(ra, bytes)
            f.set(ka, height * bytes)
            f.set(sa, i32.mul(length, ka))
          },
          () => {
            f.set(ra, stride(gemmBlock.mA))
            f.set(ka, stride(gemmBlock.kA))
            f.set(aAt, i32.add(i32.add(a, i32.mul(k, ka)), i32.mul(row, ra)))
            f.set(sa, i32.mul(ra, height))
          },
        )

      /** Blocks of at most `size` positions, at least one: a sum of nothing is 0, and is stored. */
      const blocks = (from: Local, end: Code, size: number, count: Local, body: () => void): void =>
        f.repeat(
          () => {
            f.set(count, i32.min(word(size), i32.sub(end, from)))
            body()
            f.increase(from, word(size))
          },
          () => i32.lt(from, end),
        )

      blocks(column, columnEnd, gemmBlock.blockN, columns, () => {
        f.do(offsets(columnsC, at(gemmBlock.nSizes), at(gemmBlock.nC), column, columns))
        f.set(k, 0)
        blocks(k, word(gemmBlock.k), gemmBlock.blockK, length, () => {
          prepareB()
          f.set(row, firstRow)
          blocks(row, rowEnd, gemmBlock.blockM, rows, () => {
            prepareA()
            f.do(offsets(rowsC, at(gemmBlock.mSizes), at(gemmBlock.mC), row, rows))
            f.do(multiply(rows, columns, length, aAt, sa, ra, ka, bAt, sb, kb, c, rowsC, columnsC, k, scratch))
          })
        })
      })
    },
  )
}
