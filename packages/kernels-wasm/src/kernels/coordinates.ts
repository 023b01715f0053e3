import { type Code, type FunctionBuilder, i32, i32x4, type Local, v128 } from '../emit/index.ts'
import type { CallFormat } from './call.ts'

/** The coordinates that a program names, four positions at a time along one axis. */
export class Coordinates {
  private readonly f: FunctionBuilder
  private readonly block: Code
  private readonly format: CallFormat
  private readonly walked: { readonly axis: number; readonly at: Local; readonly step: Local }[]

  constructor(f: FunctionBuilder, axes: readonly number[], block: Code, format: CallFormat) {
    this.f = f
    this.block = block
    this.format = format
    this.walked = axes.map((axis) => ({ axis, at: f.local('i32'), step: f.local('i32') }))
  }

  /** At a position: `index` gives that on any axis of the layout but the one that is walked, `along`, which is at `first`. */
  begin(index: (axis: Code) => Code, along: Code, first: Code): void {
    const { f, format } = this
    this.walked.forEach(({ at, step }, i) => {
      const axis = f.local('i32', i32.load(this.block, format.coords + 4 * i))
      f.set(step, i32.eq(axis, along))
      f.if(
        step,
        () => f.set(at, first),
        () => f.set(at, index(axis)),
      )
    })
  }

  quad(axis: number): Code {
    const { at, step } = this.walked.find((walked) => walked.axis === axis)!
    return i32x4.add(i32x4.splat(at), i32x4.mul(i32x4.splat(step), v128.const(Int32Array.of(0, 1, 2, 3))))
  }

  advance(): void {
    for (const { at, step } of this.walked) this.f.increase(at, i32.shl(step, 2))
  }
}
