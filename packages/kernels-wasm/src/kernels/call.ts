import type { Layout, TypedProgram } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32, type Local } from '../emit/index.ts'
import type { Machine } from './machine.ts'
import { coordsOf, writeScalars } from './program.ts'
import { bytesOf } from './quad.ts'

/**
 * The parameter block of a call: how many axes, how many of them are kept (for reductions), the scalars, the addresses of
 * the operands, for each coordinate its axis, and for each axis its size and the operands' steps along it, in bytes.
 */
export class CallFormat {
  readonly scalars = 8
  readonly bases: number
  readonly coords: number
  readonly axes: number
  /** Bytes of what is said about one axis. */
  readonly axisBytes: number

  constructor(operands: number, scalars: number, coords: number) {
    this.bases = this.scalars + 8 * scalars
    this.coords = this.bases + 4 * operands
    this.axes = this.coords + 4 * coords
    this.axisBytes = 4 * (1 + operands)
  }

  static of(program: TypedProgram, operands: number): CallFormat {
    return new CallFormat(operands, program.scalarTypes.length, coordsOf(program).length)
  }
}

/** Write a call of a program whose operands have been entered. */
export function writeCall(
  machine: Machine,
  program: TypedProgram,
  addresses: Int32Array,
  scales: readonly number[],
  scalars: readonly number[],
  layout: Layout,
): void {
  const { views, block } = machine
  const { i32: words } = views
  const base = block >> 2
  let at = base + 2 + 2 * scalars.length
  if (scalars.length > 0) writeScalars(views, (base + 2) >> 1, program.scalarTypes, scalars)
  for (let q = 0; q < scales.length; q++) words[at++] = addresses[q]!
  if (program.usesCoords) for (const axis of coordsOf(program)) words[at++] = layout.axisOf[axis]!
  writeAxes(words, base, at, scales, layout)
}

/** Ranks to `base`, axes to `at`. */
export function writeAxes(
  words: Int32Array,
  base: number,
  at: number,
  scales: readonly number[],
  layout: Layout,
): void {
  const { rank, sizes, strides } = layout
  words[base] = rank
  words[base + 1] = layout.kept
  let next = at
  for (let axis = 0; axis < rank; axis++) {
    words[next++] = sizes[axis]!
    for (let q = 0; q < scales.length; q++) words[next++] = strides[q]![axis]! * scales[q]!
  }
}

/** Bytes of an element of each operand: outputs, then inputs. */
export const scalesOf = ({ outTypes, inputTypes }: TypedProgram): number[] => [...outTypes, ...inputTypes].map(bytesOf)

/** Positions on some axes of a call, and with them the addresses of operands. The index of each axis is in scratch memory. */
export class Odometer {
  private readonly f: FunctionBuilder
  private readonly axes: Code
  private readonly axisBytes: number
  private readonly scratch: Code
  private readonly operands: readonly number[]
  private readonly pointers: readonly Local[]

  /** Moves `pointers`, which are those of the operands with these numbers. */
  constructor(
    f: FunctionBuilder,
    block: Code,
    { axes, axisBytes }: CallFormat,
    scratch: Code,
    operands: readonly number[],
    pointers: readonly Local[],
  ) {
    this.f = f
    this.axes = f.local('i32', i32.add(block, axes))
    this.axisBytes = axisBytes
    this.scratch = scratch
    this.operands = operands
    this.pointers = pointers
  }

  /** Where axis `axis` is described. */
  record(axis: Code): Code {
    return i32.add(this.axes, i32.mul(axis, this.axisBytes))
  }

  size(axis: Code): Code {
    return i32.load(this.record(axis))
  }

  step(axis: Code, operand: number): Code {
    return i32.load(this.record(axis), 4 + 4 * operand)
  }

  index(axis: Code): Code {
    return i32.load(this.indexAddress(axis))
  }

  setIndex(axis: Code, value: Code): void {
    this.f.do(i32.store(this.indexAddress(axis), value))
  }

  private indexAddress(axis: Code): Code {
    return i32.add(this.scratch, i32.shl(axis, 2))
  }

  /** Go from the first position of the axes `[from, to)` to position `position` of them, counted in row-major order. */
  seek(position: Code, from: Code, to: Code): void {
    const { f } = this
    const rest = f.local('i32', position)
    const axis = f.local('i32', to)
    const index = f.local('i32')
    f.while(
      () => i32.gt(axis, from),
      () => {
        f.increase(axis, -1)
        const record = f.local('i32', this.record(axis))
        f.set(index, i32.remU(rest, i32.load(record)))
        f.set(rest, i32.divU(rest, i32.load(record)))
        this.setIndex(axis, index)
        this.move(record, index)
      },
    )
  }

  /** One position on; after the last, the first. */
  next(from: Code, to: Code): void {
    const { f } = this
    const axis = f.local('i32', i32.sub(to, 1))
    const index = f.local('i32')
    const record = f.local('i32')
    const going = f.local('i32', i32.ge(axis, from))
    f.while(
      () => going,
      () => {
        f.set(record, this.record(axis))
        f.set(index, i32.add(this.index(axis), 1))
        f.if(
          i32.lt(index, i32.load(record)),
          () => {
            this.setIndex(axis, index)
            this.move(record, 1)
            f.set(going, 0)
          },
          () => {
            this.setIndex(axis, 0)
            this.move(record, i32.sub(1, index))
            f.increase(axis, -1)
            f.set(going, i32.ge(axis, from))
          },
        )
      },
    )
  }

  private move(record: Code, steps: Code): void {
    this.operands.forEach((operand, i) => {
      this.f.increase(this.pointers[i]!, i32.mul(steps, i32.load(record, 4 + 4 * operand)))
    })
  }
}
