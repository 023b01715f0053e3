import { blockReader, gemmBlock, words } from './gemmBlock.ts'
import { emitParts, locals } from './gemmParts.ts'
import { type GemmArithmetic, type GemmForm, gemmArithmetic } from './gemmTile.ts'
import { type Code, i32, shuffle32, v128 } from './instructions.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

/** Columns taken at once, and vectors of each: eight sums under way, and a is read once for all of them. */
const COLUMNS = 4
const VECTORS = 2

/**
 * Exports `run`, as `emitGemm` does, for contractions of one row whose operands both stand one element after another along k,
 * with one axis of n and of k: a matrix of rows times a vector.
 */
export function emitDots(module: ModuleBuilder, form: GemmForm): void {
  const arithmetic = gemmArithmetic(form)
  const several = emitColumns(module, arithmetic, COLUMNS)
  const single = emitColumns(module, arithmetic, 1)
  emitParts(module, (f, { block, a, b, c, column, columnEnd }) => {
    const { word, stride } = blockReader(block)
    const [at, left, target] = locals(f, 3)
    f.set(at, i32.add(b, i32.mul(column, stride(gemmBlock.nB))))
    f.set(target, i32.add(c, i32.mul(column, stride(gemmBlock.nC))))
    f.set(left, i32.sub(columnEnd, column))
    const take = (columns: number, dots: EmittedFunction): void =>
      f.while(
        () => i32.ge(left, i32.const(columns)),
        () => {
          f.do(dots(word(gemmBlock.k), a, at, stride(gemmBlock.nB), target, stride(gemmBlock.nC)))
          f.increase(at, i32.mul(stride(gemmBlock.nB), i32.const(columns)))
          f.increase(target, i32.mul(stride(gemmBlock.nC), i32.const(columns)))
          f.increase(left, i32.const(-columns))
        },
      )
    take(COLUMNS, several)
    take(1, single)
  })
}

/** `c[j] = Σk a[k] · b[j][k]` for `count` columns; steps in bytes. The order of a sum does not depend on `count`. */
function emitColumns(module: ModuleBuilder, arithmetic: GemmArithmetic, count: number): EmittedFunction {
  const { bytes, add, multiplyAdd } = arithmetic
  const lanes = 16 / bytes
  const loadOne = bytes === 4 ? v128.load32Zero : v128.load64Zero
  const storeOne = bytes === 4 ? v128.store32Lane : v128.store64Lane
  return module.function({ params: words(6) }, (f, k, a, b, bStep, c, cStep) => {
    const pointers = [b]
    while (pointers.length < count) pointers.push(f.local('i32', i32.add(pointers.at(-1)!, bStep)))
    const sums = pointers.map(() => Array.from({ length: VECTORS }, () => f.local('v128')))
    const x = f.local('v128')
    const go = (load: (at: Code, offset?: number) => Code, vectors: number, size: number): void =>
      f.while(
        () => i32.ge(k, i32.const(size)),
        () => {
          for (let v = 0; v < vectors; v++) {
            f.set(x, load(a, 16 * v))
            pointers.forEach((pointer, j) => {
              f.set(sums[j]![v]!, multiplyAdd(x, load(pointer, 16 * v), sums[j]![v]!))
            })
          }
          for (const pointer of [a, ...pointers]) f.increase(pointer, i32.const(bytes * size))
          f.increase(k, i32.const(-size))
        },
      )
    go(v128.load, VECTORS, VECTORS * lanes)
    go(loadOne, 1, 1)
    for (const [first, second] of sums as [Code & { index: number }, Code][]) {
      f.set(x, add(first, second))
      f.set(x, add(x, shuffle32(x, x, [2, 3, 0, 1])))
      if (lanes === 4) f.set(x, add(x, shuffle32(x, x, [1, 0, 3, 2])))
      f.do(storeOne(c, x, 0))
      f.increase(c, cStep)
    }
  })
}
