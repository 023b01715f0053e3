import type { Local } from './function.ts'
import { blockReader, gemmBlock, locals, words } from './gemmBlock.ts'
import { emitMatrix } from './gemmMatrix.ts'
import { emitOffsetAt } from './gemmOffsets.ts'
import type { GemmForm } from './gemmTile.ts'
import { type Code, i32 } from './index.ts'
import type { ModuleBuilder } from './module.ts'

/**
 * Exports `run(block, scratch, from, to)`: the parts `from` to `to` of a contraction, whatever its operands' strides. Parts
 * that follow one another along m are taken as one, so that cutting a contraction finely costs one thread nothing.
 */
export function emitGemm(module: ModuleBuilder, form: GemmForm): void {
  const offsetAt = emitOffsetAt(module)
  const matrix = emitMatrix(module, form)
  module.function({ params: words(4), export: 'run' }, (f, block, scratch, part, end) => {
    const { word, at } = blockReader(block)
    const rest = f.local('i32')
    const taken = f.local('i32')
    const [row, rowEnd, column, columnEnd, item, itemEnd] = locals(f, 6)
    const [a, b, c, beforeA, beforeB] = locals(f, 5)
    const range = (from: Local, to: Local, index: Code, count: Code, size: number, total: number): void => {
      f.set(from, i32.mul(index, word(size)))
      f.set(to, i32.min(i32.add(from, i32.mul(count, word(size))), word(total)))
    }
    f.while(
      () => i32.lt(part, end),
      () => {
        f.set(rest, i32.remU(part, word(gemmBlock.partsM)))
        f.set(taken, i32.min(i32.sub(word(gemmBlock.partsM), rest), i32.sub(end, part)))
        range(row, rowEnd, rest, taken, gemmBlock.partM, gemmBlock.m)
        f.set(rest, i32.divU(part, word(gemmBlock.partsM)))
        range(column, columnEnd, i32.remU(rest, word(gemmBlock.partsN)), 1, gemmBlock.partN, gemmBlock.n)
        range(item, itemEnd, i32.divU(rest, word(gemmBlock.partsN)), 1, gemmBlock.partBatch, gemmBlock.batch)
        f.set(beforeA, -1)
        f.set(beforeB, -1)
        f.while(
          () => i32.lt(item, itemEnd),
          () => {
            const begin = (operand: Local, base: number, strides: number): void =>
              f.set(operand, i32.add(word(base), offsetAt(at(gemmBlock.batchSizes), at(strides), item)))
            begin(a, gemmBlock.a, gemmBlock.batchA)
            begin(b, gemmBlock.b, gemmBlock.batchB)
            begin(c, gemmBlock.c, gemmBlock.batchC)
            const same = [i32.eq(a, beforeA), i32.eq(b, beforeB)]
            f.do(matrix(block, scratch, a, b, c, row, rowEnd, column, columnEnd, ...same))
            f.set(beforeA, a)
            f.set(beforeB, b)
            f.increase(item, 1)
          },
        )
        f.increase(part, taken)
      },
    )
  })
}
