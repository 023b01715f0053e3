/** Positions that a thread of a team reads before it uses them, unless a formula has more nodes than this. */
const AHEAD = 4
const LONGEST_AHEAD = 12

export const aheadOf = (nodes: number): number => (nodes > LONGEST_AHEAD ? 1 : AHEAD)

/** What a thread does at each of its positions, as lines. */
export interface Walk {
  /** Of the first position, and from one to the next. */
  readonly first: string
  readonly step: string
  /** Positions that are read before they are combined, so that memory has enough to do; a power of two. */
  readonly ahead: number
  /** What `lines` define at `position`: names, with their types. */
  readonly found: { readonly [name: string]: string }
  readonly lines: readonly string[]
  /** Takes what was found at one position, and, in their order, at several. */
  readonly takeOne: readonly string[]
  readonly takeSeveral: (found: readonly { readonly [name: string]: string }[]) => readonly string[]
}

/** Over all positions of a thread below `length`. */
export function walkLines({ first, step, ahead, found, lines, takeOne, takeSeveral }: Walk): string[] {
  const numbers = Array.from({ length: ahead }, (_, k) => k)
  const names = Object.keys(found)
  const several = [
    ...names.flatMap((name) => numbers.map((k) => `var ${name}${k}: ${found[name]};`)),
    ...numbers.flatMap((k) => [
      '{',
      `let position = next + ${k} * step;`,
      ...lines,
      ...names.map((name) => `${name}${k} = ${name};`),
      '}',
    ]),
    ...takeSeveral(numbers.map((k) => Object.fromEntries(names.map((name) => [name, `${name}${k}`])))),
  ]
  return [
    `let step = ${step};`,
    `var next = ${first};`,
    ...(ahead === 1 ? [] : [`for (; next + ${ahead - 1} * step < length; next += ${ahead} * step) {`, ...several, '}']),
    'for (; next < length; next += step) {',
    'let position = next;',
    ...lines,
    ...takeOne,
    '}',
  ]
}

/** Several values as one, in a tree. */
export function treeText(values: readonly string[], combined: (a: string, b: string) => string): string {
  const half = values.length / 2
  return values.length === 1
    ? values[0]!
    : combined(treeText(values.slice(0, half), combined), treeText(values.slice(half), combined))
}
