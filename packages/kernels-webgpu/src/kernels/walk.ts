import type { Layout } from '@rungs/ndarray'
import type { Tuning } from '../tuning.ts'
import type { Team } from '../wgsl/team.ts'
import type { Placed } from './call.ts'
import { liesAcross, teamAcross, teamFor } from './team.ts'

/** How threads go over the axes that are not kept. */
export interface Walk {
  /** The axis along which threads take four elements at once, or -1. */
  readonly axis: number
  readonly team: Team
  /** Teams: one for each of what is kept, or for four. */
  readonly threads: number
  /** Of the other axes, or vectors of four. */
  readonly positions: number
}

/** Positions of the axes that are kept, and of the others. */
export function sizesOf({ rank, kept, sizes }: Layout): { results: number; length: number } {
  let [results, length] = [1, 1]
  for (let axis = 0; axis < rank; axis++) {
    if (axis < kept) results *= sizes[axis]!
    else length *= sizes[axis]!
  }
  return { results, length }
}

/** @param each positions that a thread of a team has, where they lie one after another. */
export function walkOf(tuning: Tuning, operands: readonly Placed[], layout: Layout, each?: number): Walk {
  const { results, length } = sizesOf(layout)
  const axis = vectorAxis(operands, layout)
  const vectorsKept = axis >= 0 && axis < layout.kept
  const threads = vectorsKept ? results / 4 : results
  const positions = axis >= layout.kept ? length / 4 : length
  const across = vectorsKept || (axis < 0 && liesAcross(operands.length, layout))
  const team = across ? teamAcross(tuning, axis < 0 ? 1 : 4, threads, positions) : teamFor(tuning, positions, each)
  return { axis, team, threads, positions }
}

/**
 * The axis along which threads read four elements at once: the last reduced or the last kept one, where every input is
 * contiguous or still along it; -1 where there is none.
 */
export function vectorAxis(operands: readonly Placed[], layout: Layout): number {
  const { rank, kept, sizes } = layout
  for (const axis of [rank - 1, kept - 1]) {
    if (sizes[axis]! === 0 || sizes[axis]! % 4 !== 0) continue
    let contiguous = operands.length === 1
    let fits = true
    for (let q = 1; q < operands.length; q++) {
      const stride = layout.row(q)[axis]
      if (stride === 1) contiguous = true
      else if (stride !== 0) fits = false
    }
    if (fits && contiguous) return axis
  }
  return -1
}
