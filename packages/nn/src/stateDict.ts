import { checkOptions, noGrad, RungsError, Tensor } from '@rungs/autograd'
import { type Buffer, isBuffer } from './buffer.ts'
import type { Named } from './members.ts'
import { isParameter, type Parameter } from './parameter.ts'

/** What a state dict holds. */
type State = Parameter | Buffer
export const isState = (value: object): value is State => isParameter(value) || (isBuffer(value) && value.persistent)

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

export function collectState(named: Iterable<Named<State>>): StateDict {
  return Object.fromEntries(Array.from(byName(named), ([name, part]) => [name, part.detach()]))
}

/** @throws {RungsError} where two have one name. */
function byName(named: Iterable<Named<State>>): Map<string, State> {
  const found = new Map<string, State>()
  for (const [name, part] of named) {
    if (found.has(name)) throw new RungsError(`stateDict: two fields have the name ${name}; rename one of them`)
    found.set(name, part)
  }
  return found
}

/** Check everything, then write. */
export function loadState(
  owner: string,
  named: Iterable<Named<State>>,
  dict: StateDict,
  options: LoadOptions,
): LoadResult {
  if (typeof dict !== 'object' || dict === null) {
    throw new RungsError(`${owner}.loadStateDict: Expected state_dict to be dict-like, got ${String(dict)}`)
  }
  checkOptions(options, ['strict'], 'loadStateDict')
  const { strict = true } = options
  const known = byName(named)
  const missingKeys = [...known.keys()].filter((name) => !Object.hasOwn(dict, name))
  const unexpectedKeys = Object.keys(dict).filter((name) => !known.has(name))
  const problems: string[] = []
  if (strict && missingKeys.length > 0) problems.push(`Missing key(s) in state_dict: ${quote(missingKeys)}.`)
  if (strict && unexpectedKeys.length > 0) problems.push(`Unexpected key(s) in state_dict: ${quote(unexpectedKeys)}.`)
  const found = [...known].flatMap(([name, part]) => {
    const value = dict[name]
    return value === undefined ? [] : [{ name, part, value }]
  })
  for (const { name, part, value } of found) {
    if (!(value instanceof Tensor)) {
      problems.push(
        `expected a Tensor for ${name}, got ${Array.isArray(value) ? 'an array of JavaScript' : String(value)}; make a Tensor with tensor(…).`,
      )
      continue
    }
    const [have, want] = [showShape(value.shape), showShape(part.shape)]
    if (have !== want) {
      problems.push(
        `size mismatch for ${name}: copying a param with shape ${have} from checkpoint, ` +
          `the shape in current model is ${want}.`,
      )
    }
  }
  if (problems.length > 0) {
    throw new RungsError(`Error(s) in loading state_dict for ${owner}:\n\t${problems.join('\n\t')}`)
  }
  const moved = found.map(({ part, value }) => ({ part, value: value.to(part.dtype).to(part.device) }))
  noGrad(() => {
    for (const { part, value } of moved) part.copy_(value)
  })
  return { missingKeys, unexpectedKeys }
}

const quote = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
const showShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`
