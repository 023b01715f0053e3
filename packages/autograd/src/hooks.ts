import { formatShape, sameShape } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { edgeOf, type Node } from './graph.ts'
import { Tensor } from './tensor.ts'

/** Called with the gradient of a tensor; a tensor that it returns goes on in its place. */
export type GradientHook = (gradient: Tensor) => Tensor | null | undefined
/** Called with a leaf whose `grad` a backward pass has just added to. */
export type AccumulatedHook = (leaf: Tensor) => void

/** Takes a hook away again. */
export interface HookHandle extends Disposable {
  remove(): void
}

/** What users want done with one gradient, in the order in which they said so. */
export class Hooks {
  private readonly gradientHooks: Set<{ readonly hook: GradientHook }> = new Set()
  private readonly accumulatedHooks: Set<{ readonly hook: AccumulatedHook }> = new Set()
  /** A result, not a leaf, whose `grad` is wanted; see `retainGrad`. */
  retainedBy: Tensor | null = null

  onGradient(hook: GradientHook): HookHandle {
    return register(this.gradientHooks, hook)
  }
  onAccumulated(hook: AccumulatedHook): HookHandle {
    return register(this.accumulatedHooks, hook)
  }

  get seesGradients(): boolean {
    return this.gradientHooks.size > 0
  }

  /** The gradient as the hooks leave it. */
  change(gradient: Tensor): Tensor {
    let changed = gradient
    for (const { hook } of [...this.gradientHooks]) {
      const next: unknown = hook(changed)
      if (next === undefined || next === null) continue
      changed = checkReplacement(next, changed)
    }
    return changed
  }

  accumulated(leaf: Tensor): void {
    for (const { hook } of [...this.accumulatedHooks]) hook(leaf)
  }
}

function register<H>(hooks: Set<{ readonly hook: H }>, hook: H): HookHandle {
  if (typeof hook !== 'function') throw new AutogradError(`a hook is a function, got ${String(hook)}`)
  // One function may be registered twice.
  const entry = { hook }
  hooks.add(entry)
  const remove = (): void => {
    hooks.delete(entry)
  }
  return { remove, [Symbol.dispose]: remove }
}

function checkReplacement(next: unknown, gradient: Tensor): Tensor {
  if (!(next instanceof Tensor)) {
    throw new AutogradError(`a hook returns a Tensor or nothing, got ${String(next)}`)
  }
  if (!sameShape(next.shape, gradient.shape)) {
    throw new AutogradError(
      `hook has changed the size of value: it returned ${formatShape(next.shape)} for a gradient of ${formatShape(gradient.shape)}`,
    )
  }
  if (next.dtype !== gradient.dtype || next.device !== gradient.device) {
    throw new AutogradError(
      `hook has changed the type of value: it returned ${next.dtype} on ${next.device.name} for a gradient of ` +
        `${gradient.dtype} on ${gradient.device.name}`,
    )
  }
  return next
}

function hooksAt(node: Node): Hooks {
  node.hooks ??= new Hooks()
  return node.hooks
}

export function registerHook(x: Tensor, hook: GradientHook): HookHandle {
  if (!x.requiresGrad) throw new AutogradError("cannot register a hook on a tensor that doesn't require gradient")
  return hooksAt(edgeOf(x)).onGradient(hook)
}

export function registerPostAccumulateGradHook(x: Tensor, hook: AccumulatedHook): HookHandle {
  if (!x.requiresGrad) throw new AutogradError("cannot register a hook on a tensor that doesn't require gradient")
  if (!x.isLeaf) throw new AutogradError('post accumulate grad hooks cannot be registered on non-leaf tensors')
  return hooksAt(edgeOf(x)).onAccumulated(hook)
}

export function retainGrad(x: Tensor): void {
  if (!x.requiresGrad) throw new AutogradError("can't retain_grad on Tensor that has requires_grad=False")
  if (x.gradFn !== null) hooksAt(x.gradFn).retainedBy = x
}

export const retainsGrad = (x: Tensor): boolean => x.gradFn?.hooks?.retainedBy === x

/** `x` was changed in place and is now the result of another node: the gradient that it retains is that of its new values. */
export function moveRetained(x: Tensor, from: Node | null): void {
  if (x.gradFn === null || from?.hooks?.retainedBy !== x) return
  from.hooks.retainedBy = null
  hooksAt(x.gradFn).retainedBy = x
}
