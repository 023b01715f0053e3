import {
  type Compiler,
  combining,
  type EpilogueKernel,
  type FlatKernel,
  type ReduceKernel,
  type StridedKernel,
} from './kernels.ts'
import { alongLoop, combination, lanesLoop, rowsLoop } from './loops.ts'
import * as numbers from './numbers.ts'
import { textOf, wrapOperator } from './operators.ts'
import { arrays, bodyOf, operandsOf, walkers } from './text.ts'

/** Compile text that may call the helpers of `numbers`. */
function compile<Kernel>(parameters: string, body: string): Kernel {
  const make = new Function(...Object.keys(numbers), `'use strict'; return function (${parameters}) {\n${body}\n}`)
  return make(...Object.values(numbers)) as Kernel
}

/** Kernels as JavaScript text: one `const` a node, so that the engine sees plain loops over plain numbers. */
export const functionCompiler: Compiler = {
  flat(program) {
    const { fixed, varying, stores } = bodyOf(program, (input, outs) => `d${input + outs}[a${input + outs} + i | 0]`)
    return compile<FlatKernel>(
      'operands, scalars, count',
      `${arrays(operandsOf(program), (q) => `const a${q} = buffer${q}.base + operands[${q}].offset | 0\n`)}${fixed}
for (let i = 0; i < count; i++) {
${varying}${stores((q) => `d${q}[a${q} + i | 0]`)}}`,
    )
  },

  strided(program) {
    const { fixed, varying, stores } = bodyOf(program, (input, outs) => `d${input + outs}[p${input + outs}]`)
    const operands = operandsOf(program)
    const walk = walkers(program, operands)
    return compile<StridedKernel>(
      'operands, scalars, layout, at, index',
      `const inner = layout.rank - 1, outer = inner - 1
const n = layout.sizes[inner], m = inner > 0 ? layout.sizes[outer] : 1
${arrays(operands)}${walk.begin('inner', 'outer')}${fixed}
for (let j = 0; j < m; j++) {
${walk.outer}for (let i = 0; i < n; i++) {
${varying}${stores((q) => `d${q}[p${q}]`)}${walk.inner}}
}`,
    )
  },

  reduction(program, reduction) {
    const { byRows, running } = reduction
    const { fixed, varying } = bodyOf(program, (input) => `d${input + 1}[p${input + 1}]`)
    const operands = operandsOf(program).slice(running ? 0 : 1)
    const walk = walkers(program, operands)
    const combine = combination(program, reduction)
    const along = byRows ? rowsLoop : running || combining[reduction.op] === null ? alongLoop : lanesLoop
    return compile<ReduceKernel>(
      'operands, scalars, layout, at, index, accumulators, count, length, positions, position',
      `const kept = layout.kept - 1, last = layout.rank - 1
${arrays(operands)}${walk.begin(byRows ? 'kept' : 'last', byRows ? 'last' : 'kept')}${fixed}
${along(walk, varying, combine)}`,
    )
  },

  epilogue(program) {
    const sum = textOf(wrapOperator(program.inputTypes[0]!), 'sums[from + j]')
    const { fixed, varying, stores } = bodyOf(program, (input) =>
      input === 0 ? sum : `d${input}[a${input} + columns${input}[first + j]]`,
    )
    // The output takes the place of the sum.
    const operands = [...program.inputTypes.keys()]
    return compile<EpilogueKernel>(
      'operands, scalars, at, columns, first, count, sums, from',
      `${arrays(operands, (q) => `const a${q} = at[${q}], columns${q} = columns[${q}]\n`)}${fixed}
for (let j = 0; j < count; j++) {
${varying}${stores((q) => `d${q}[a${q} + columns${q}[first + j]]`)}}`,
    )
  },
}
