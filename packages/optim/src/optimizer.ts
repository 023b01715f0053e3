import {
  checkOptions,
  type Device,
  DeviceError,
  type DType,
  keep,
  noGrad,
  RungsError,
  type Tensor,
  zeros,
} from '@rungs/autograd'
import { checkRate, LearningRate } from './learningRate.ts'
import { checkParams, listGroups, type ParamOptions, type Params } from './params.ts'
import { countType, place } from './place.ts'
import { loadOptimizer, type OptimizerStateDict, saveOptimizer } from './stateDict.ts'

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
export type ParamGroup<O extends Options> = O & { readonly params: readonly Tensor[] }

/** What is remembered under each name of `S`: an array like the parameter, or a count as a 0-d array; zeros at first. */
export type Slots<S> = { readonly [K in keyof S]: 'like' | 'count' }

/**
 * Changes parameters after `backward()`: one kernel for each. Everything that lasts from step to step is in arrays that
 * exist from the start: `state` enumerates them.
 */
export abstract class Optimizer<O extends Options, S extends object> {
  /** What messages call it. */
  static typeName: string = 'Optimizer'

  readonly paramGroups: ParamGroup<O>[] = []
  /** By parameter, what is remembered. */
  readonly state: Map<Tensor, S> = new Map()
  private readonly defaults: O
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

  /** Change every parameter that has a gradient. */
  step(): void {
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const param of group.params) {
          const { grad } = param
          if (grad !== null)
            this.update(param, grad, this.stateOf(param, group), group, this.rateOf(group, param.device))
        }
      }
    })
  }

  /**
   * Drop the gradients of all parameters: `step` leaves alone what the next backward pass does not reach. With `setToNull`
   * false they become zeros instead, and momentum goes on.
   */
  zeroGrad({ setToNull = true }: ZeroGradOptions = {}): void {
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (setToNull) param.grad = null
        else param.grad?.zero_()
      }
    }
  }

  /** Options and state; parameters are numbered through all groups. The tensors share memory with this optimiser. */
  stateDict(): OptimizerStateDict {
    return saveOptimizer(this.paramGroups, this.state)
  }

  /** @throws {RungsError} where groups, names or shapes differ; nothing has been changed then. */
  loadStateDict(dict: OptimizerStateDict): void {
    const own = {
      name: this.name,
      groups: this.paramGroups,
      check: (options: O): void => this.checkAll(options),
      stateOf: (param: Tensor, group: ParamGroup<O>): S => this.stateOf(param, group),
    }
    loadOptimizer(own, dict)
  }

  /** Follow parameters that `model.transfer(device)` moved off a device that cannot be read at once. */
  async transfer(device: Device): Promise<this> {
    for (const state of this.state.values()) {
      const arrays = state as Record<string, Tensor>
      for (const [name, value] of Object.entries(arrays)) arrays[name] = await value.transfer(device)
    }
    return this
  }

  protected get name(): string {
    return (this.constructor as typeof Optimizer).typeName
  }

  /** @throws {RungsError} for options that cannot be. */
  protected abstract check(options: O): void

  /** What is remembered about a parameter. */
  protected abstract slots(options: O): Slots<S>

  /** One step of one parameter; `lr` is the learning rate as a 0-d array beside it. */
  protected abstract update(param: Tensor, grad: Tensor, state: S, group: ParamGroup<O>, lr: Tensor): void

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
    for (const param of params) {
      this.stateOf(param, group)
      this.rateOf(group, param.device)
    }
  }

  /** What is remembered about `param`, made where it is missing, on the device and in the dtype that `param` has now. */
  private stateOf(param: Tensor, group: ParamGroup<O>): S {
    const state = this.state.get(param) ?? ({} as S)
    this.state.set(param, state)
    const arrays = state as Record<string, Tensor>
    const { device } = param
    for (const [name, kind] of Object.entries(this.slots(group))) {
      const dtype = kind === 'like' ? param.dtype : countType(device)
      const value = arrays[name]
      if (value === undefined) arrays[name] = keep(zeros(kind === 'like' ? param.shape : [], { device, dtype }))
      else if (value.device !== device || value.dtype !== dtype) arrays[name] = keep(this.follow(value, device, dtype))
    }
    return state
  }

  private follow(value: Tensor, device: Device, dtype: DType): Tensor {
    try {
      return place(value, device, dtype)
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      throw new DeviceError(
        `${this.name}: the parameters are on ${device.name} now, what is remembered about them on ${value.device.name}, which ` +
          'cannot be read at once: await optimizer.transfer(device) after await model.transfer(device)',
      )
    }
  }

  private rateOf(group: ParamGroup<O>, device: Device): Tensor {
    const rate = this.rates.get(group)
    if (rate === undefined) {
      throw new RungsError(`${this.name}: this group was not made by the optimizer; add it with addParamGroup(group)`)
    }
    return rate.on(device)
  }
}
