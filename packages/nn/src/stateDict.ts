import { noGrad, RungsError, Tensor } from '@rungs/autograd'
import type { Named } from './members.ts'
import type { Parameter } from './parameter.ts'

/** The values of a model by name. */
export type StateDict = Readonly<Record<string, Tensor>>

export interface LoadOptions {
  /** Names must agree exactly; true when left out. */
  readonly strict?: boolean
}

/** Names that did not agree, where that is allowed. */
export interface LoadResult {
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
}

export function collectState(named: Iterable<Named<Parameter>>): StateDict {
  return Object.fromEntries(Array.from(named, ([name, parameter]) => [name, parameter.detach()]))
}

/** Check everything, then write. */
export function loadState(
  owner: string,
  named: readonly Named<Parameter>[],
  dict: StateDict,
  { strict = true }: LoadOptions,
): LoadResult {
  const known = new Set(named.map(([name]) => name))
  const missingKeys = [...known].filter((name) => !Object.hasOwn(dict, name))
  const unexpectedKeys = Object.keys(dict).filter((name) => !known.has(name))
  const problems: string[] = []
  if (strict && missingKeys.length > 0) problems.push(`Missing key(s) in stateDict: ${quote(missingKeys)}.`)
  if (strict && unexpectedKeys.length > 0) problems.push(`Unexpected key(s) in stateDict: ${quote(unexpectedKeys)}.`)
  const found = named.flatMap(([name, parameter]) => {
    const value = dict[name]
    return value === undefined ? [] : [{ name, parameter, value }]
  })
  for (const { name, parameter, value } of found) {
    if (!(value instanceof Tensor)) {
      problems.push(
        `expected a Tensor for ${name}, got ${Array.isArray(value) ? 'an array of JavaScript; make a Tensor with tensor(…)' : String(value)}.`,
      )
      continue
    }
    const [have, want] = [showShape(value.shape), showShape(parameter.shape)]
    if (have !== want) {
      problems.push(
        `size mismatch for ${name}: copying a param with shape ${have} from checkpoint, ` +
          `the shape in current model is ${want}.`,
      )
    }
  }
  if (problems.length > 0) {
    throw new RungsError(`Error(s) in loading stateDict for ${owner}:\n\t${problems.join('\n\t')}`)
  }
  const moved = found.map(({ parameter, value }) => ({ parameter, value: value.to(parameter.device) }))
  noGrad(() => {
    for (const { parameter, value } of moved) parameter.copy_(value)
  })
  return { missingKeys, unexpectedKeys }
}

const quote = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
const showShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`
