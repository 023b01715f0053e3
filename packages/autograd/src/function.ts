import { AutogradError } from './errors.ts'
import { FunctionCall } from './functionCall.ts'
import { noGrad } from './gradMode.ts'
import type { Gradients } from './graph.ts'
import { anyTracked } from './operator.ts'
import { Tensor } from './tensor.ts'

/** What a function gives: a tensor, or a list of them. */
type Result = Tensor | readonly Tensor[]
/** For each tensor of a result, the gradient of what follows. */
type Upstream<R extends Result> = R extends readonly Tensor[] ? { readonly [K in keyof R]: Tensor } : readonly [Tensor]

/** What `forward` and `backward` of one call share. */
export class FunctionContext {
  /** For each argument of `forward`, whether a gradient is wanted. */
  readonly needsInputGrad: readonly boolean[]
  private readonly call: FunctionCall

  constructor(call: FunctionCall, needsInputGrad: readonly boolean[]) {
    this.call = call
    this.needsInputGrad = needsInputGrad
  }

  /** Keep arguments or results for backward, which notices where one was changed in place since. */
  saveForBackward(...tensors: Tensor[]): void {
    this.call.toSave = tensors
  }
  /** What was saved. @throws {AutogradError} where it was changed in place since, or freed. */
  get savedTensors(): Tensor[] {
    return this.call.saved
  }
  /** Name results that no gradient goes through; integers are such anyway. */
  markNonDifferentiable(...results: Tensor[]): void {
    this.call.constants = results
  }
  /** Name the arguments that forward has changed in place. It returns them all, and they take over the call's history. */
  markDirty(...args: Tensor[]): void {
    this.call.dirty = args
  }
  /** Whether backward gets zeros (which it does by itself) or null for a result that nothing depends on. */
  setMaterializeGrads(value: boolean): void {
    this.call.materializesGrads = value
  }
}

/** The class side of a function: what users write. */
interface FunctionClass<A extends readonly unknown[], R extends Result> {
  readonly name: string
  forward(ctx: FunctionContext, ...args: A): R
  /** One gradient for each argument of `forward`; a tensor alone where there is one argument. */
  backward(ctx: FunctionContext, ...upstream: Upstream<R>): Tensor | null | Gradients
}

/**
 * A function with a gradient of your own. Extend it with a static `forward` and `backward`, and call `apply`:
 *
 * ```ts
 * class Cube extends AutogradFunction {
 *   static forward(ctx: FunctionContext, x: Tensor): Tensor { ctx.saveForBackward(x); return x.pow(3) }
 *   static backward(ctx: FunctionContext, g: Tensor): Tensor { return ctx.savedTensors[0].square().mul(3).mul(g) }
 * }
 * Cube.apply(x)
 * ```
 *
 * Where `forward` returns a list, so does `apply`, and `backward` takes a gradient for each. Nothing inside `forward` is
 * recorded. Where `backward` uses differentiable operations, gradients of gradients work too; where it does not, wrap it in
 * `onceDifferentiable`.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's form, which users extend with their own static methods
export abstract class AutogradFunction {
  /** The value of `forward`, recorded where an argument is tracked. */
  static apply<A extends readonly unknown[], R extends Result>(this: FunctionClass<A, R>, ...args: A): R {
    // biome-ignore lint/complexity/noThisInStatic: the user's class, which `AutogradFunction` is not
    return applyFunction(this, args)
  }
}

function checkDefinition(definition: { readonly name: string; forward?: unknown; backward?: unknown }): void {
  for (const method of ['forward', 'backward'] as const) {
    if (typeof definition[method] === 'function') continue
    throw new AutogradError(
      `You must implement the ${method} for custom autograd.Function: ${definition.name} has no static ${method}(ctx, …)`,
    )
  }
}

function applyFunction<A extends readonly unknown[], R extends Result>(definition: FunctionClass<A, R>, args: A): R {
  checkDefinition(definition)
  const inputs = args.map((arg) => (arg instanceof Tensor ? arg : null))
  const recorded = anyTracked(inputs)
  const call = new FunctionCall(definition.name, inputs.length)
  const ctx = new FunctionContext(
    call,
    inputs.map((x) => recorded && x?.requiresGrad === true),
  )
  const returned: unknown = noGrad(() => definition.forward(ctx, ...args))
  const single = returned instanceof Tensor
  const results = single ? [returned] : checkResults(definition.name, returned)
  call.backward = (...upstream) => definition.backward(ctx, ...(upstream as unknown as Upstream<R>))
  call.once = onceOnly.has(definition.backward)
  const outs = recorded ? call.record(inputs, results, single) : results
  return (single ? outs[0] : outs) as R
}

function checkResults(name: string, returned: unknown): Tensor[] {
  if (Array.isArray(returned) && returned.length > 0 && returned.every((x) => x instanceof Tensor)) return returned
  throw new AutogradError(
    `${name}.forward: expected a Tensor to be returned, or a list of them, got ${String(returned)}`,
  )
}

const onceOnly = new WeakSet<object>()

/**
 * A backward that cannot be differentiated in its turn, for it reads values or computes outside of tensors: nothing in it is
 * recorded, and a gradient of its gradients is an error. `static backward = onceDifferentiable((ctx, g) => …)`.
 */
export function onceDifferentiable<G extends readonly unknown[], R extends Tensor | null | Gradients>(
  backward: (ctx: FunctionContext, ...upstream: G) => R,
): (ctx: FunctionContext, ...upstream: G) => R {
  const marked = (ctx: FunctionContext, ...upstream: G): R => backward(ctx, ...upstream)
  onceOnly.add(marked)
  return marked
}
