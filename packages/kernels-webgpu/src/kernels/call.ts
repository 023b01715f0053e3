import type { DType, Layout } from '@rungs/ndarray'
import type { GpuBuffer } from '../buffers.ts'
import type { Encoder } from '../encoder.ts'
import type { Pipelines } from '../pipelines.ts'
import type { Tuning } from '../tuning.ts'
import { accesses, type Operand, type SpaceForm } from '../wgsl/layout.ts'
import type { Width } from '../wgsl/types.ts'

/** What kernels work with. */
export interface Machine {
  readonly encoder: Encoder
  readonly pipelines: Pipelines
  readonly tuning: Tuning
  /** Buffers that one kernel binds. */
  readonly maxBuffers: number
  /** Memory that only lives between the kernels of one call; whoever made the call gives it back. */
  takeTemporary(elements: number): GpuBuffer
}

/** A view, or temporary memory seen as one. */
export interface Placed {
  readonly storage: { readonly buffer: object }
  readonly dtype: DType
  readonly offset: number
  readonly shape: readonly number[]
  /** Row-major where left out. */
  readonly strides?: readonly number[]
}

export const placed = (buffer: GpuBuffer, dtype: DType, shape: readonly number[]): Placed => ({
  storage: { buffer },
  dtype,
  offset: 0,
  shape,
})
export const bufferOf = ({ storage }: Placed): GpuBuffer => storage.buffer as GpuBuffer

/** Codes of `accesses`. */
export const STRIDED = 0
export const BROADCAST = 1
export const VECTOR = 2

/** The distinct buffers of one call, and how each operand lies in its own: the part of a kernel's key that layouts decide. */
export class Call {
  readonly buffers: GpuBuffer[] = []
  /** By operand: the number of its buffer, and its access. */
  readonly which: number[] = []
  readonly access: number[] = []
  /** Bits by buffer. */
  written = 0
  width: Width = 1
  axis = 0

  /** Number the buffers; the first `outs` operands are written. */
  bind(operands: readonly Placed[], outs: number): void {
    this.buffers.length = 0
    this.written = 0
    for (let q = 0; q < operands.length; q++) {
      const buffer = bufferOf(operands[q]!)
      let number = this.buffers.indexOf(buffer)
      if (number < 0) number = this.buffers.push(buffer) - 1
      this.which[q] = number
      if (q < outs) this.written |= 1 << number
    }
  }

  /**
   * Decide each operand's access where threads take `width` positions along `axis`. `wholeLanes`: every thread has all four
   * or the array is flat, so that outputs may be written as vectors.
   */
  classify(
    operands: readonly Placed[],
    layout: Layout,
    outs: number,
    axis: number,
    width: Width,
    wholeLanes: boolean,
  ): void {
    this.width = width
    this.axis = axis
    let scalars = 0
    for (let q = 0; q < operands.length; q++) {
      const row = layout.row(q)
      let access = STRIDED
      if (width === 4) {
        if (row[axis] === 0 && q >= outs) access = BROADCAST
        else if (row[axis] === 1 && (q >= outs || wholeLanes) && isAligned(operands[q]!, row, layout.rank, axis))
          access = VECTOR
      }
      this.access[q] = access
      if (access !== VECTOR) scalars |= 1 << this.which[q]!
    }
    for (let q = 0; q < operands.length; q++) this.seenAs(q, scalars)
  }

  /** A buffer that is seen both as vectors and as scalars is bound as scalars. */
  private seenAs(q: number, scalars: number): void {
    if (this.access[q] === VECTOR && scalars & (1 << this.which[q]!)) this.access[q] = STRIDED
  }

  /** Operand `q` must be reached element by element. */
  forceStrided(q: number, operands: number): void {
    this.place(q, STRIDED, operands)
  }

  /** Operand `q` lies as the kernel wants, whatever the layout says. */
  place(q: number, access: number, operands: number): void {
    this.access[q] = access
    if (access === VECTOR) return
    for (let other = 0; other < operands; other++) this.seenAs(other, 1 << this.which[q]!)
  }

  /** Rank, width and every operand's buffer and access in one number, or text where they are many. */
  key(operands: number, rank: number): number | string {
    if (operands > 8) {
      return `${rank}|${this.width}|${this.which.slice(0, operands).join()}|${this.access.slice(0, operands).join('')}`
    }
    let key = rank * 2 + (this.width === 4 ? 1 : 0)
    for (let q = 0; q < operands; q++) key = key * 24 + this.which[q]! * 3 + this.access[q]!
    return key
  }

  /** The same for whoever writes the text. */
  form(operands: readonly Placed[], rank: number): SpaceForm {
    return {
      rank,
      width: this.width,
      axis: this.axis,
      operands: operands.map(
        ({ dtype }, q): Operand => ({ dtype, buffer: this.which[q]!, access: accesses[this.access[q]!]! }),
      ),
      writes: this.buffers.map((_, number) => (this.written & (1 << number)) !== 0),
    }
  }
}

function isAligned({ offset }: Placed, row: Int32Array, rank: number, axis: number): boolean {
  if ((offset & 3) !== 0) return false
  for (let other = 0; other < rank; other++) if (other !== axis && (row[other]! & 3) !== 0) return false
  return true
}

/** Sizes, then each operand's offset and strides, from word `at` on; gives the word after them. */
export function writeSpace(ints: Int32Array, at: number, layout: Layout, operands: readonly Placed[]): number {
  const { rank, sizes } = layout
  let word = at
  for (let axis = 0; axis < rank; axis++) ints[word++] = sizes[axis]!
  for (let q = 0; q < operands.length; q++) {
    const row = layout.row(q)
    ints[word++] = operands[q]!.offset
    for (let axis = 0; axis < rank; axis++) ints[word++] = row[axis]!
  }
  return word
}

export function writeScalars(encoder: Encoder, at: number, types: readonly DType[], scalars: readonly number[]): void {
  for (let i = 0; i < scalars.length; i++) {
    const dtype = types[i]
    if (dtype === 'float32' || dtype === 'float16') encoder.floats[at + i] = scalars[i]!
    else if (dtype === 'bool') encoder.uints[at + i] = scalars[i] === 0 ? 0 : 1
    else encoder.ints[at + i] = scalars[i]!
  }
}
