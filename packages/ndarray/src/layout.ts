import type { View } from './device.ts'
import { MAX_NDIM } from './shape.ts'

/**
 * The iteration space of one kernel call: axes, outermost first, and a row of strides for each operand. Neighbouring axes
 * that every operand walks as one are merged, axes of size 1 dropped; `rank` is at least 1. One object is used again and
 * again.
 */
export class Layout {
  rank = 1
  /** Positions in all. */
  size = 1
  /** One axis, and every operand walks it with stride 1. */
  flat = true
  /** Leading axes that a reduction keeps; its others are reduced, and both groups have at least one axis. */
  kept = 1
  readonly sizes: Int32Array = new Int32Array(MAX_NDIM + 2)
  /** By operand, then by axis. */
  readonly strides: Int32Array[] = []
  /** Where axes are kept for coordinates: which axis of the layout a dim of the space has become. */
  readonly axisOf: Int32Array = new Int32Array(MAX_NDIM + 2)

  /** All operands stand one element after another: `size` positions. */
  setFlat(size: number, operands: number): this {
    this.rank = this.kept = 1
    this.size = this.sizes[0] = size
    this.flat = true
    for (let q = 0; q < operands; q++) this.row(q)[0] = 1
    return this
  }

  /** As `setFlat`, but operands without dims stand still. */
  setRow(operands: readonly View[], size: number): this {
    this.setFlat(size, operands.length)
    for (let q = 0; q < operands.length; q++) {
      if (operands[q]!.shape.length > 0 || size === 1) continue
      this.row(q)[0] = 0
      this.flat = false
    }
    return this
  }

  /** The space `shape`, to which every operand broadcasts. `keepAxes` where a program names coordinates. */
  setMap(operands: readonly View[], shape: readonly number[], keepAxes: boolean): this {
    this.begin()
    for (let axis = 0; axis < shape.length; axis++) this.addAxis(operands, shape, axis, keepAxes, 0)
    this.close(operands.length, 0)
    this.kept = this.rank
    this.flat = this.rank === 1
    for (let q = 0; this.flat && q < operands.length; q++) {
      if (this.size === 1) this.row(q)[0] = 1
      this.flat = this.row(q)[0] === 1
    }
    return this
  }

  /** As `setMap`, with the axes listed in `reduced` moved behind the others. */
  setReduce(operands: readonly View[], shape: readonly number[], reduced: readonly number[], keepAxes: boolean): this {
    this.begin()
    for (let axis = 0; axis < shape.length; axis++) {
      if (!reduced.includes(axis)) this.addAxis(operands, shape, axis, keepAxes, 0)
    }
    this.close(operands.length, 0)
    this.kept = this.rank
    for (const axis of reduced) this.addAxis(operands, shape, axis, keepAxes, this.kept)
    this.close(operands.length, this.kept)
    this.flat = false
    return this
  }

  /** Strides of operand `q`. */
  row(q: number): Int32Array {
    return (this.strides[q] ??= new Int32Array(MAX_NDIM + 2))
  }

  private begin(): void {
    this.rank = 0
    this.size = 1
  }

  /** A group without axes gets one of size 1. */
  private close(operands: number, groupStart: number): void {
    if (this.rank > groupStart) return
    this.sizes[this.rank] = 1
    for (let q = 0; q < operands; q++) this.row(q)[this.rank] = 0
    this.rank++
  }

  private addAxis(
    operands: readonly View[],
    shape: readonly number[],
    axis: number,
    keepAxes: boolean,
    groupStart: number,
  ): void {
    const size = shape[axis]!
    this.size *= size
    if (size === 1 && !keepAxes) return
    const last = this.rank
    this.axisOf[axis] = last
    let merge = last > groupStart && !keepAxes
    for (let q = 0; q < operands.length; q++) {
      const stride = strideAlong(operands[q]!, shape.length, axis)
      const row = this.row(q)
      row[last] = stride
      if (merge && row[last - 1] !== stride * size) merge = false
    }
    if (!merge) {
      this.sizes[last] = size
      this.rank++
      return
    }
    this.sizes[last - 1]! *= size
    for (let q = 0; q < operands.length; q++) {
      const row = this.row(q)
      row[last - 1] = row[last]!
    }
  }
}

/** The stride of a view along an axis of a space of `ndim` dims that it broadcasts to. */
function strideAlong(view: View, ndim: number, axis: number): number {
  const own = axis - (ndim - view.shape.length)
  return own < 0 || view.shape[own] === 1 ? 0 : view.strides[own]!
}

/** The most axes that a group of a contraction hands to a device. */
export const MAX_GROUP_RANK = 4

/** The axes of one group of a contraction: at most four, outermost first, at least one. */
export class AxisGroup {
  rank = 1
  /** Positions in all. */
  size = 1
  // One place more than a device sees: the axis that is being merged stands there.
  readonly sizes: Int32Array = new Int32Array(MAX_GROUP_RANK + 1)
  /** By operand, then by axis; operands that do not have the group's axes have zeros. */
  readonly strides: Int32Array[] = []

  /** Strides of operand `q`. */
  row(q: number): Int32Array {
    return (this.strides[q] ??= new Int32Array(MAX_GROUP_RANK + 1))
  }
}

/** The space of a contraction; operand rows are a, b, out, then the epilogue's inputs. */
export interface ContractLayout {
  readonly batch: AxisGroup
  readonly m: AxisGroup
  readonly n: AxisGroup
  readonly k: AxisGroup
}
