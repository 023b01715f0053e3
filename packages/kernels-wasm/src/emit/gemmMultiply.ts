import { words } from './gemmBlock.ts'
import { emitInLine } from './gemmOffsets.ts'
import { emitTile, type GemmArithmetic, TILE_VECTORS } from './gemmTile.ts'
import { type Code, i32, v128 } from './index.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

/**
 * `c (+)= a · b` for a block of `mc` rows, `nc` columns and `kc` positions of k. Steps are bytes: `ra` and `ka` as tiles take
 * them, `sa` from the rows of one tile to those of the next in a, `kb` along k in b, `sb` from the columns of one tile to the
 * next in b. Elements of c stand at `c + rows[i] + columns[j]`, tables of byte offsets. `sums` is memory for one tile.
 */
export function emitMultiply(module: ModuleBuilder, arithmetic: GemmArithmetic, rows: number): EmittedFunction {
  const { bytes } = arithmetic
  const lanes = 16 / bytes
  const width = TILE_VECTORS * lanes
  const inLine = emitInLine(module, bytes)
  const scatter = emitScatter(module, arithmetic, width)
  const wide = emitStrip(module, arithmetic, rows, TILE_VECTORS, scatter)
  const slim = emitStrip(module, arithmetic, rows, 1, scatter)
  return module.function(
    { params: words(15) },
    (f, mc, nc, kc, a, sa, ra, ka, b, sb, kb, c, rowTable, columns, add, sums) => {
      const count = f.local('i32')
      const whole = f.local('i32')
      f.while(
        () => i32.gt(nc, 0),
        () => {
          f.set(count, i32.min(nc, width))
          f.set(whole, inLine(columns, count))
          const strip = (kind: EmittedFunction, size: number): void => {
            f.set(whole, i32.and(whole, i32.eq(count, size)))
            f.do(kind(mc, kc, a, sa, ra, ka, b, kb, c, rowTable, columns, count, whole, add, sums))
          }
          f.if(
            i32.gt(count, lanes),
            () => strip(wide, width),
            () => strip(slim, lanes),
          )
          f.increase(b, sb)
          f.increase(columns, 4 * width)
          f.increase(nc, -width)
        },
      )
    },
  )
}

/** Numbers of rows whose tiles are tried in turn: the widest, then halves for the rows that are left. */
const tileHeights = (rows: number): number[] => (rows === 6 ? [6, 4, 2, 1] : [4, 2, 1])

/**
 * The columns of one tile, all rows of the block. Where they are `whole` and the rows a step apart, tiles are stored at once,
 * else by way of `sums`, the `count` columns that exist.
 */
function emitStrip(
  module: ModuleBuilder,
  arithmetic: GemmArithmetic,
  rows: number,
  vectors: number,
  scatter: EmittedFunction,
): EmittedFunction {
  const heights = tileHeights(rows)
  const tiles = heights.map((height) => emitTile(module, arithmetic, height, vectors))
  const rowBytes = TILE_VECTORS * 16
  return module.function(
    { params: words(15) },
    (f, mc, kc, a, sa, ra, ka, b, kb, c, rowTable, columns, count, whole, add, sums) => {
      const at = f.local('i32')
      const step = f.local('i32')
      const offset = (row: number): Code => i32.load(rowTable, 4 * row)
      const tileOf = (i: number): void => {
        const height = heights[i]!
        const tile = tiles[i]!
        f.set(step, height > 1 ? i32.sub(offset(1), offset(0)) : 0)
        let even: Code = whole
        for (let row = 2; row < height; row++) {
          even = i32.and(even, i32.eq(i32.sub(offset(row), offset(row - 1)), step))
        }
        f.if(
          even,
          () => {
            f.set(at, i32.add(c, i32.add(i32.load(columns), offset(0))))
            f.do(tile(kc, a, ra, ka, b, kb, at, step, add))
          },
          () => {
            f.do(tile(kc, a, ra, ka, b, kb, sums, rowBytes, 0))
            f.do(scatter(height, count, c, rowTable, columns, add, sums))
          },
        )
        f.increase(mc, -height)
        f.increase(rowTable, 4 * height)
        f.increase(a, i === 0 ? sa : i32.mul(ra, height))
      }
      heights.forEach((height, i) => {
        const enough = (): Code => i32.ge(mc, height)
        if (i === 0) f.while(enough, () => tileOf(0))
        else f.if(enough(), () => tileOf(i))
      })
    },
  )
}

/** The tile at `sums` to its places in c. */
function emitScatter(module: ModuleBuilder, { bytes, add: plus }: GemmArithmetic, width: number): EmittedFunction {
  const loadElement = bytes === 4 ? v128.load32Zero : v128.load64Zero
  const storeElement = bytes === 4 ? v128.store32Lane : v128.store64Lane
  return module.function({ params: words(7) }, (f, height, count, c, rowTable, columns, add, sums) => {
    const column = f.local('i32')
    const at = f.local('i32')
    const element = f.local('v128')
    f.while(
      () => height,
      () => {
        f.for(column, 0, count, 1, () => {
          f.set(at, i32.add(i32.add(c, i32.load(rowTable)), i32.load(i32.add(columns, i32.shl(column, 2)))))
          f.set(element, loadElement(i32.add(sums, i32.mul(column, bytes))))
          f.if(add, () => f.set(element, plus(loadElement(at), element)))
          f.do(storeElement(at, element, 0))
        })
        f.increase(sums, width * bytes)
        f.increase(rowTable, 4)
        f.increase(height, -1)
      },
    )
  })
}
