import type { DType, Layout } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32, type Local } from '../emit/index.ts'
import {
  bytesOf,
  keep,
  LANES,
  laneAddresses,
  laneMasks,
  loadLanes,
  loadQuad,
  loadSplat,
  type Quad,
  storeLane,
  storeQuad,
} from './quad.ts'

/** How an operand goes along the innermost axis: element after element, the same element again, or in steps. */
export type Stride = 'contiguous' | 'splat' | 'strided'

const strides: readonly Stride[] = ['splat', 'contiguous', 'strided']

/** A digit for the strides of each operand along an axis, to base 3. */
export function strideCode({ strides: rows }: Layout, axis: number, operands: number): number {
  let code = 0
  for (let q = operands - 1; q >= 0; q--) {
    const stride = rows[q]![axis]!
    code = code * 3 + (stride === 1 ? 1 : stride === 0 ? 0 : 2)
  }
  return code
}

export const stridesOf = (code: number, operands: number): Stride[] =>
  Array.from({ length: operands }, (_, q) => strides[Math.floor(code / 3 ** q) % 3]!)

/** One operand on its way along the innermost axis, four elements at a time. */
export class Cursor {
  readonly dtype: DType
  readonly stride: Stride
  /** The address of the next element. */
  readonly p: Local
  private readonly f: FunctionBuilder
  /** Bytes to the next element. */
  private readonly step: Local
  private repeated: Quad = []

  constructor(f: FunctionBuilder, dtype: DType, stride: Stride) {
    this.f = f
    this.dtype = dtype
    this.stride = stride
    this.p = f.local('i32')
    this.step = f.local('i32')
  }

  /** Stand at `address`, to walk in steps of `step` bytes. */
  begin(address: Code, step: Code): void {
    const { f, dtype } = this
    f.set(this.p, address)
    if (this.stride === 'strided') f.set(this.step, step)
    if (this.stride === 'splat') this.repeated = keep(f, loadSplat(dtype, this.p))
  }

  /** Four elements; `ahead` quads from here on where they are contiguous. */
  load(ahead: number, masks: readonly Code[]): Quad {
    if (this.stride === 'splat') return this.repeated
    if (this.stride === 'contiguous') return loadQuad(this.dtype, this.p, ahead * this.quadBytes)
    return loadLanes(this.dtype, laneAddresses(this.f, this.p, this.step, masks))
  }

  /** Store four elements. */
  store(quad: Quad, ahead: number): void {
    storeQuad(this.f, this.dtype, this.p, quad, ahead * this.quadBytes)
  }

  /** Store the first `left` of four elements. */
  storeSome(quad: Quad, left: Code): void {
    const { f, dtype, stride } = this
    const lanes = (address: (lane: number) => readonly [Code, number]): void => {
      for (const lane of LANES) {
        const [at, offset] = address(lane)
        const store = (): void => f.do(storeLane(dtype, at, quad, lane, offset))
        if (lane === 0) store()
        else f.if(i32.gt(left, lane), store)
      }
    }
    if (stride === 'contiguous') {
      f.if(
        i32.ge(left, 4),
        () => this.store(quad, 0),
        () => lanes((lane) => [this.p, lane * bytesOf(dtype)]),
      )
    } else lanes((lane) => [i32.add(this.p, i32.mul(this.step, lane)), 0])
  }

  advance(quads: number): void {
    if (this.stride === 'contiguous') this.f.increase(this.p, quads * this.quadBytes)
    if (this.stride === 'strided') this.f.increase(this.p, i32.mul(this.step, 4 * quads))
  }

  private get quadBytes(): number {
    return 4 * bytesOf(this.dtype)
  }
}

/** What a loop does with four elements: `ahead` quads from the cursors; `left` where there may be fewer than four. */
export type QuadBody = (ahead: number, masks: readonly Code[], left: Code | null) => void

/**
 * `left` elements, four by four: `unroll` quads at a time where there are as many, then quads of which the last may be a
 * part. `advance` moves whatever moves besides the cursors.
 */
export function quadLoop(
  f: FunctionBuilder,
  cursors: readonly Cursor[],
  left: Local,
  unroll: number,
  body: QuadBody,
  advance: () => void = () => {},
): void {
  const go = (quads: number): void => {
    for (const cursor of cursors) cursor.advance(quads)
    f.increase(left, -4 * quads)
  }
  if (unroll > 1) {
    f.while(
      () => i32.ge(left, 4 * unroll),
      () => {
        for (let ahead = 0; ahead < unroll; ahead++) body(ahead, [], null)
        go(unroll)
      },
    )
  }
  f.while(
    () => i32.gt(left, 0),
    () => {
      body(0, cursors.some(({ stride }) => stride === 'strided') ? laneMasks(f, left) : [], left)
      go(1)
      advance()
    },
  )
}
