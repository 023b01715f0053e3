import type { Device, Epilogue } from '../device.ts'
import { isFloat } from '../dtype.ts'
import { DeviceError } from '../errors.ts'
import type { Compiler, EpilogueKernel } from './kernels.ts'
import type { Matrix } from './matrix.ts'
import { arrayOf, startOf } from './memory.ts'
import { offsetsOf } from './offsets.ts'
import { dotProducts, floats, integers, narrowProduct, packedProduct } from './products.ts'
import { epilogueOutput, plainOutput } from './sums.ts'

/** Up to so many rows (or columns) the other matrix is read in place; up to so many sums, both. */
const NARROW = 4

export function createContract(compiler: Compiler): Device['contract'] {
  const epilogues: (EpilogueKernel | undefined)[] = []
  const kernelOf = ({ program }: Epilogue): EpilogueKernel => {
    if (program.usesCoords) throw new DeviceError('cpu: the epilogue of a contraction cannot name coordinates')
    epilogues[program.id] ??= compiler.epilogue(program)
    return epilogues[program.id]!
  }

  return (a, b, out, layout, epilogue) => {
    const { batch, m, n, k } = layout
    if (batch.size === 0 || m.size === 0 || n.size === 0) return
    const length = k.size
    const arithmetic = isFloat(epilogue === null ? out.dtype : epilogue.program.inputTypes[0]!) ? floats : integers
    const isDots = m.size * n.size <= NARROW
    const isNarrow = !isDots && arithmetic.isFloat && Math.min(m.size, n.size) <= NARROW
    const swapped = isNarrow && n.size < m.size
    const [rows, columns] = swapped ? [n, m] : [m, n]
    const output =
      epilogue === null
        ? plainOutput(out, layout, rows, columns)
        : epilogueOutput(out, layout, rows, columns, epilogue, kernelOf(epilogue))

    const aStart = startOf(a)
    const bStart = startOf(b)
    const aBatch = offsetsOf(batch, 0, 0)
    const bBatch = offsetsOf(batch, 1, 1)
    const left: Matrix = {
      array: arrayOf(a),
      base: aStart,
      rows: offsetsOf(m, 0, 2),
      steps: offsetsOf(k, 0, 3),
      count: m.size,
    }
    const right: Matrix = {
      array: arrayOf(b),
      base: bStart,
      rows: offsetsOf(n, 1, 4),
      steps: offsetsOf(k, 1, 5),
      count: n.size,
    }
    for (let i = 0; i < batch.size; i++) {
      output.enter(i)
      left.base = aStart + aBatch[i]!
      right.base = bStart + bBatch[i]!
      if (isDots) dotProducts(left, right, length, arithmetic, output)
      else if (swapped) narrowProduct(right, left, length, arithmetic, output)
      else if (isNarrow) narrowProduct(left, right, length, arithmetic, output)
      else packedProduct(left, right, length, arithmetic, output, i > 0 && bBatch[i] === bBatch[i - 1])
    }
  }
}
