import type { Device } from '../device.ts'
import type { Compiler, FlatKernel, StridedKernel } from './kernels.ts'
import { addressesFor, advance, begin } from './walk.ts'

export function createMap(compiler: Compiler): Device['map'] {
  /** By the program's number; null where the compiler has no flat form. */
  const flat: (FlatKernel | null | undefined)[] = []
  const strided: (StridedKernel | undefined)[] = []
  const index = new Int32Array(32)

  return (program, operands, scalars, layout) => {
    const { id } = program
    if (layout.flat && !program.usesCoords) {
      let kernel = flat[id]
      if (kernel === undefined) kernel = flat[id] = compiler.flat(program)
      if (kernel !== null) {
        kernel(operands, scalars, layout.size)
        return
      }
    }
    if (layout.size === 0) return
    strided[id] ??= compiler.strided(program)
    const kernel = strided[id]!
    const at = addressesFor(0, operands.length)
    begin(operands, layout, at, index)
    do kernel(operands, scalars, layout, at, index)
    while (advance(layout, 0, layout.rank - 2, operands.length, at, index))
  }
}
