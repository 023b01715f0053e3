import { type Device, enableGrad, noGrad, type Shape, type Tensor } from '@rungs/autograd'
import { type Arrays, Batch, type Owner } from './batch.ts'
import { Optimizer, type Options, type ParamGroup } from './optimizer.ts'
import type { ParamOptions, Params } from './params.ts'
import { type CompiledRule, compileRule, type Form, type Rule } from './rule.ts'
import type { LoadedGroup } from './stateDict.ts'

/** How the parameters of a group are updated while its options have this form. */
interface Plan {
  readonly rule: CompiledRule
  readonly batches: readonly Batch[]
}

/**
 * An optimiser whose step is the same formula at every element of every parameter: one kernel for each parameter, and one
 * for the numbers of all. Subclasses give the formulas (`rule`), the numbers from which they are computed (`scalars`), and
 * refuse options that cannot be (`check`).
 */
export abstract class ElementwiseOptimizer<O extends Options, S extends object> extends Optimizer<O, S> {
  private readonly rules: Map<number, CompiledRule> = new Map()
  private readonly plans: Map<ParamGroup<O>, Plan> = new Map()

  constructor(params: Params<O>, defaults: O) {
    super(params, defaults)
    for (const group of this.paramGroups) this.planOf(group)
  }

  override addParamGroup(group: ParamOptions<O>): void {
    const known = this.paramGroups.length
    super.addParamGroup(group)
    for (const added of this.paramGroups.slice(known)) this.planOf(added)
  }

  /**
   * Change every parameter that has a gradient.
   * @param closure computes the loss and its gradients first; its loss is what `step` returns.
   */
  override step(): void
  override step<L>(closure: () => L): L
  override step<L>(closure?: () => L): L | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure)
    this.hasStepped = true
    noGrad(() => {
      for (const group of this.paramGroups) {
        const scalars = this.scalars(group)
        for (const batch of this.planOf(group).batches) batch.step(scalars)
      }
    })
    return loss
  }

  override async transfer(device: Device): Promise<this> {
    await super.transfer(device)
    this.plans.clear()
    return this
  }

  /** Numbers that the formulas may name, from the options. */
  protected abstract scalars(options: O): Readonly<Record<string, number>>

  /** The formulas for options of this form. */
  protected abstract rule(form: Form<O>): Rule

  /** What a name that is remembered stands for before the first step. */
  protected initial(_name: string, _options: O): number {
    return 0
  }

  protected override restore({ group, options, states }: LoadedGroup<O>): () => void {
    const { counts, slots } = this.ruleOf(options)
    const copies = group.params.map((param, i) => {
      const saved = (name: string, shape: Shape) => [name, states[i]!.get(name, shape).to(param.device)] as const
      return [...counts.map((name) => saved(name, [])), ...slots.map((name) => saved(name, param.shape))]
    })
    return () =>
      noGrad(() => {
        this.planOf(group)
        group.params.forEach((param, i) => {
          const arrays = this.state.get(param) as Arrays
          for (const [name, value] of copies[i]!) arrays[name]!.copy_(value)
        })
      })
  }

  private planOf(group: ParamGroup<O>): Plan {
    const rule = this.ruleOf(group)
    const known = this.plans.get(group)
    if (known?.rule === rule && known.batches.every((batch) => batch.isCurrent)) return known
    const owner: Owner = {
      name: this.name,
      rate: this.rateOf(group),
      stateOf: (param) => {
        const state = this.state.get(param) ?? ({} as S)
        this.state.set(param, state)
        return state as Arrays
      },
      initial: (name) => this.initial(name, group),
    }
    const batches = noGrad(() => byPlace(group.params).map((params) => new Batch(rule, params, owner)))
    const plan = { rule, batches }
    this.plans.set(group, plan)
    return plan
  }

  private ruleOf(options: O): CompiledRule {
    const names = Object.keys(this.defaults) as (keyof O)[]
    const switches = names.filter((name) => name !== 'lr' && isSwitch(options[name]))
    const key = switches.reduce((bits, name) => 2 * bits + (options[name] ? 1 : 0), 0)
    let rule = this.rules.get(key)
    if (rule === undefined) {
      const form = Object.fromEntries(switches.map((name) => [name, Boolean(options[name])])) as Form<O>
      rule = compileRule(this.name, this.rule(form), new Set(Object.keys(this.scalars(options))))
      this.rules.set(key, rule)
    }
    return rule
  }
}

const isSwitch = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean'

/** Parameters that live on one device in one dtype together. */
function byPlace(params: readonly Tensor[]): Tensor[][] {
  const places: Tensor[][] = []
  for (const param of params) {
    const found = places.find(([first]) => first?.device === param.device && first.dtype === param.dtype)
    if (found === undefined) places.push([param])
    else found.push(param)
  }
  return places
}
