import { isFloat } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { noGrad } from './gradMode.ts'
import { type Gradients, Node, type Rule, Saved } from './graph.ts'
import { anyTracked, asView, edgesOf } from './operator.ts'
import { Tensor } from './tensor.ts'

/** What `forward` and `backward` of one call share. */
export class FunctionContext {
  /** For each argument of `forward`, whether a gradient is wanted. */
  readonly needsInputGrad: readonly boolean[]
  private toSave: readonly Tensor[] = []
  private places = 0
  private node: Node | null = null

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad
  }

  /** Keep arguments or the result for backward, which notices where one was changed in place since. */
  saveForBackward(...tensors: Tensor[]): void {
    this.toSave = tensors
  }
  /** What was saved. @throws {AutogradError} where it was changed in place since, or freed. */
  get savedTensors(): Tensor[] {
    const { node } = this
    return node === null ? [...this.toSave] : Array.from({ length: this.places }, (_, i) => node.saved(i))
  }

  /** For a call that is recomputed: what was saved is at `node` now. */
  moveTo(node: Node): void {
    this.node = node
  }

  /** Hand what was saved to the node of the call: `apply` does this once, after forward; nobody else needs to. */
  finish(node: Node, out: Tensor, returned: Tensor): void {
    this.node = node
    node.kept = this.toSave.map((tensor) => (tensor === returned ? new Saved(out, node) : new Saved(tensor)))
    node.finish(out)
    // From here on the node keeps them, and frees them.
    this.places = this.toSave.length
    this.toSave = []
  }
}

/** The class side of a function: what users write. */
interface FunctionClass<A extends readonly unknown[]> {
  readonly name: string
  forward(ctx: FunctionContext, ...args: A): Tensor
  /** One gradient for each argument of `forward`; a tensor alone where there is one argument. */
  backward(ctx: FunctionContext, upstream: Tensor): Tensor | null | Gradients
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
 * Nothing inside `forward` is recorded. Where `backward` uses differentiable operations, gradients of gradients work too.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's form, which users extend with their own static methods
export abstract class AutogradFunction {
  /** The value of `forward`, recorded where an argument is tracked. */
  static apply<A extends readonly unknown[]>(this: FunctionClass<A>, ...args: A): Tensor {
    // biome-ignore lint/complexity/noThisInStatic: the user's class, which `AutogradFunction` is not
    return applyFunction(this, args)
  }
}

function applyFunction<A extends readonly unknown[]>(definition: FunctionClass<A>, args: A): Tensor {
  const inputs = args.map((arg) => (arg instanceof Tensor ? arg : null))
  const recorded = anyTracked(inputs)
  const ctx = new FunctionContext(inputs.map((x) => recorded && x?.requiresGrad === true))
  const returned = noGrad(() => definition.forward(ctx, ...args))
  if (!(returned instanceof Tensor)) {
    throw new AutogradError(`${definition.name}.forward: expected a Tensor to be returned, got ${String(returned)}`)
  }
  if (!recorded || !isFloat(returned.dtype)) return returned
  const out = asView(new Tensor(sharedOrOwn(returned, inputs)), inputs)
  const node = new Node(ruleOf(definition), edgesOf(inputs), [ctx], returned.array)
  out.track(node)
  ctx.finish(node, out, returned)
  return out
}

/** The array of a result; a view of its own where `forward` returned an argument, which keeps its history. */
function sharedOrOwn({ array }: Tensor, inputs: readonly (Tensor | null)[]): Tensor['array'] {
  return inputs.some((x) => x?.array === array) ? array.view(array.shape, array.strides, array.offset) : array
}

const rules = new WeakMap<object, Rule>()

/** The rule of a class, one for all its calls. */
function ruleOf<A extends readonly unknown[]>(definition: FunctionClass<A>): Rule {
  let rule = rules.get(definition)
  if (rule === undefined) {
    rule = {
      name: `${definition.name}Backward`,
      custom: true,
      backward(node, upstream) {
        // Made by `apply`, with the context as its only option.
        const [ctx] = node.options as readonly [FunctionContext]
        ctx.moveTo(node)
        const given = definition.backward(ctx, upstream)
        const gradients: Gradients = Array.isArray(given) ? given : [given]
        if (!gradients.every((x) => x === null || x instanceof Tensor)) {
          throw new AutogradError(
            `${definition.name}.backward: expected a Tensor or null for each argument of forward to be returned, got ` +
              `${gradients.map((x) => (x instanceof Tensor ? 'a Tensor' : String(x))).join(', ')}`,
          )
        }
        if (gradients.length <= node.edges.length) return gradients
        throw new AutogradError(
          `function ${definition.name} returned an incorrect number of gradients (expected ${node.edges.length}, got ` +
            `${gradients.length})`,
        )
      },
    }
    rules.set(definition, rule)
  }
  return rule
}
