import type { DType, ReduceOp } from './module.ts'
import { isFloat } from './numbers.ts'
import { cast } from './reference.ts'

/** What reducing a list gives; empty lists as `Device` says. */
export function reduceList(op: ReduceOp, list: readonly number[], dtype: DType): number {
  const to: DType = isFloat(dtype) || dtype === 'uint32' ? dtype : 'int32'
  if (op === 'sum' || op === 'prod') {
    if (isFloat(dtype))
      return cast(
        list.reduce((total, x) => (op === 'sum' ? total + x : total * x), op === 'sum' ? 0 : 1),
        'float64',
        to,
      )
    const whole = list.reduce(
      (total, x) => (op === 'sum' ? total + BigInt(x) : BigInt.asIntN(64, total * BigInt(x))),
      op === 'sum' ? 0n : 1n,
    )
    return Number(to === 'uint32' ? BigInt.asUintN(32, whole) : BigInt.asIntN(32, whole))
  }
  if (op === 'any' || op === 'all')
    return (op === 'any' ? list.some(Boolean) || list.some(Number.isNaN) : !list.includes(0)) ? 1 : 0
  let best = 0
  const more = op === 'max' || op === 'argmax'
  for (let i = 1; i < list.length; i++) {
    const [x, y] = [list[i]!, list[best]!]
    if (!Number.isNaN(y) && (Number.isNaN(x) || (more ? x > y : x < y))) best = i
  }
  return op === 'argmax' || op === 'argmin' ? best : list[best]!
}

/** The elements that each result is made of: dims `dims` of a row-major array, reduced. */
export function groupsOf(elements: readonly number[], shape: readonly number[], dims: readonly number[]): number[][] {
  const kept = shape.map((size, dim) => (dims.includes(dim) ? 1 : size))
  const groups = Array.from({ length: kept.reduce((total, size) => total * size, 1) }, (): number[] => [])
  elements.forEach((value, flat) => {
    let [group, rest, scale] = [0, flat, 1]
    for (let dim = shape.length - 1; dim >= 0; dim--) {
      const place = rest % shape[dim]!
      rest = Math.floor(rest / shape[dim]!)
      if (!dims.includes(dim)) group += place * scale
      scale *= kept[dim]!
    }
    groups[group]!.push(value)
  })
  return groups
}
