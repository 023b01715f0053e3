import type { View } from './device.ts'

/** The same elements in the same places. */
export function isSameView(a: View, b: View): boolean {
  if (a.storage !== b.storage || a.offset !== b.offset || a.shape.length !== b.shape.length) return false
  return a.shape.every((size, i) => size === b.shape[i] && (size <= 1 || a.strides[i] === b.strides[i]))
}

/** First and last element that a view touches. */
function extent({ shape, strides, offset }: View): [number, number] {
  let first = offset
  let last = offset
  for (let i = 0; i < shape.length; i++) {
    const reach = (shape[i]! - 1) * strides[i]!
    if (reach < 0) first += reach
    else last += reach
  }
  return [first, last]
}

/** Whether two views of one storage may share an element; never false where they do. */
export function mayOverlap(a: View, b: View): boolean {
  if (a.storage !== b.storage) return false
  const [firstA, lastA] = extent(a)
  const [firstB, lastB] = extent(b)
  return firstA <= lastB && firstB <= lastA
}

/** Whether two positions of a view may be one element: strides, sorted, must each step over all the smaller ones. */
export function overlapsItself({ shape, strides }: View): boolean {
  if (shape.includes(0)) return false
  const axes = shape.map((size, i) => ({ size, stride: Math.abs(strides[i]!) })).filter(({ size }) => size > 1)
  axes.sort((a, b) => a.stride - b.stride)
  let covered = 0
  for (const { size, stride } of axes) {
    if (stride <= covered) return true
    covered += (size - 1) * stride
  }
  return false
}
