import type { Device, Layout, ReduceOp, TypedProgram, View } from '@rungs/ndarray'
import { scalesOf, writeCall } from '../call.ts'
import { strideCode, stridesOf } from '../cursor.ts'
import type { Kernel, Machine } from '../machine.ts'
import { importsOf } from '../operators.ts'
import { costOf } from '../program.ts'
import { bytesOf } from '../quad.ts'
import { type Accumulation, accumulationOf } from './accumulate.ts'
import { across, STRIP } from './across.ts'
import { along } from './along.ts'
import { Frame, type Reduction } from './frame.ts'
import { positions } from './positions.ts'
import { running } from './running.ts'

/** Nanoseconds that one thread takes for each element and unit of cost. */
const NANOSECONDS = 0.06

/**
 * `along`: one result after the other, lanes along the innermost reduced axis. `across`: a strip of results at once, lanes
 * along the innermost kept axis, row after row. `positions` and `running`: the places of extremes, and what comes before each
 * element, lanes along the innermost kept axis.
 */
const ways = { along, across, positions, running } as const
type Way = keyof typeof ways
/** How many neighbouring results are computed together. */
const strips: { readonly [W in Way]: number } = { along: 1, across: STRIP, positions: 4, running: 4 }

export function createReduce(machine: Machine): Device['reduce'] {
  const run = createRunner(machine)
  return (op, program, operands, scalars, layout) => {
    const accumulation = accumulationOf(op, program.outTypes[0]!, operands[0]!.dtype)
    run(wayOf(op, layout, operands.length), accumulation, program, operands, scalars, layout)
  }
}

export function createScan(machine: Machine): Device['scan'] {
  const run = createRunner(machine)
  return (op, program, operands, scalars, layout) => {
    if (layout.size === 0) return
    const { total } = accumulationOf(op, program.outTypes[0]!, operands[0]!.dtype)
    run('running', { op, block: total, total }, program, operands, scalars, layout)
  }
}

type Runner = (
  way: Way,
  accumulation: Accumulation,
  program: TypedProgram,
  operands: readonly View[],
  scalars: readonly number[],
  layout: Layout,
) => void

function createRunner(machine: Machine): Runner {
  const kernels = new Map<string, Kernel>()

  return (way, accumulation, program, operands, scalars, layout) => {
    const { kept, rank, sizes } = layout
    let outer = 1
    for (let axis = 0; axis < kept - 1; axis++) outer *= sizes[axis]!
    const units = outer * Math.ceil(sizes[kept - 1]! / strips[way])
    if (units === 0) return
    const out = operands[0]!.dtype
    const code = strideCode(layout, way === 'along' ? rank - 1 : kept - 1, operands.length)
    const key = `${program.id} ${way} ${accumulation.op} ${out} ${code}`
    let kernel = kernels.get(key)
    if (kernel === undefined) {
      kernel = compile(machine, way, { program, accumulation, out, strides: stridesOf(code, operands.length) })
      kernels.set(key, kernel)
    }
    const addresses = machine.enter(operands, 1)
    const scales = scalesOf(program)
    scales[0] = bytesOf(out)
    writeCall(machine, program, addresses, scales, scalars, layout)
    const grain = Math.ceil(1024 / (layout.size / units + 1))
    machine.parallel(kernel, units, grain, layout.size * costOf(program) * NANOSECONDS)
    machine.leave()
  }
}

function wayOf(op: ReduceOp, { kept, rank, sizes, strides }: Layout, operands: number): Way {
  if (op === 'argmax' || op === 'argmin') return 'positions'
  if (sizes[kept - 1]! < 4) return 'along'
  let near = 0
  let far = 0
  for (let q = 1; q < operands; q++) {
    near += Math.abs(strides[q]![kept - 1]!)
    far += Math.abs(strides[q]![rank - 1]!)
  }
  return near < far ? 'across' : 'along'
}

function compile(machine: Machine, way: Way, reduction: Reduction): Kernel {
  return machine.kernel((module) => {
    module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, block, scratch, from, to) => {
      ways[way](new Frame(module, f, reduction, block!, scratch!), from!, to!)
    })
  }, importsOf(reduction.program.nodes))
}
