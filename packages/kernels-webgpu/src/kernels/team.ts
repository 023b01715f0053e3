import type { Layout } from '@rungs/ndarray'
import type { Tuning } from '../tuning.ts'

/** Below this many positions a thread walks alone. */
const LEAST_TOGETHER = 32
/** Positions that a thread of a team has at least, where there are enough. */
const POSITIONS_EACH = 4
const SMALLEST_TEAM = 8

/** Threads, a power of two, that share `positions`; 1 where each thread works alone. */
export function teamFor({ teamWorkgroup }: Tuning, positions: number): number {
  if (teamWorkgroup === 0 || positions < LEAST_TOGETHER) return 1
  let team = SMALLEST_TEAM
  while (team < teamWorkgroup && team * POSITIONS_EACH < positions) team *= 2
  return team
}

/** Whether neighbours along the innermost kept axis are closer together than along the last one, and many enough. */
export function liesAcross(operands: number, layout: Layout): boolean {
  const { kept, rank, sizes } = layout
  if (sizes[kept - 1]! < SMALLEST_TEAM) return false
  let [across, along] = [0, 0]
  for (let q = 1; q < operands; q++) {
    const row = layout.row(q)
    across += Math.abs(row[kept - 1]!)
    along += Math.abs(row[rank - 1]!)
  }
  return across < along
}
