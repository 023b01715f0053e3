import type { Device, ReduceOp, View } from '../device.ts'
import { dtypeNames, dtypes, type TypedArray } from '../dtype.ts'
import type { Layout } from '../layout.ts'
import { accumulatorType, type Compiler, identityOf, type ReduceKernel } from './kernels.ts'
import { arrayOf } from './memory.ts'
import { addressesFor, advance, begin, positionsOf, runsByRows, shift } from './walk.ts'

/**
 * Accumulators at work together: they stay in the first cache. Also how many elements one call takes along the reduced
 * axis: a kernel that is called seldom, for long, stays in the form that the engine made in the middle of its loop, whose
 * accumulators are boxed (1.8 times slower).
 */
export const BLOCK = 1024
const ops: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin']

export function createReduce(compiler: Compiler): Device['reduce'] {
  const kernels = new Map<number, ReduceKernel>()
  const accumulators = dtypeNames.map((dtype) => new dtypes[dtype].array(BLOCK))
  const positions = new Int32Array(BLOCK)
  const index = new Int32Array(32)

  return (op, program, operands, scalars, layout) => {
    const out = operands[0]!
    const dtype = accumulatorType(op, program.outTypes[0]!, out.dtype)
    const { code } = dtypes[dtype]
    const byRows = runsByRows(operands.length, layout)
    const key = ((program.id * 8 + ops.indexOf(op)) * 8 + code) * 2 + (byRows ? 1 : 0)
    let kernel = kernels.get(key)
    if (kernel === undefined) {
      kernel = compiler.reduction(program, { op, dtype, byRows, running: false })
      kernels.set(key, kernel)
    }

    const { kept, rank, sizes } = layout
    if (positionsOf(layout, 0, kept) === 0) return
    const empty = layout.size === 0
    const along = sizes[rank - 1]!
    const identity = identityOf(op, dtype)
    const isArg = op === 'argmax' || op === 'argmin'
    const sums = accumulators[code]!
    const atOuter = addressesFor(0, operands.length)
    const at = addressesFor(1, operands.length)
    begin(operands, layout, atOuter, index)
    do {
      for (let start = 0; start < sizes[kept - 1]!; start += BLOCK) {
        const count = Math.min(BLOCK, sizes[kept - 1]! - start)
        sums.fill(identity, 0, count)
        if (isArg) positions.fill(0, 0, count)
        at.set(atOuter)
        index[kept - 1] = 0
        shift(layout, kept - 1, start, operands.length, at, index)
        let position = 0
        if (!empty) {
          do {
            for (let from = 0; from < along; from += BLOCK) {
              const length = Math.min(BLOCK, along - from)
              kernel(operands, scalars, layout, at, index, sums, count, length, positions, position + from)
              shift(layout, rank - 1, length, operands.length, at, index)
            }
            shift(layout, rank - 1, -along, operands.length, at, index)
            position += along
          } while (advance(layout, kept, rank - 1, operands.length, at, index))
        }
        store(out, layout, at[0]!, isArg ? positions : sums, count)
      }
      index[kept - 1] = 0
    } while (advance(layout, 0, kept - 1, operands.length, atOuter, index))
  }
}

function store(out: View, layout: Layout, from: number, results: TypedArray, count: number): void {
  const array = arrayOf(out)
  const step = layout.strides[0]![layout.kept - 1]!
  for (let j = 0, at = from; j < count; j++, at += step) array[at] = results[j]!
}
