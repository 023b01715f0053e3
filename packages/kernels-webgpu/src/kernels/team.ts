import type { Layout } from '@rungs/ndarray'
import type { Tuning } from '../tuning.ts'
import type { Team } from '../wgsl/team.ts'
import type { Width } from '../wgsl/types.ts'
import type { Walk } from './walk.ts'

/** Below this many positions a thread walks alone; a thread of a team has so many at least, where there are enough. */
const LEAST_TOGETHER = 32
const LEAST_EACH = 4
const SMALLEST_TEAM = 8
/** Neighbouring elements that are read together where teams lie across: a line of the cache. */
const NEIGHBOURS = 32
/** Positions of a thread of a team, up to which it costs less to walk them than to put parts together afterwards. */
const MOST_WALKED = 64

const alone = ({ reduceWorkgroup }: Tuning): Team => ({
  workgroup: reduceWorkgroup,
  size: 1,
  across: false,
  subgroup: 0,
})

/** Who shares `positions` that lie one after another, of which a thread has `each`, or more where there are many. */
export function teamFor(tuning: Tuning, positions: number, each: number = LEAST_EACH): Team {
  const { teamWorkgroup } = tuning
  if (teamWorkgroup === 0 || positions < LEAST_TOGETHER) return alone(tuning)
  let size = SMALLEST_TEAM
  while (size < teamWorkgroup && size * each < positions) size *= 2
  return { workgroup: teamWorkgroup, size, across: false, subgroup: Math.min(size, tuning.subgroup) }
}

/** Who shares `positions` of `results`, or of vectors of them, that lie side by side. */
export function teamAcross(tuning: Tuning, width: Width, results: number, positions: number): Team {
  const { teamWorkgroup } = tuning
  let size = teamWorkgroup
  for (let teams = 1; teams < results && teams * width < NEIGHBOURS; teams *= 2) size /= 2
  while (size > 1 && size * LEAST_EACH > positions) size /= 2
  return size <= 1 ? alone(tuning) : { workgroup: teamWorkgroup, size, across: true, subgroup: 0 }
}

/** Below this many results, threads that work alone share them, each at least so many positions. */
const SPLIT_BELOW = 128
const LEAST_PART = 16
/** Parts of results that lie side by side: more would make the second pass long. */
const MOST_PARTS_ACROSS = 256

/** In how many parts each result is computed, by a team each. */
export function partsFor(tuning: Tuning, { team: { size, across }, threads: results, positions }: Walk): number {
  if (size === 1) {
    const wanted = tuning.reduceThreads
    if (results >= SPLIT_BELOW || positions < 4 * LEAST_PART) return 1
    return Math.max(1, Math.min(wanted, Math.ceil(wanted / results), Math.floor(positions / LEAST_PART)))
  }
  if (positions <= MOST_WALKED * size) return 1
  const wanted = Math.floor(tuning.teamThreads / (results * size))
  const most = Math.floor(positions / (size * 2 * LEAST_EACH))
  return Math.max(1, Math.min(wanted, most, across ? MOST_PARTS_ACROSS : wanted))
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
