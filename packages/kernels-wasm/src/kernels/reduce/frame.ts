import type { DType, TypedProgram } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32, type Local, type ModuleBuilder } from '../../emit/index.ts'
import { CallFormat, Odometer } from '../call.ts'
import { castQuad } from '../casts.ts'
import { Coordinates } from '../coordinates.ts'
import { Cursor, type Stride } from '../cursor.ts'
import { coordsOf, costOf, ProgramEmitter } from '../program.ts'
import { type Quad, storeLane } from '../quad.ts'
import { type Accumulation, Accumulator } from './accumulate.ts'

export interface Reduction {
  readonly program: TypedProgram
  readonly accumulation: Accumulation
  readonly out: DType
  /** Of the operands along the axis of the lanes. */
  readonly strides: readonly Stride[]
}

/** Programs up to this cost wait for memory, not for arithmetic. */
const LIGHT = 4

/** What the ways of reducing have in common: where the operands are, and how to get on. */
export class Frame {
  readonly f: FunctionBuilder
  readonly reduction: Reduction
  readonly scratch: Code
  readonly emitter: ProgramEmitter
  /** Accumulators of blocks and of totals. */
  readonly blocks: Accumulator
  readonly totals: Accumulator
  /** How many axes are kept, and the number of the innermost kept and reduced ones. */
  readonly kept: Local
  readonly keptAxis: Local
  readonly reducedAxis: Local
  readonly rank: Local
  /** Addresses at the kept position: the output, then the inputs. */
  readonly starts: readonly Local[]
  readonly keptAxes: Odometer
  /** Addresses of the inputs at the position of the reduced axes. */
  readonly rows: readonly Local[]
  readonly reducedAxes: Odometer
  readonly coordinates: Coordinates
  readonly light: boolean

  constructor(module: ModuleBuilder, f: FunctionBuilder, reduction: Reduction, block: Code, scratch: Code) {
    const { program, accumulation, strides } = reduction
    const format = CallFormat.of(program, strides.length)
    this.f = f
    this.reduction = reduction
    this.scratch = scratch
    this.emitter = new ProgramEmitter(module, f, program, i32.add(block, format.scalars))
    this.blocks = new Accumulator(f, this.emitter.operators, accumulation.op, accumulation.block)
    this.totals = new Accumulator(f, this.emitter.operators, accumulation.op, accumulation.total)
    this.rank = f.local('i32', i32.load(block))
    this.kept = f.local('i32', i32.load(block, 4))
    this.keptAxis = f.local('i32', i32.sub(this.kept, 1))
    this.reducedAxis = f.local('i32', i32.sub(this.rank, 1))
    const operands = strides.map((_, q) => q)
    this.starts = operands.map((q) => f.local('i32', i32.load(block, format.bases + 4 * q)))
    this.rows = operands.slice(1).map(() => f.local('i32'))
    this.keptAxes = new Odometer(f, block, format, scratch, operands, this.starts)
    this.reducedAxes = new Odometer(f, block, format, scratch, operands.slice(1), this.rows)
    this.coordinates = new Coordinates(f, coordsOf(program), block, format)
    this.light = costOf(program) <= LIGHT && !program.usesCoords && !strides.slice(1).includes('strided')
  }

  /** A set of cursors over the inputs. */
  cursors(): Cursor[] {
    const { program, strides } = this.reduction
    return program.inputTypes.map((dtype, i) => new Cursor(this.f, dtype, strides[i + 1]!))
  }

  output(): Cursor {
    const stride = this.reduction.strides[0] === 'contiguous' ? 'contiguous' : 'strided'
    return new Cursor(this.f, this.reduction.out, stride)
  }

  /** The elements at four positions, as accumulators of blocks take them. */
  elements(cursors: readonly Cursor[], ahead: number, masks: readonly Code[]): Quad {
    const [quad] = this.emitter.results({
      input: (index) => cursors[index]!.load(ahead, masks),
      coord: (axis) => [this.coordinates.quad(axis)],
    })
    return this.blocks.from(quad!, this.reduction.program.outTypes[0]!)
  }

  /** The number of positions of the axes `[from, to)`. */
  positions(from: Code, to: Code): Local {
    const { f } = this
    const product = f.local('i32', 1)
    const axis = f.local('i32', from)
    f.while(
      () => i32.lt(axis, to),
      () => {
        f.set(product, i32.mul(product, this.keptAxes.size(axis)))
        f.increase(axis, 1)
      },
    )
    return product
  }

  /** Stand at the first position of the reduced axes. */
  beginRows(): void {
    const { f } = this
    this.rows.forEach((row, i) => {
      f.set(row, this.starts[i + 1]!)
    })
    const axis = f.local('i32', this.kept)
    f.while(
      () => i32.lt(axis, this.rank),
      () => {
        this.keptAxes.setIndex(axis, 0)
        f.increase(axis, 1)
      },
    )
  }

  /** A total as the output holds it. */
  result(total: Quad): Quad {
    return castQuad(this.f, total, this.totals.dtype, this.reduction.out)
  }

  storeOne(total: Quad): void {
    this.f.do(storeLane(this.reduction.out, this.starts[0]!, this.result(total), 0))
  }
}
