import { checkOptions, type Device, inspectAsText, RungsError, type Tensor } from '@rungs/autograd'
import { checkRate, LearningRate } from './learningRate.ts'
import { checkParams, listGroups, type ParamOptions, type Params } from './params.ts'
import { type LoadedGroup, matchGroups, type OptimizerStateDict, saveOptimizer } from './stateDict.ts'

/** Options that every optimiser has. */
export interface Options {
  /** The learning rate. */
  lr: number
}

export interface ZeroGradOptions {
  /** True when left out. */
  readonly setToNull?: boolean
}

/** Parameters that are updated alike. Its options may be changed between steps. */
export type ParamGroup<O extends Options = Options> = O & {
  readonly params: readonly Tensor[]
  /** The learning rate before any schedule; noted by the first one. */
  initialLr?: number
}

/**
 * Changes parameters after `backward()`. Parameters come in groups with options of their own; what is remembered about them
 * from step to step is in arrays, which `state` enumerates.
 */
export abstract class Optimizer<O extends Options = Options, S extends object = object> {
  /** What messages call it. */
  static typeName: string = 'Optimizer'

  readonly paramGroups: ParamGroup<O>[] = []
  /** By parameter, what is remembered. */
  readonly state: Map<Tensor, S> = new Map()
  /** It has changed parameters, or tried: what a schedule follows. */
  hasStepped = false
  protected readonly defaults: O
  private readonly rates: Map<ParamGroup<O>, LearningRate> = new Map()

  /** @throws {RungsError | AutogradError} with PyTorch's texts, for parameters or options that cannot be. */
  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults
    for (const { params: own, options } of listGroups(this.name, params)) this.add(own, options)
  }

  /** Parameters that come later, with options of their own. */
  addParamGroup(group: ParamOptions<O>): void {
    for (const { params, options } of listGroups(this.name, [group])) this.add(params, options)
  }

  /**
   * Drop the gradients of all parameters: `step` leaves alone what the next backward pass does not reach. With `setToNull`
   * false they become zeros instead, and momentum goes on.
   */
  zeroGrad(options: ZeroGradOptions = {}): void {
    checkOptions(options, ['setToNull'], 'zeroGrad')
    const { setToNull = true } = options
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (setToNull) param.grad = null
        else param.grad?.zero_()
      }
    }
  }

  /**
   * Change every parameter that has a gradient.
   * @param closure computes the loss and its gradients first; `LBFGS` needs one, and gives a promise.
   */
  abstract step(closure?: () => Tensor): unknown

  /** Options and state; parameters are numbered through all groups. The tensors share memory with this optimiser. */
  stateDict(): OptimizerStateDict {
    return saveOptimizer(this.paramGroups, this.state)
  }

  /** @throws {RungsError} where groups, names or shapes differ; nothing has been changed then. */
  loadStateDict(dict: OptimizerStateDict): void {
    const loaded = matchGroups(this.name, this.paramGroups, dict)
    for (const { options } of loaded) this.checkAll(options)
    const writes = loaded.map((group) => this.restore(group))
    for (const { group, options } of loaded) Object.assign(group, options)
    for (const write of writes) write()
  }

  /** Follow parameters that `model.transfer(device)` moved off a device that cannot be read at once. */
  async transfer(device: Device): Promise<this> {
    for (const state of this.state.values()) {
      const arrays = state as Record<string, Tensor>
      for (const [name, value] of Object.entries(arrays)) arrays[name] = await value.transfer(device)
    }
    return this
  }

  /** The groups with their options, one a line: PyTorch's layout, in the words that are written here. */
  toString(): string {
    const groups = this.paramGroups.map(({ params: _, ...options }, g) => {
      const lines = Object.entries(options)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `    ${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}\n`)
      return `Parameter Group ${g}\n${lines.join('')}`
    })
    return `${this.name} (\n${groups.join('\n')})`
  }

  protected get name(): string {
    return (this.constructor as typeof Optimizer).typeName
  }

  /** @throws {RungsError} for options that cannot be. */
  protected abstract check(options: O): void

  /** Check a saved state of a group; the function that is returned writes it, once the group has its options. */
  protected abstract restore(loaded: LoadedGroup<O>): () => void

  /** The learning rate of a group as arrays. @throws {RungsError} for a group that came some other way. */
  protected rateOf(group: ParamGroup<O>): LearningRate {
    const rate = this.rates.get(group)
    if (rate !== undefined) return rate
    throw new RungsError(`${this.name}: this group was not made by the optimizer; add it with addParamGroup(group)`)
  }

  private checkAll(options: O): void {
    checkRate(options.lr)
    this.check(options)
  }

  private add(params: Tensor[], options: Partial<O>): void {
    checkParams(params, new Set(this.paramGroups.flatMap((group) => group.params)))
    checkOptions(options, Object.keys(this.defaults), this.name)
    const settled = { ...this.defaults, ...options }
    this.checkAll(settled)
    const rate = new LearningRate(settled.lr)
    const group: ParamGroup<O> = Object.defineProperty({ ...settled, params }, 'lr', {
      enumerable: true,
      get: () => rate.value,
      set: (lr: number) => {
        rate.value = lr
      },
    })
    this.paramGroups.push(group)
    this.rates.set(group, rate)
  }
}

Object.defineProperty(Optimizer.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })
