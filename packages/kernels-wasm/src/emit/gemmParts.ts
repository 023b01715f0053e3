import type { FunctionBuilder, Local } from './function.ts'
import { blockReader, gemmBlock, words } from './gemmBlock.ts'
import { emitOffsetAt } from './gemmOffsets.ts'
import { type Code, i32 } from './instructions.ts'
import type { ModuleBuilder } from './module.ts'

/** Rows and columns of one matrix of a batch: `[row, rowEnd)` by `[column, columnEnd)`. */
export interface Part {
  readonly block: Local
  readonly scratch: Local
  /** Where the matrix begins in each operand. */
  readonly a: Local
  readonly b: Local
  readonly c: Local
  readonly row: Local
  readonly rowEnd: Local
  readonly column: Local
  readonly columnEnd: Local
  /** Whether the matrix before was of the same rows and columns, and its operand the same. */
  readonly sameA: Code
  readonly sameB: Code
}

/**
 * Exports `run(block, scratch, from, to)`, which does `body` to the parts `from` to `to` of a contraction. Parts that follow
 * one another along m are taken as one, so that cutting a contraction finely costs one thread nothing.
 */
export function emitParts(module: ModuleBuilder, body: (f: FunctionBuilder, part: Part) => void): void {
  const offsetAt = emitOffsetAt(module)
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
    const one = i32.const(1)
    f.while(
      () => i32.lt(part, end),
      () => {
        f.set(rest, i32.remU(part, word(gemmBlock.partsM)))
        f.set(taken, i32.min(i32.sub(word(gemmBlock.partsM), rest), i32.sub(end, part)))
        range(row, rowEnd, rest, taken, gemmBlock.partM, gemmBlock.m)
        f.set(rest, i32.divU(part, word(gemmBlock.partsM)))
        range(column, columnEnd, i32.remU(rest, word(gemmBlock.partsN)), one, gemmBlock.partN, gemmBlock.n)
        range(item, itemEnd, i32.divU(rest, word(gemmBlock.partsN)), one, gemmBlock.partBatch, gemmBlock.batch)
        f.set(beforeA, i32.const(-1))
        f.set(beforeB, i32.const(-1))
        f.while(
          () => i32.lt(item, itemEnd),
          () => {
            const begin = (operand: Local, base: number, strides: number): void =>
              f.set(operand, i32.add(word(base), offsetAt(at(gemmBlock.batchSizes), at(strides), item)))
            begin(a, gemmBlock.a, gemmBlock.batchA)
            begin(b, gemmBlock.b, gemmBlock.batchB)
            begin(c, gemmBlock.c, gemmBlock.batchC)
            const sameA = i32.eq(a, beforeA)
            const sameB = i32.eq(b, beforeB)
            body(f, { block, scratch, a, b, c, row, rowEnd, column, columnEnd, sameA, sameB })
            f.set(beforeA, a)
            f.set(beforeB, b)
            f.increase(item, one)
          },
        )
        f.increase(part, taken)
      },
    )
  })
}

type Locals<Count extends number, List extends Local[] = []> = List['length'] extends Count
  ? List
  : Locals<Count, [...List, Local]>

/** Variables for addresses and counts. */
export const locals = <Count extends number>(f: FunctionBuilder, count: Count): Locals<Count> =>
  Array.from({ length: count }, () => f.local('i32')) as Locals<Count>
