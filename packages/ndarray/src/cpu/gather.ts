import type { Device, IndexedAxis, ScatterOp, View } from '../device.ts'
import { IndexError } from '../errors.ts'
import type { Layout } from '../layout.ts'
import { arrayOf } from './memory.ts'
import { addressesFor, advance, begin } from './walk.ts'

const index = new Int32Array(32)

export const gather: Device['gather'] = (operands, layout, axis) => {
  if (layout.size === 0) return
  checkIndices(operands[2]!, 2, operands, layout, axis)
  const [out, source, indices] = [arrayOf(operands[0]!), arrayOf(operands[1]!), arrayOf(operands[2]!)]
  const inner = layout.rank - 1
  const n = layout.sizes[inner]!
  const [s0, s1, s2] = [layout.strides[0]![inner]!, layout.strides[1]![inner]!, layout.strides[2]![inner]!]
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    let p = at[0]!
    let q = at[1]!
    let r = at[2]!
    for (let i = 0; i < n; i++, p += s0, q += s1, r += s2) {
      const place = indices[r]!
      out[p] = source[q + (place < 0 ? place + axis.size : place) * axis.stride]!
    }
  } while (advance(layout, 0, inner, 3, at, index))
}

export function scatter(op: ScatterOp, operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
  if (layout.size === 0) return
  checkIndices(operands[1]!, 1, operands, layout, axis)
  const [target, indices, source] = [arrayOf(operands[0]!), arrayOf(operands[1]!), arrayOf(operands[2]!)]
  const inner = layout.rank - 1
  const n = layout.sizes[inner]!
  const [s0, s1, s2] = [layout.strides[0]![inner]!, layout.strides[1]![inner]!, layout.strides[2]![inner]!]
  const isBool = operands[0]!.dtype === 'bool'
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    let p = at[0]!
    let q = at[1]!
    let r = at[2]!
    for (let i = 0; i < n; i++, p += s0, q += s1, r += s2) {
      const place = indices[q]!
      const to = p + (place < 0 ? place + axis.size : place) * axis.stride
      if (op === 'set') target[to] = source[r]!
      else target[to] = isBool ? target[to]! | source[r]! : target[to]! + source[r]!
    }
  } while (advance(layout, 0, inner, 3, at, index))
}

/** @throws {IndexError} before anything is written. */
function checkIndices(indices: View, q: number, operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
  const { size } = axis
  const array = arrayOf(indices)
  const inner = layout.rank - 1
  const step = layout.strides[q]![inner]!
  const n = step === 0 ? 1 : layout.sizes[inner]!
  const at = addressesFor(0, 3)
  begin(operands, layout, at, index)
  do {
    for (let i = 0, p = at[q]!; i < n; i++, p += step) {
      const place = array[p]!
      if (place >= size || place < -size) {
        throw new IndexError(`index ${place} is out of bounds for dimension with size ${size}: ${axis.operation}`)
      }
    }
  } while (advance(layout, 0, inner, 3, at, index))
}
