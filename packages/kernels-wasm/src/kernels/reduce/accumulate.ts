import { type DType, dtypes, isFloat, type ReduceOp, type TypedNode } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32x4, type Local, shuffle32, v128 } from '../../emit/index.ts'
import { castQuad } from '../casts.ts'
import type { Operators } from '../operators.ts'
import { constant, keep, type Quad, widenMask } from '../quad.ts'

/** The operator that takes one more element into an accumulator; `argmax` and `argmin` compare. */
const combining: { readonly [O in ReduceOp]: TypedNode['op'] } = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
  any: 'or',
  all: 'and',
  argmax: 'max',
  argmin: 'min',
}

/** What leaves every element as it is. */
function identityOf(op: ReduceOp, dtype: DType): number {
  if (op === 'sum' || op === 'any') return 0
  if (op === 'prod' || op === 'all') return 1
  const least = op === 'max' || op === 'argmax'
  if (isFloat(dtype)) return least ? -Infinity : Infinity
  return least ? dtypes[dtype].min : dtypes[dtype].max
}

/**
 * How a reduction accumulates. Sums of float32 are taken in float32 over blocks of up to a thousand elements, in many
 * lanes, and the blocks' sums in float64: `block` is the dtype of the former, `total` of the latter. Products of floats are
 * float64 throughout. All else has one dtype.
 */
export interface Accumulation {
  readonly op: ReduceOp
  readonly block: DType
  readonly total: DType
}

export function accumulationOf(op: ReduceOp, from: DType, to: DType): Accumulation {
  if (op === 'any' || op === 'all') return { op, block: 'bool', total: 'bool' }
  if (op !== 'sum' && op !== 'prod') return { op, block: from, total: from }
  if (!isFloat(from) && !isFloat(to)) return { op, block: 'int32', total: 'int32' }
  return { op, block: op === 'sum' && from === 'float32' ? 'float32' : 'float64', total: 'float64' }
}

/** Accumulators of one kind, as code. */
export class Accumulator {
  readonly identity: Quad
  private readonly f: FunctionBuilder
  private readonly operators: Operators
  private readonly op: TypedNode['op']
  readonly dtype: DType

  constructor(f: FunctionBuilder, operators: Operators, op: ReduceOp, dtype: DType) {
    this.f = f
    this.operators = operators
    this.op = combining[op]
    this.dtype = dtype
    this.identity = constant(dtype, identityOf(op, dtype))
  }

  /** Variables that begin as nothing. */
  start(): Local[] {
    return this.identity.map((half) => this.f.local('v128', half))
  }

  reset(locals: readonly Local[]): void {
    this.assign(locals, this.identity)
  }

  assign(locals: readonly Local[], quad: Quad): void {
    locals.forEach((local, i) => {
      this.f.set(local, quad[i]!)
    })
  }

  combine(a: Quad, b: Quad): Quad {
    return keep(this.f, this.operators.combine(this.op, this.dtype, a, b))
  }

  /** All of them in one, neighbours first. */
  join(quads: readonly Quad[]): Quad {
    let level = [...quads]
    while (level.length > 1) {
      level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
        const [a, b] = [level[2 * i]!, level[2 * i + 1]]
        return b === undefined ? a : this.combine(a, b)
      })
    }
    return level[0]!
  }

  /** The four lanes in every lane. */
  fold(quad: Quad): Quad {
    const rotated = (half: Code, lanes: readonly number[]): Code => shuffle32(half, half, lanes)
    if (quad.length === 2) {
      const pair = this.combine(quad, [quad[1]!, quad[0]!])
      return this.combine(
        pair,
        pair.map((half) => rotated(half, [2, 3, 0, 1])),
      )
    }
    const pairs = this.combine(quad, [rotated(quad[0]!, [2, 3, 0, 1])])
    return this.combine(pairs, [rotated(pairs[0]!, [1, 0, 3, 2])])
  }

  /** The first `left` of four elements, nothing in place of the others. */
  some(quad: Quad, left: Code): Quad {
    const mask = this.f.local('v128', i32x4.lt(v128.const(Int32Array.of(0, 1, 2, 3)), i32x4.splat(left)))
    const masks = quad.length === 2 ? widenMask([mask]) : [mask]
    return keep(
      this.f,
      quad.map((half, i) => v128.bitSelect(half, this.identity[i]!, masks[i]!)),
    )
  }

  /** An element of another dtype as one to take in. */
  from(quad: Quad, dtype: DType): Quad {
    return dtype === this.dtype ? quad : keep(this.f, castQuad(this.f, quad, dtype, this.dtype))
  }
}
