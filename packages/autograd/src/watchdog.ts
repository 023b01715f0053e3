import { warn } from '@rungs/ndarray'
import type { Node } from './graph.ts'
import type { Tensor } from './tensor.ts'

/** A leaf as a backward pass left it. */
interface Seen {
  readonly storage: object
  readonly version: number
  readonly gradVersion: number
}

/** Passes in a row that may find parameters unchanged: gradients of a few examples at one point are a fair thing to ask. */
const PATIENCE = 3
const seen = new WeakMap<Tensor, Seen>()
let unchanged = 0

const { process } = globalThis as { readonly process?: { readonly env?: { readonly NODE_ENV?: string } } }
/** Whether unchanged parameters are looked for: everywhere but in production. */
export const watching: boolean = process?.env?.NODE_ENV !== 'production'

/**
 * Warn where training does not train: gradients are reset and computed anew, and no parameter has changed. It happens where
 * an update rebinds a variable (`p = p.sub(…)`) in place of changing the parameter. Called before a pass adds to `grad`.
 */
export function checkLeaves(order: readonly Node[]): void {
  let known = 0
  for (const { leaf } of order) {
    if (leaf === null || !leaf.requiresGrad) continue
    const before = seen.get(leaf)
    const changed = before === undefined || before.storage !== leaf.storage || before.version !== leaf.version
    if (changed || leaf.grad?.version === before.gradVersion) {
      unchanged = 0
      return
    }
    known++
  }
  if (known === 0 || ++unchanged < PATIENCE) return
  unchanged = 0
  warn(
    `no parameter has changed since the last backward(), for ${PATIENCE} passes in a row, though gradients were reset in ` +
      'between: an update like p = p.sub(…) makes a new tensor and leaves the parameter as it was; change it in place, ' +
      "noGrad(() => p.sub_(p.grad, { alpha: lr })), or call optimizer.step(). setWarnings('ignore') silences this",
  )
}

/** Remember the leaves after a pass has added to `grad`. */
export function rememberLeaves(order: readonly Node[]): void {
  for (const { leaf } of order) {
    if (leaf?.grad == null) continue
    seen.set(leaf, { storage: leaf.storage, version: leaf.version, gradVersion: leaf.grad.version })
  }
}
