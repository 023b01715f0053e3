import type { Device, IndexedAxis, View } from '../device.ts'
import type { TypedArray } from '../dtype.ts'
import { IndexError } from '../errors.ts'
import type { Layout } from '../layout.ts'
import { arrayOf, startOf } from './memory.ts'
import { addressesFor, advance, begin } from './walk.ts'

const index = new Int32Array(32)

export const gather: Device['gather'] = (operands, layout, axis) => {
  if (layout.size === 0) return
  checkIndices(operands[2]!, layout.strides[2]!, layout, axis)
  const [out, source, indices] = operands.map(arrayOf) as [TypedArray, TypedArray, TypedArray]
  const inner = layout.rank - 1
  const length = layout.sizes[inner]!
  const steps = stepsAlong(layout, inner)
  const [fetch, block] = steps[2] === 0 ? [fetchRow, length] : [fetchEach, BLOCK]
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    for (let i = 0; i < length; i += block) {
      const [p, q, r] = [at[0]! + i * steps[0], at[1]! + i * steps[1], at[2]! + i * steps[2]]
      fetch(out, p, source, q, indices, r, Math.min(block, length - i), steps, axis)
    }
  } while (advance(layout, 0, inner, 3, at, index))
}

/** Elements of one call: a function that is called seldom, for long, stays in the form that the engine made in the middle of its loop. */
const BLOCK = 1024

type Fetch = (
  out: TypedArray,
  p: number,
  source: TypedArray,
  q: number,
  indices: TypedArray,
  r: number,
  length: number,
  steps: Steps,
  axis: IndexedAxis,
) => void

const fetchEach: Fetch = (out, p, source, q, indices, r, length, [s, t, u], { size, stride }) => {
  for (let i = 0; i < length; i++, p += s, q += t, r += u) {
    const place = indices[r]!
    out[p] = source[q + (place < 0 ? place + size : place) * stride]!
  }
}

/** From here on, one call that copies memory is faster than a loop. */
const LONG_ROW = 64

/** The index stands still along the row: all of it comes from one place. */
const fetchRow: Fetch = (out, p, source, q, indices, r, length, [s, t], { size, stride }) => {
  const place = indices[r]!
  let from = q + (place < 0 ? place + size : place) * stride
  if (s === 1 && t === 1 && length >= LONG_ROW) {
    out.set(source.subarray(from, from + length), p)
    return
  }
  for (let i = 0; i < length; i++, p += s, from += t) out[p] = source[from]!
}

export const scatter: Device['scatter'] = (op, operands, layout, axis) => {
  if (layout.size === 0) return
  checkIndices(operands[1]!, layout.strides[1]!, layout, axis)
  const [target, indices, source] = operands.map(arrayOf) as [TypedArray, TypedArray, TypedArray]
  const store = op === 'set' ? setRow : operands[0]!.dtype === 'bool' ? joinRow : addRow
  const last = layout.rank - 1
  // Whatever runs innermost, the indexed axis is walked in order for each element of the target.
  const byRows = Math.abs(layout.strides[2]![last - 1]!) < Math.abs(layout.strides[2]![last]!)
  const [inner, outer] = byRows ? [last - 1, last] : [last, last - 1]
  const steps = stepsAlong(layout, inner)
  const [s, t, u] = stepsAlong(layout, outer)
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    let p = at[0]!
    let q = at[1]!
    let r = at[2]!
    for (let i = 0; i < layout.sizes[outer]!; i++, p += s, q += t, r += u) {
      store(target, p, indices, q, source, r, layout.sizes[inner]!, steps, axis)
    }
  } while (advance(layout, 0, last - 1, 3, at, index))
}

type Steps = readonly [number, number, number]
const stepsAlong = ({ strides }: Layout, axis: number): Steps => [
  strides[0]![axis]!,
  strides[1]![axis]!,
  strides[2]![axis]!,
]

type StoreRow = (
  target: TypedArray,
  p: number,
  indices: TypedArray,
  q: number,
  source: TypedArray,
  r: number,
  length: number,
  steps: Steps,
  axis: IndexedAxis,
) => void

const setRow: StoreRow = (target, p, indices, q, source, r, length, [s, t, u], { size, stride }) => {
  for (let i = 0; i < length; i++, p += s, q += t, r += u) {
    const place = indices[q]!
    target[p + (place < 0 ? place + size : place) * stride] = source[r]!
  }
}

const addRow: StoreRow = (target, p, indices, q, source, r, length, [s, t, u], { size, stride }) => {
  for (let i = 0; i < length; i++, p += s, q += t, r += u) {
    const place = indices[q]!
    target[p + (place < 0 ? place + size : place) * stride]! += source[r]!
  }
}

/** Bools: their sum is `or`. */
const joinRow: StoreRow = (target, p, indices, q, source, r, length, [s, t, u], { size, stride }) => {
  for (let i = 0; i < length; i++, p += s, q += t, r += u) {
    const place = indices[q]!
    target[p + (place < 0 ? place + size : place) * stride]! |= source[r]!
  }
}

/** Each index once, however often the others' axes repeat it. @throws {IndexError} before anything is written. */
function checkIndices(view: View, strides: Int32Array, layout: Layout, { size, operation }: IndexedAxis): void {
  const indices = arrayOf(view)
  const visit = (axis: number, at: number): void => {
    const stride = strides[axis]!
    const count = stride === 0 ? 1 : layout.sizes[axis]!
    if (axis < layout.rank - 1) {
      for (let i = 0; i < count; i++) visit(axis + 1, at + i * stride)
      return
    }
    for (let i = 0; i < count; i++) {
      const place = indices[at + i * stride]!
      if (place >= size || place < -size) {
        throw new IndexError(`index ${place} is out of bounds for dimension with size ${size}: ${operation}`)
      }
    }
  }
  visit(0, startOf(view))
}
