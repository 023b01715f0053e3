import { type Device, type DType, empty, full, keep, type Tensor, updateInPlace } from '@rungs/autograd'
import type { LearningRate } from './learningRate.ts'
import { countType, place } from './place.ts'
import type { CompiledRule, NamedProgram } from './rule.ts'

/** Tensors by name. */
export type Arrays = Record<string, Tensor>

/** What a batch needs to know of its optimiser. */
export interface Owner {
  readonly name: string
  readonly rate: LearningRate
  /** What is remembered about a parameter: a batch adds what is missing, and takes over what lives elsewhere. */
  stateOf(param: Tensor): Arrays
  /** What a name stands for before the first step. */
  initial(name: string): number
}

interface Member {
  readonly param: Tensor
  /** Operands of its kernel; the first input is the gradient, for which the parameter stands in between steps. */
  readonly outs: readonly Tensor[]
  readonly inputs: Tensor[]
}

/** Parameters of one group that live on one device in one dtype: a step is one small kernel for all, then one for each. */
export class Batch {
  private readonly owner: string
  private readonly rule: CompiledRule
  private readonly device: Device
  private readonly dtype: DType
  private readonly members: readonly Member[]
  /** By name, what `numbers` reads and gives: an element for each parameter, or one for all. */
  private readonly numbers: Arrays

  constructor(rule: CompiledRule, params: readonly Tensor[], owner: Owner) {
    const { counts, derived, slots, update } = rule
    const { device, dtype } = params[0]!
    this.owner = owner.name
    this.rule = rule
    this.device = device
    this.dtype = dtype
    const number = { device, dtype: countType(device) }
    this.numbers = { lr: owner.rate.on(device, number.dtype) }
    for (const name of counts) this.numbers[name] = keep(full([params.length], owner.initial(name), number))
    // In one memory, so that a kernel binds one buffer for all of them.
    const table = keep(empty([derived.length, params.length], { device, dtype }))
    for (const [row, name] of derived.entries()) this.numbers[name] = table.select(0, row)
    this.members = params.map((param, i) => {
      const state = owner.stateOf(param)
      const element = (name: string): Tensor => this.numbers[name]!.select(0, i)
      for (const name of counts) {
        const own = element(name)
        if (state[name] !== undefined) own.copy_(place(owner.name, state[name], device, own.dtype))
        state[name] = own
      }
      for (const name of slots) {
        state[name] = keep(
          state[name] === undefined
            ? full(param.shape, owner.initial(name), { device, dtype })
            : place(owner.name, state[name], device, dtype),
        )
      }
      const named: Arrays = { ...state, param, grad: param, lr: owner.rate.on(device, dtype) }
      for (const name of derived) named[name] = element(name)
      return { param, outs: update.outs.map((name) => named[name]!), inputs: update.inputs.map((name) => named[name]!) }
    })
  }

  /** Whether every parameter is where it was. */
  get isCurrent(): boolean {
    return this.members.every(({ param }) => param.device === this.device && param.dtype === this.dtype)
  }

  /** Change the parameters that have a gradient. */
  step(scalars: Readonly<Record<string, number>>): void {
    const { numbers, update } = this.rule
    if (numbers !== null) this.advance(numbers, valuesOf(numbers, scalars))
    const values = valuesOf(update, scalars)
    for (const { param, outs, inputs } of this.members) {
      if (param.grad === null) continue
      inputs[0] = param.grad
      updateInPlace(this.owner, update.program, outs, inputs, values)
      inputs[0] = param
    }
  }

  /** The numbers of parameters that have a gradient: one call for all of them, where none in between is without. */
  private advance({ program, outs, inputs }: NamedProgram, values: readonly number[]): void {
    const has = this.members.map(({ param }) => param.grad !== null)
    for (let from = has.indexOf(true); from >= 0; ) {
      const end = has.indexOf(false, from)
      const to = end < 0 ? has.length : end
      const part = (name: string): Tensor => {
        const numbers = this.numbers[name]!
        return numbers.ndim === 0 || to - from === has.length ? numbers : numbers.slice(0, from, to)
      }
      updateInPlace(this.owner, program, outs.map(part), inputs.map(part), values)
      from = has.indexOf(true, to)
    }
  }
}

const valuesOf = ({ scalars }: NamedProgram, values: Readonly<Record<string, number>>): number[] =>
  scalars.map((name) => values[name]!)
