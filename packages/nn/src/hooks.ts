import { defineOperator, type HookHandle, RungsError, Tensor } from '@rungs/autograd'
import type { Module } from './module.ts'

/** Gradients of the tensors of a call, by place; null for what is no tensor or has no gradient. */
export type CallGradients = readonly (Tensor | null)[]

type Forward = (...inputs: unknown[]) => unknown
type PreHook = (module: Module, inputs: readonly unknown[]) => unknown
type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown
type BackwardHook = (module: Module, gradInput: CallGradients, gradOutput: CallGradients) => CallGradients | undefined

/** The hooks of one module; while there are any, its `forward` is an own property that runs them. */
class ModuleHooks {
  readonly before: Set<{ readonly hook: PreHook }> = new Set()
  readonly after: Set<{ readonly hook: ForwardHook }> = new Set()
  readonly backward: Set<{ readonly hook: BackwardHook }> = new Set()
  private readonly module: Module
  private readonly unwrap: () => void

  constructor(module: Module) {
    this.module = module
    this.unwrap = wrapForward(module, (forward) => this.around(forward))
  }

  add<H>(hooks: Set<{ readonly hook: H }>, hook: H): HookHandle {
    // One function may be registered twice.
    const entry = { hook }
    hooks.add(entry)
    const remove = (): void => {
      if (!hooks.delete(entry) || this.before.size + this.after.size + this.backward.size > 0) return
      this.unwrap()
      hooked.delete(this.module)
    }
    return { remove, [Symbol.dispose]: remove }
  }

  private around(forward: Forward): Forward {
    return (...given) => {
      let inputs: readonly unknown[] = given
      for (const { hook } of [...this.before]) {
        const next = hook(this.module, inputs)
        if (next !== undefined) inputs = Array.isArray(next) ? next : [next]
      }
      const watch = this.backward.size > 0 ? new GradientWatch(this.module, [...this.backward]) : null
      if (watch !== null) inputs = watch.inputs(inputs)
      let output = forward(...inputs)
      for (const { hook } of [...this.after]) output = hook(this.module, inputs, output) ?? output
      return watch === null ? output : watch.output(output)
    }
  }
}

/** What a backward pass brings to one call of a module. */
class GradientWatch {
  private readonly module: Module
  private readonly hooks: readonly { readonly hook: BackwardHook }[]
  private gradOutput: CallGradients = []
  private tracked = false

  constructor(module: Module, hooks: readonly { readonly hook: BackwardHook }[]) {
    this.module = module
    this.hooks = hooks
  }

  inputs(inputs: readonly unknown[]): readonly unknown[] {
    this.tracked = inputs.some((x) => x instanceof Tensor && x.requiresGrad)
    return meet(inputs, (gradInput) => this.call(gradInput))
  }

  output(output: unknown): unknown {
    const single = !Array.isArray(output)
    const outputs = meet(single ? [output] : output, (gradOutput) => {
      this.gradOutput = gradOutput
      // Nothing comes back through the inputs then: this is the end.
      if (!this.tracked) this.call([null])
      return gradOutput
    })
    return single ? outputs[0] : outputs
  }

  private call(gradInput: CallGradients): CallGradients {
    let changed = gradInput
    for (const { hook } of this.hooks) changed = hook(this.module, changed, this.gradOutput) ?? changed
    return changed
  }
}

/** A tensor of its own with the same values, in the same memory. */
const passOn = defineOperator({
  name: 'ModuleHook',
  forward: (_, [{ array }]: readonly [Tensor]) => array.view(array.shape, array.strides, array.offset),
  backward: (_, gradient) => [gradient],
})

/**
 * The same values, whose gradients `visit` gets all together before any of them goes further; what it returns goes on. A pass
 * visits what was made last first, so the inner of two identities have all been there when the first outer one comes.
 */
function meet(values: readonly unknown[], visit: (gradients: CallGradients) => CallGradients): unknown[] {
  let arrived: (Tensor | null)[] = []
  let leaving: CallGradients | null = null
  const watched = (x: unknown, see: (gradient: Tensor) => Tensor | null | undefined): unknown => {
    if (!(x instanceof Tensor && x.requiresGrad)) return x
    const same = passOn([x])
    same.registerHook(see)
    return same
  }
  const outer = values.map((x, i) =>
    watched(x, () => {
      leaving ??= visit(arrived)
      return leaving[i]
    }),
  )
  return outer.map((x, i) =>
    watched(x, (gradient) => {
      if (leaving !== null || arrived.length === 0) arrived = values.map(() => null)
      leaving = null
      arrived[i] = gradient
      return null
    }),
  )
}

const hooked = new WeakMap<Module, ModuleHooks>()

/**
 * @param hook of the kind, and for modules of this class: `Module` types it.
 * @throws {RungsError} for a hook that is no function.
 */
export function addHook(module: Module, kind: 'before' | 'after' | 'backward', hook: unknown): HookHandle {
  if (typeof hook !== 'function') throw new RungsError(`a hook is a function, got ${String(hook)}`)
  let hooks = hooked.get(module)
  if (hooks === undefined) {
    hooks = new ModuleHooks(module)
    hooked.set(module, hooks)
  }
  return hooks.add(hooks[kind] as Set<{ readonly hook: unknown }>, hook)
}

/** Put a function in place of a module's `forward`, which gets the one before; the result puts that back. */
export function wrapForward(module: Module, wrap: (forward: Forward) => Forward): () => void {
  const own = Object.getOwnPropertyDescriptor(module, 'forward')
  const value = wrap((module.forward as Forward).bind(module))
  Object.defineProperty(module, 'forward', { value, configurable: true, writable: true })
  return () => {
    if (own === undefined) Reflect.deleteProperty(module, 'forward')
    else Object.defineProperty(module, 'forward', own)
  }
}
