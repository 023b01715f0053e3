import type { Team } from './team.ts'

/**
 * The work of teams whose neighbouring lanes form subgroups: these exchange values directly, and workgroup memory only
 * carries one value of each subgroup to the others.
 */

const halvings = (lanes: number): number[] => Array.from({ length: Math.log2(lanes) }, (_, i) => lanes >> (i + 1))

/** Thread `local` of a workgroup belongs to the subgroup that has this number in it. */
const numberOf = (subgroup: number): string => `local / ${subgroup}u`

/** See `joinTeamLines`: a tree in each subgroup, then lane 0 joins the subgroups one after another. */
export function joinSubgroupLines(
  { size, subgroup }: Team,
  accumulators: readonly string[],
  join: (...others: string[]) => readonly string[],
): string[] {
  const tree = halvings(subgroup).flatMap((distance) => [
    '{',
    // All are fetched before the first of them changes.
    ...accumulators.map((name, i) => `let far${i} = subgroupShuffleDown(${name}, ${distance}u);`),
    ...join(...accumulators.map((_, i) => `far${i}`)),
    '}',
  ])
  const subgroups = size / subgroup
  if (subgroups === 1) return tree
  return [
    ...tree,
    `if (u32(lane) % ${subgroup}u == 0u) {`,
    ...accumulators.map((name, i) => `shared${i}[${numberOf(subgroup)}] = ${name};`),
    '}',
    'workgroupBarrier();',
    'if (lane == 0) {',
    `for (var k = 1u; k < ${subgroups}u; k += 1u) {`,
    ...join(...accumulators.map((_, i) => `shared${i}[${numberOf(subgroup)} + k]`)),
    '}',
    '}',
  ]
}

/** See `prefixLines`: running combinations in each subgroup, then over the subgroups before a lane's own. */
export function prefixSubgroupLines(
  { size, subgroup }: Team,
  value: string,
  start: string,
  combined: (a: string, b: string) => string,
): string[] {
  const inside = [
    `let place = u32(lane) % ${subgroup}u;`,
    `var running = ${value};`,
    ...halvings(subgroup)
      .reverse()
      .flatMap((distance) => [
        '{',
        `let below = subgroupShuffleUp(running, ${distance}u);`,
        `running = select(running, ${combined('below', 'running')}, place >= ${distance}u);`,
        '}',
      ]),
    'let lower = subgroupShuffleUp(running, 1u);',
  ]
  const subgroups = size / subgroup
  if (subgroups === 1) {
    return [
      ...inside,
      `let before = select(${start}, lower, place > 0u);`,
      // The team's last lane, as its own subgroup numbers it: that may hold several teams.
      `let whole = subgroupShuffle(running, invocation | ${subgroup - 1}u);`,
    ]
  }
  return [
    ...inside,
    `if (place == ${subgroup - 1}u) {`,
    `shared0[${numberOf(subgroup)}] = running;`,
    '}',
    'workgroupBarrier();',
    `let firstSubgroup = (local - u32(lane)) / ${subgroup}u;`,
    `var before = ${start};`,
    `var whole = ${start};`,
    `for (var k = 0u; k < ${subgroups}u; k += 1u) {`,
    `if (firstSubgroup + k == ${numberOf(subgroup)}) {`,
    'before = whole;',
    '}',
    `whole = ${combined('whole', 'shared0[firstSubgroup + k]')};`,
    '}',
    'if (place > 0u) {',
    `before = ${combined('before', 'lower')};`,
    '}',
    'workgroupBarrier();',
  ]
}
