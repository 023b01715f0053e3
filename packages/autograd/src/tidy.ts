import { currentScope, tidy as tidyArrays } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { synchronous } from './gradMode.ts'
import type { Node } from './graph.ts'
import type { Tensor } from './tensor.ts'
import { tensorsIn } from './tree.ts'

/**
 * Run `body` and release, when it ends, every tensor made in it that its result does not hold. Results may be tensors, and
 * arrays, Maps or plain objects of them; what their graphs have saved stays, and so do the gradients of leaves.
 * @throws {AutogradError} where `body` is no function, or returns a promise.
 */
export function tidy<T>(body: () => T): T {
  if (typeof body !== 'function') throw new AutogradError(`tidy: expected a function, got ${String(body)}`)
  return tidyArrays(() => {
    const result = synchronous('tidy', body())
    return { result, saved: savedBehind(tensorsIn(result)) }
  }).result
}

/** Let `x` outlive the `tidy` in which it is made, as what an optimiser remembers does. */
export function keep(x: Tensor): Tensor {
  currentScope()?.storages.delete(x.storage)
  return x
}

/** Every tensor that a backward pass from `roots` may read. */
export function savedBehind(roots: readonly Tensor[]): Tensor[] {
  const saved: Tensor[] = []
  const seen = new Set<Node>()
  // One list for all the nodes of a checkpoint.
  const lists = new Set<readonly Tensor[]>()
  const stack: (Node | null)[] = roots.map((root) => root.gradFn)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === null || seen.has(node)) continue
    seen.add(node)
    for (const kept of node.kept) if (kept !== null) saved.push(kept.tensor)
    if (node.rule.reads !== undefined) lists.add(node.rule.reads)
    for (const edge of node.edges) stack.push(edge)
  }
  for (const list of lists) for (const x of list) saved.push(x)
  return saved
}
