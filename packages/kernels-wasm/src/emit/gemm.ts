import { emitMatrix } from './gemmMatrix.ts'
import { emitParts } from './gemmParts.ts'
import type { GemmForm } from './gemmTile.ts'
import type { ModuleBuilder } from './module.ts'

/** Exports `run`: the parts `from` to `to` of a contraction, whatever its operands' strides. */
export function emitGemm(module: ModuleBuilder, form: GemmForm): void {
  const matrix = emitMatrix(module, form)
  emitParts(module, (f, { block, scratch, a, b, c, row, rowEnd, column, columnEnd, sameA, sameB }) =>
    f.do(matrix(block, scratch, a, b, c, row, rowEnd, column, columnEnd, sameA, sameB)),
  )
}
