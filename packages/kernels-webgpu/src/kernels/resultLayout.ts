import type { AxisGroup, ContractLayout, Layout } from '@rungs/ndarray'

/** Steps of memory that lies row by row within each group. */
interface Steps {
  readonly batch: number
  readonly m: number
  readonly n: number
}
/** How an operand lies: a row of the contraction's strides, or memory of our own. */
export type Row = number | Steps
/** What is summed: an axis group, or parts a step apart in the second operand. */
export type Reduced = { readonly group: AxisGroup } | { readonly parts: number; readonly step: number }

/** The results of a contraction as the axes of a reduction, or of a map. */
export function resultLayout(
  layout: Layout,
  source: ContractLayout,
  rows: readonly Row[],
  reduced: Reduced | null,
): Layout {
  layout.rank = 0
  layout.size = 1
  layout.flat = false
  const add = (size: number, stride: (row: Row, q: number) => number): void => {
    const axis = layout.rank++
    layout.size *= size
    layout.sizes[axis] = size
    rows.forEach((row, q) => {
      layout.row(q)[axis] = stride(row, q)
    })
  }
  for (const name of ['batch', 'm', 'n'] as const) {
    const group = source[name]
    if (group.size === 1) continue
    for (let axis = 0; axis < group.rank; axis++) {
      add(group.sizes[axis]!, (row) =>
        typeof row === 'number' ? group.strides[row]![axis]! : rowMajorOf(group, row[name])[axis]!,
      )
    }
  }
  if (layout.rank === 0) add(1, () => 0)
  layout.kept = layout.rank
  if (reduced === null) return layout
  if ('parts' in reduced) add(reduced.parts, (_, q) => (q === 1 ? reduced.step : 0))
  else {
    const { rank, sizes, strides } = reduced.group
    for (let axis = 0; axis < rank; axis++) {
      add(sizes[axis]!, (row, q) => (q > 0 && typeof row === 'number' ? strides[row]![axis]! : 0))
    }
  }
  return layout
}

/** Strides of a group that lies row by row, its last axis `step` apart. */
export function rowMajorOf(group: AxisGroup, step: number): number[] {
  const strides: number[] = []
  for (let axis = group.rank - 1, stride = step; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= group.sizes[axis]!
  }
  return strides
}
