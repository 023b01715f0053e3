import { joinSubgroupLines, prefixSubgroupLines } from './subgroup.ts'

/**
 * Threads that work on one result together, through workgroup memory or within subgroups: a team is a power of two of them,
 * and a workgroup holds one team or several. Every step has one order, so the bits of a result never depend on timing.
 */
export interface Team {
  /** Threads of a workgroup. */
  readonly workgroup: number
  readonly size: number
  /** Neighbouring threads belong to different teams, since they read neighbours in memory; else to the same one. */
  readonly across: boolean
  /** Neighbouring threads that exchange values without memory, at most the team; 0 where none do. */
  readonly subgroup: number
}

/** `lane` numbers the threads of a team, `thread` the teams of all workgroups; those beyond the last are not `present`. */
export function teamLines({ workgroup, size, across }: Team): string[] {
  const teams = workgroup / size
  return [
    `let lane = i32(local ${across ? `/ ${teams}u` : `% ${size}u`});`,
    `let slot = i32(workgroup * ${teams}u + local ${across ? `% ${teams}u` : `/ ${size}u`});`,
    'let present = slot < p.threads;',
    'let thread = min(slot, p.threads - 1);',
  ]
}

/** Workgroup memory of one `type` a thread. */
export const sharedText = (name: string, type: string, { workgroup }: Team): string =>
  `var<workgroup> ${name}: array<${type}, ${workgroup}>;`

/** Lanes of a team that one of them looks after, where the team's work is put together in two steps. */
const stretchOf = (size: number): number => 2 ** Math.ceil(Math.log2(size) / 2)

/**
 * Running combinations over the lanes of a team: `before` becomes what the lanes before a thread's own hold together
 * (`start` for the first), `whole` what all do. `value` is a thread's own; `shared0` is used, and free again afterwards.
 */
export function prefixLines(
  team: Team,
  value: string,
  start: string,
  combined: (a: string, b: string) => string,
): string[] {
  const lines = team.subgroup > 1 ? prefixSubgroupLines : prefixSharedLines
  return lines(team, value, start, combined)
}

/** Two steps of serial work take three barriers where a tree takes two for each halving. */
function prefixSharedLines(
  { size }: Team,
  value: string,
  start: string,
  combined: (a: string, b: string) => string,
): string[] {
  const stretch = stretchOf(size)
  const stretches = size / stretch
  return [
    `shared0[local] = ${value};`,
    'workgroupBarrier();',
    'let team = local - u32(lane);',
    `if (lane < ${stretches}) {`,
    `let begin = team + u32(lane) * ${stretch}u;`,
    'var running = shared0[begin];',
    `for (var k = 1u; k < ${stretch}u; k += 1u) {`,
    `running = ${combined('running', 'shared0[begin + k]')};`,
    'shared0[begin + k] = running;',
    '}',
    '}',
    'workgroupBarrier();',
    `let earlier = u32(lane) / ${stretch}u;`,
    `var before = ${start};`,
    `var whole = ${start};`,
    `for (var k = 0u; k < ${stretches}u; k += 1u) {`,
    'if (k == earlier) {',
    'before = whole;',
    '}',
    `whole = ${combined('whole', `shared0[team + k * ${stretch}u + ${stretch - 1}u]`)};`,
    '}',
    `if (u32(lane) % ${stretch}u > 0u) {`,
    `before = ${combined('before', 'shared0[local - 1u]')};`,
    '}',
    'workgroupBarrier();',
  ]
}

/** What the lanes of a team accumulated, joined into lane 0 in one order; `join` takes another lane's accumulators. */
export function joinTeamLines(
  team: Team,
  accumulators: readonly string[],
  join: (...others: string[]) => readonly string[],
): string[] {
  const lines = team.subgroup > 1 ? joinSubgroupLines : joinSharedLines
  return lines(team, accumulators, join)
}

/** In two steps of serial work. */
function joinSharedLines(
  { workgroup, size, across }: Team,
  accumulators: readonly string[],
  join: (...others: string[]) => readonly string[],
): string[] {
  const stretches = size / stretchOf(size)
  const apart = across ? workgroup / size : 1
  const share = accumulators.map((name, i) => `shared${i}[local] = ${name};`)
  const joinEvery = (step: number, end: number): string[] => [
    `for (var k = ${step}u; k < ${end}u; k += ${step}u) {`,
    ...join(...accumulators.map((_, i) => `shared${i}[local + k${apart === 1 ? '' : ` * ${apart}u`}]`)),
    '}',
  ]
  return [
    ...share,
    'workgroupBarrier();',
    `if (lane < ${stretches}) {`,
    ...joinEvery(stretches, size),
    ...share,
    '}',
    'workgroupBarrier();',
    'if (lane == 0) {',
    ...joinEvery(1, stretches),
    '}',
  ]
}
