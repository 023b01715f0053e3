import { type DType, dtypes, isFloat, type Scalar, type TypedArray } from './dtype.ts'
import { ShapeError } from './errors.ts'
import type { Shape } from './shape.ts'

/** A number or boolean, or nested arrays of them. */
export type Nested = Scalar | readonly Nested[]

/** Numbers as memory of a dtype; floats become integers truncated and saturated, NaN as 0. */
export function convertHost(values: ArrayLike<number>, dtype: DType): TypedArray {
  const info = dtypes[dtype]
  const out = new info.array(values.length)
  if (isFloat(dtype)) out.set(values)
  else if (dtype === 'bool') for (let i = 0; i < values.length; i++) out[i] = values[i] === 0 ? 0 : 1
  else {
    for (let i = 0; i < values.length; i++) {
      out[i] = Math.min(Math.max(Math.trunc(values[i]!) || 0, info.min), info.max)
    }
  }
  return out
}

/** The shape and the values, row by row, of nested arrays. @throws {ShapeError} where they are ragged. */
export function flattenNested(source: Nested): { shape: number[]; values: number[]; boolean: boolean } {
  const shape: number[] = []
  for (let level = source; Array.isArray(level); level = level[0] as Nested) {
    shape.push(level.length)
    if (level.length === 0) break
  }
  const values: number[] = []
  let booleans = 0
  const visit = (node: Nested, depth: number): void => {
    if (!Array.isArray(node)) {
      if (depth !== shape.length)
        throw new ShapeError(`expected sequence of length ${shape[depth]} at dim ${depth} (got ${describe(node)})`)
      if (typeof node !== 'number' && typeof node !== 'boolean') {
        throw new ShapeError(`array: elements are numbers or booleans, got ${describe(node)}`)
      }
      if (typeof node === 'boolean') booleans++
      values.push(Number(node))
      return
    }
    if (depth >= shape.length || node.length !== shape[depth]) {
      const expected = depth >= shape.length ? 'a number' : `sequence of length ${shape[depth]}`
      throw new ShapeError(
        `expected ${expected} at dim ${depth} (got ${node.length}): nested arrays must not be ragged`,
      )
    }
    for (const child of node as readonly Nested[]) visit(child, depth + 1)
  }
  visit(source, 0)
  return { shape, values, boolean: booleans > 0 && booleans === values.length }
}

const describe = (value: unknown): string => {
  if (value === null) return 'null'
  if (typeof value === 'object') return Object.prototype.toString.call(value)
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'bigint' ? `the bigint ${value}n` : String(value)
}

/** Nested arrays from values, row by row. */
export function nest(values: TypedArray, shape: Shape, dtype: DType): Nested {
  let position = 0
  const level = (dim: number): Nested => {
    if (dim === shape.length) {
      const value = values[position++]!
      return dtype === 'bool' ? value !== 0 : value
    }
    return Array.from({ length: shape[dim]! }, () => level(dim + 1))
  }
  return level(0)
}
