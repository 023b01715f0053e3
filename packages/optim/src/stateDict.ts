import { noGrad, RungsError, type Tensor } from '@rungs/autograd'
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

type Groups<O extends Options> = readonly ParamGroup<O>[]

export function saveOptimizer<O extends Options>(
  groups: Groups<O>,
  states: ReadonlyMap<Tensor, object>,
): OptimizerStateDict {
  const all = groups.flatMap(({ params }) => params)
  return {
    state: Object.fromEntries(all.map((param, i) => [i, { ...states.get(param) }])),
    paramGroups: groups.map((group) => ({
      ...(group as object),
      params: group.params.map((param) => all.indexOf(param)),
    })),
  }
}

/** What loading needs to know of an optimiser. */
export interface Loadable<O extends Options> {
  readonly name: string
  readonly groups: Groups<O>
  /** @throws {RungsError} for options that cannot be. */
  check(options: O): void
  /** What is remembered about a parameter in a group with these options, made where it is missing. */
  stateOf(param: Tensor, group: ParamGroup<O>): object
}

/** Check everything, then write. */
export function loadOptimizer<O extends Options>(
  { name, groups, ...own }: Loadable<O>,
  dict: OptimizerStateDict,
): void {
  if (dict.paramGroups.length !== groups.length) {
    throw new RungsError(
      `loaded state dict has a different number of parameter groups: ${dict.paramGroups.length}, ${name} has ${groups.length}`,
    )
  }
  const pairs = groups.map((group, g) => [group, dict.paramGroups[g] ?? { params: [] }] as const)
  pairs.forEach(([{ params }, saved], g) => {
    if (saved.params.length === params.length) return
    throw new RungsError(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
        `group ${g} has ${saved.params.length} parameters, that of ${name} ${params.length}`,
    )
  })
  const copies: (readonly [to: Tensor, from: Tensor])[] = []
  for (const [group, saved] of pairs) {
    const loaded = { ...group, ...saved, params: group.params }
    own.check(loaded)
    group.params.forEach((param, i) => {
      const number = saved.params[i] ?? -1
      const state: Record<string, Tensor> = { ...own.stateOf(param, loaded) }
      for (const [slot, to] of Object.entries(state)) {
        const from = dict.state[number]?.[slot]
        if (from === undefined) throw new RungsError(`${name}: the loaded state of parameter ${number} lacks ${slot}`)
        if (from.shape.join() !== to.shape.join()) {
          throw new RungsError(
            `${name}: ${slot} of parameter ${number} has shape [${from.shape.join(', ')}], expected [${to.shape.join(', ')}]`,
          )
        }
        copies.push([to, from.to(to.device)])
      }
    })
  }
  noGrad(() => {
    for (const [to, from] of copies) to.copy_(from)
  })
  for (const [group, saved] of pairs) Object.assign(group, { ...saved, params: group.params })
}
