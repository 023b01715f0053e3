import type { AxisGroup, ContractLayout, Epilogue } from '@rungs/ndarray'
import { type Tuning, tileFor } from '../tuning.ts'
import type { Lanes, Tile } from '../wgsl/contractForm.ts'
import type { Placed } from './call.ts'
import { rowMajorOf } from './resultLayout.ts'

/** One contraction as the kernel sees it: rows are `m`, lanes `n`; `rowOf` says which row of strides an operand has. */
export interface Plan {
  readonly operands: readonly Placed[]
  readonly rowOf: (q: number) => number
  readonly batch: AxisGroup
  readonly m: AxisGroup
  readonly n: AxisGroup
  readonly k: AxisGroup
  /** Which of the tuning's tiles. */
  readonly choice: number
  readonly tile: Tile
}

/** A narrow right side trades places with the left one, so that its many rows become the lanes. */
export const isSwapped = ({ m, n }: ContractLayout): boolean => n.size < 4 && m.size > n.size

export function planOf(
  tuning: Tuning,
  a: Placed,
  b: Placed,
  out: Placed,
  layout: ContractLayout,
  epilogue: Epilogue | null,
): Plan {
  const swapped = isSwapped(layout)
  const m = swapped ? layout.n : layout.m
  const n = swapped ? layout.m : layout.n
  const choice = tileFor(tuning, a.dtype, layout.batch.size, m.size, n.size)
  return {
    operands: [swapped ? b : a, swapped ? a : b, out, ...(epilogue?.inputs ?? [])],
    rowOf: (q) => (q < 2 && swapped ? 1 - q : q),
    batch: layout.batch,
    m,
    n,
    k: layout.k,
    choice,
    tile: tuning.contract[choice]!.tile,
  }
}

/** How a, b and out are reached: as vectors where alignment allows, and the whole buffer is. */
export function lanesOf(
  { vectorReads }: Tuning,
  plan: Plan,
  which: readonly number[],
  outStrides: Map<AxisGroup, number[]> | null,
): Lanes[] {
  const { operands, rowOf, batch, m, n, k, tile } = plan
  // Tiles turn four positions of k by themselves.
  const tiled = tile.memory === 'workgroup'
  const along = (q: number, group: AxisGroup, others: readonly AxisGroup[], whole: boolean): boolean => {
    const strides = (of: AxisGroup): ArrayLike<number> =>
      q === 2 && outStrides !== null ? (outStrides.get(of) ?? []) : of.strides[rowOf(q)]!
    const inner = group.rank - 1
    if (q < 2 && !vectorReads) return false
    if (strides(group)[inner] !== 1 || (operands[q]!.offset & 3) !== 0) return false
    if ((whole || group.rank > 1) && (group.sizes[inner]! & 3) !== 0) return false
    for (let axis = 0; axis < inner; axis++) if ((strides(group)[axis]! & 3) !== 0) return false
    return others.every((other) => {
      for (let axis = 0; axis < other.rank; axis++) if (((strides(other)[axis] ?? 0) & 3) !== 0) return false
      return true
    })
  }
  const lanes: Lanes[] = [
    !tiled && along(0, k, [batch, m], true) ? 'k' : along(0, m, [batch, k], false) ? 'm' : 'none',
    along(1, n, [batch, k], false) ? 'n' : !tiled && along(1, k, [batch, n], true) ? 'k' : 'none',
    along(2, n, [batch, m], true) && (outStrides === null || ((m.size * n.size) & 3) === 0) ? 'n' : 'none',
  ]
  return lanes.map((lane, q) => {
    const mixed = which.some((buffer, other) => buffer === which[q] && (lanes[other] ?? 'none') === 'none')
    return mixed ? 'none' : lane
  })
}

/** Strides of partial sums, row after row; whole planes are counted by the kernel. */
export function splitStrides(m: AxisGroup, n: AxisGroup): Map<AxisGroup, number[]> {
  return new Map([
    [m, rowMajorOf(m, n.size)],
    [n, rowMajorOf(n, 1)],
  ])
}
