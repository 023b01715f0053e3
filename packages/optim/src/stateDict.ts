import { formatShape, RungsError, type Shape, sameShape, Tensor } from '@rungs/autograd'
import { checkDict } from './check.ts'
import type { Options, ParamGroup } from './optimizer.ts'

/** What an optimiser remembers, apart from the parameters: they are numbered through all groups. */
export interface OptimizerStateDict {
  /** By the number of the parameter. */
  readonly state: Readonly<Record<number, Readonly<Record<string, Tensor>>>>
  readonly paramGroups: readonly SavedGroup[]
}

/** The options of a group by name, and the numbers of its parameters. */
export interface SavedGroup {
  readonly params: readonly number[]
  readonly [option: string]: unknown
}

export function saveOptimizer<O extends Options>(
  groups: readonly ParamGroup<O>[],
  states: ReadonlyMap<Tensor, object>,
): OptimizerStateDict {
  const all = groups.flatMap(({ params }) => params)
  return {
    state: Object.fromEntries(all.flatMap((param, i) => (states.has(param) ? [[i, { ...states.get(param) }]] : []))),
    paramGroups: groups.map((group) => ({
      ...(group as object),
      params: group.params.map((param) => all.indexOf(param)),
    })),
  }
}

/** A group, the options it is to have, and what is to be remembered about each of its parameters. */
export interface LoadedGroup<O extends Options> {
  readonly group: ParamGroup<O>
  readonly options: ParamGroup<O>
  readonly states: readonly SavedState[]
}

/** What was remembered about a parameter. */
export class SavedState {
  private readonly owner: string
  private readonly number: number
  private readonly arrays: Readonly<Record<string, Tensor>>

  constructor(owner: string, number: number, arrays: Readonly<Record<string, Tensor>> = {}) {
    this.owner = owner
    this.number = number
    this.arrays = arrays
  }

  /** @throws {RungsError} where there is no such tensor, or one of another shape. */
  get(name: string, shape: Shape): Tensor {
    const found: unknown = this.arrays[name]
    if (found === undefined) {
      throw new RungsError(`${this.owner}: the loaded state of parameter ${this.number} lacks ${name}`)
    }
    if (!(found instanceof Tensor)) {
      throw new RungsError(
        `${this.owner}: expected a Tensor for ${name} of parameter ${this.number}, got ` +
          `${Array.isArray(found) ? 'an array of JavaScript' : String(found)}; make a Tensor with tensor(…)`,
      )
    }
    if (!sameShape(found.shape, shape)) {
      throw new RungsError(
        `${this.owner}: ${name} of parameter ${this.number} has shape ${formatShape(found.shape)}, expected ${formatShape(shape)}`,
      )
    }
    return found
  }
}

/**
 * The groups of a saved state beside those of an optimiser.
 * @throws {RungsError} where they differ in number or size, and for what is no state of an optimiser.
 */
export function matchGroups<O extends Options>(
  owner: string,
  groups: readonly ParamGroup<O>[],
  dict: OptimizerStateDict,
): LoadedGroup<O>[] {
  checkDict(owner, dict, ['state', 'paramGroups'])
  if (dict.paramGroups.length !== groups.length) {
    throw new RungsError(
      `loaded state dict has a different number of parameter groups: ${dict.paramGroups.length}, ${owner} has ${groups.length}`,
    )
  }
  return groups.map((group, g) => {
    const { params: numbers, ...options } = dict.paramGroups[g]!
    const { params } = group
    if (numbers.length !== params.length) {
      throw new RungsError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
          `group ${g} has ${numbers.length} parameters, that of ${owner} ${params.length}`,
      )
    }
    const states = numbers.map((number) => new SavedState(owner, number, dict.state[number]))
    return { group, options: { ...group, ...options }, states }
  })
}
