import { type Device, Layout, sizeOf, type TypedProgram, type View } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32, type Local, type ModuleBuilder } from '../emit/index.ts'
import { CallFormat, Odometer, scalesOf, writeCall } from './call.ts'
import { Coordinates } from './coordinates.ts'
import { Cursor, type QuadBody, quadLoop, type Stride, strideCode, stridesOf } from './cursor.ts'
import type { Kernel, Machine } from './machine.ts'
import { importsOf } from './operators.ts'
import { coordsOf, costOf, ProgramEmitter } from './program.ts'

/** Programs up to this cost wait for memory, not for arithmetic: their loops are unrolled. */
const LIGHT = 8
const UNROLL = 4
/** Nanoseconds that one thread takes for each element and unit of cost, or for each operand where that is more. */
const NANOSECONDS = 0.06
/** Pieces of a call are not smaller than this. */
const GRAIN = 1024
const MEMORY_BOUND = 4 * 2 ** 20
/** Elements of arrays outside that are copied in and out at a time. */
const PIECE = 4096

/** What is known of a program, once. */
interface Plan {
  readonly scales: readonly number[]
  readonly cost: number
  readonly nanoseconds: number
  flat: Kernel | null
  /** By the strides along the innermost axis. */
  readonly rows: Map<number, Kernel>
}

export function createMap(machine: Machine): Device['map'] {
  const plans: (Plan | undefined)[] = []

  const planOf = (program: TypedProgram): Plan => {
    const scales = scalesOf(program)
    const cost = costOf(program)
    return { scales, cost, nanoseconds: NANOSECONDS * Math.max(cost, scales.length), flat: null, rows: new Map() }
  }

  const piece = new Layout()
  /** Arrays outside go through a cache, part by part: so they need no memory of their size, and no second pass over it. */
  const inPieces = (
    kernel: Kernel,
    program: TypedProgram,
    operands: readonly View[],
    scalars: readonly number[],
    scales: readonly number[],
  ): void => {
    const size = sizeOf(operands[0]!.shape)
    for (let from = 0; from < size; from += PIECE) {
      const count = Math.min(PIECE, size - from)
      const parts = operands.map(
        (view): View => ({
          storage: view.storage,
          dtype: view.dtype,
          shape: [count],
          strides: [1],
          offset: view.offset + from,
        }),
      )
      const addresses = machine.enter(parts, program.results.length)
      writeCall(machine, program, addresses, scales, scalars, piece.setFlat(count, operands.length))
      kernel.run(machine.block, machine.scratch, 0, count)
      machine.leave()
    }
  }

  return (program, operands, scalars, layout) => {
    const { size, rank } = layout
    if (size === 0) return
    const plan = (plans[program.id] ??= planOf(program))
    const flat = layout.flat && !program.usesCoords
    let kernel: Kernel
    if (flat) kernel = plan.flat ??= flatKernel(machine, program)
    else {
      const code = strideCode(layout, rank - 1, operands.length)
      kernel = plan.rows.get(code) ?? rowsKernel(machine, program, stridesOf(code, operands.length))
      plan.rows.set(code, kernel)
    }
    if (flat && size > PIECE && operands.some(machine.isOutside)) {
      inPieces(kernel, program, operands, scalars, plan.scales)
      return
    }
    const addresses = machine.enter(operands, program.results.length)
    writeCall(machine, program, addresses, plan.scales, scalars, layout)
    const row = layout.sizes[rank - 1]!
    const grain = flat || row >= GRAIN ? GRAIN : row * Math.ceil(GRAIN / row)
    // What waits for memory waits for it on two threads too, up to where no cache holds it.
    const alone = plan.cost <= LIGHT && size < MEMORY_BOUND
    machine.parallel(kernel, size, grain, alone ? 0 : plan.nanoseconds * size)
    machine.leave()
  }
}

function cursorsOf(f: FunctionBuilder, program: TypedProgram, strides: readonly Stride[]): Cursor[] {
  return [...program.outTypes, ...program.inputTypes].map((dtype, q) => new Cursor(f, dtype, strides[q]!))
}

/** What is done with four elements of every operand. */
function bodyOf(
  emitter: ProgramEmitter,
  cursors: readonly Cursor[],
  outs: number,
  coord: (index: number) => Code,
): QuadBody {
  return (ahead, masks, left) => {
    const results = emitter.results({
      input: (index) => cursors[outs + index]!.load(ahead, masks),
      coord: (axis) => [coord(axis)],
    })
    results.forEach((quad, i) => {
      if (left === null) cursors[i]!.store(quad, ahead)
      else cursors[i]!.storeSome(quad, left)
    })
  }
}

const unrollOf = (program: TypedProgram, strides: readonly Stride[]): number =>
  costOf(program) <= LIGHT && !program.usesCoords && !strides.includes('strided') ? UNROLL : 1

/** All operands one element after another: positions are elements. */
function flatKernel(machine: Machine, program: TypedProgram): Kernel {
  const format = CallFormat.of(program, scalesOf(program).length)
  return machine.kernel((module) => {
    module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, block, _scratch, from, to) => {
      const emitter = new ProgramEmitter(module, f, program, i32.add(block!, format.scalars))
      const strides = scalesOf(program).map((): Stride => 'contiguous')
      const cursors = cursorsOf(f, program, strides)
      cursors.forEach((cursor, q) => {
        const start = i32.mul(from!, scalesOf(program)[q]!)
        cursor.begin(i32.add(i32.load(block!, format.bases + 4 * q), start), 0)
      })
      const left = f.local('i32', i32.sub(to!, from!))
      quadLoop(
        f,
        cursors,
        left,
        unrollOf(program, strides),
        bodyOf(emitter, cursors, program.results.length, () => []),
      )
    })
  }, importsOf(program.nodes))
}

/** Any layout, row by row along its innermost axis. */
function rowsKernel(machine: Machine, program: TypedProgram, strides: readonly Stride[]): Kernel {
  const outs = program.results.length
  // An output has one place for each position: where its stride is 0 the axis has size 1.
  const known = strides.map((stride, q): Stride => (q < outs && stride === 'splat' ? 'strided' : stride))
  const format = CallFormat.of(program, known.length)
  return machine.kernel((module) => {
    module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, block, scratch, from, to) =>
      rows(module, f, program, known, format, { block: block!, scratch: scratch!, from: from!, to: to! }),
    )
  }, importsOf(program.nodes))
}

function rows(
  module: ModuleBuilder,
  f: FunctionBuilder,
  program: TypedProgram,
  strides: readonly Stride[],
  format: CallFormat,
  { block, scratch, from, to }: { block: Local; scratch: Local; from: Local; to: Local },
): void {
  const emitter = new ProgramEmitter(module, f, program, i32.add(block, format.scalars))
  const cursors = cursorsOf(f, program, strides)
  const operands = cursors.map((_, q) => q)
  const starts = operands.map((q) => f.local('i32', i32.load(block, format.bases + 4 * q)))
  const odometer = new Odometer(f, block, format, scratch, operands, starts)
  const inner = f.local('i32', i32.sub(i32.load(block), 1))
  const steps = operands.map((q) => f.local('i32', odometer.step(inner, q)))
  const coordinates = new Coordinates(f, coordsOf(program), block, format)
  // Rows begin at index 0 of the innermost axis, the first part of the call maybe further on.
  const index = f.local('i32', i32.remU(from, odometer.size(inner)))
  odometer.seek(i32.divU(from, odometer.size(inner)), 0, inner)
  const left = f.local('i32')
  f.while(
    () => i32.lt(from, to),
    () => {
      f.set(left, i32.min(i32.sub(odometer.size(inner), index), i32.sub(to, from)))
      f.increase(from, left)
      cursors.forEach((cursor, q) => {
        cursor.begin(i32.add(starts[q]!, i32.mul(index, steps[q]!)), steps[q]!)
      })
      coordinates.begin((axis) => odometer.index(axis), inner, index)
      const body = bodyOf(emitter, cursors, program.results.length, (axis) => coordinates.quad(axis))
      quadLoop(f, cursors, left, unrollOf(program, strides), body, () => coordinates.advance())
      f.set(index, 0)
      odometer.next(0, inner)
    },
  )
}
