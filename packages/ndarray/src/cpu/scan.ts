import type { Device } from '../device.ts'
import { dtypeNames, dtypes } from '../dtype.ts'
import { accumulatorType, type Compiler, identityOf, type ReduceKernel } from './kernels.ts'
import { BLOCK } from './reduce.ts'
import { addressesFor, advance, begin, runsByRows, shift } from './walk.ts'

export function createScan(compiler: Compiler): Device['scan'] {
  const kernels = new Map<number, ReduceKernel>()
  const accumulators = dtypeNames.map((dtype) => new dtypes[dtype].array(BLOCK))
  const positions = new Int32Array(BLOCK)
  const index = new Int32Array(32)

  return (op, program, operands, scalars, layout) => {
    if (layout.size === 0) return
    const dtype = accumulatorType(op, program.outTypes[0]!, operands[0]!.dtype)
    const { code } = dtypes[dtype]
    const byRows = runsByRows(operands.length, layout)
    const key = ((program.id * 2 + (op === 'sum' ? 1 : 0)) * 8 + code) * 2 + (byRows ? 1 : 0)
    let kernel = kernels.get(key)
    if (kernel === undefined) {
      kernel = compiler.reduction(program, { op, dtype, byRows, running: true })
      kernels.set(key, kernel)
    }

    const { kept, rank, sizes } = layout
    const along = sizes[rank - 1]!
    const identity = identityOf(op, dtype)
    const sums = accumulators[code]!
    const atOuter = addressesFor(0, operands.length)
    const at = addressesFor(1, operands.length)
    begin(operands, layout, atOuter, index)
    do {
      for (let start = 0; start < sizes[kept - 1]!; start += BLOCK) {
        const count = Math.min(BLOCK, sizes[kept - 1]! - start)
        sums.fill(identity, 0, count)
        at.set(atOuter)
        index[kept - 1] = 0
        shift(layout, kept - 1, start, operands.length, at, index)
        for (let from = 0; from < along; from += BLOCK) {
          const length = Math.min(BLOCK, along - from)
          kernel(operands, scalars, layout, at, index, sums, count, length, positions, 0)
          shift(layout, rank - 1, length, operands.length, at, index)
        }
        index[rank - 1] = 0
      }
      index[kept - 1] = 0
    } while (advance(layout, 0, kept - 1, operands.length, atOuter, index))
  }
}
