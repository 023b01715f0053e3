import { runRule } from './anomaly.ts'
import { enterMode, leaveMode } from './gradMode.ts'
import type { Node } from './graph.ts'
import { Ownership } from './ownership.ts'
import { conform } from './sumTo.ts'
import type { Tensor } from './tensor.ts'
import { checkLeaves, rememberLeaves, watching } from './watchdog.ts'

export interface PassOptions {
  readonly retainGraph: boolean
  readonly createGraph: boolean
  /** Only what leads to these nodes is computed, and their gradients are returned; null adds to all leaves' `grad`. */
  readonly captured: readonly Node[] | null
}

let passes = 0
/** Passes that run now, one inside the other where a rule computes gradients itself. */
let depth = 0

/**
 * One pass from the roots back, without recursion: nodes are visited from the last made to the first, so each has all of
 * its gradient when its turn comes.
 */
export function runBackward(
  roots: readonly Node[],
  upstream: readonly Tensor[],
  { retainGraph, createGraph, captured }: PassOptions,
): (Tensor | null)[] {
  // Nothing made before the first captured node can lead to one.
  const oldest = captured === null ? 0 : captured.reduce((least, { sequence }) => Math.min(least, sequence), Infinity)
  const order = reachable(roots, oldest)
  const outer = depth === 0 ? null : setAside(order)
  const wanted = captured === null ? null : markWanted(order, captured, oldest)
  const results = new Array<Tensor | null>(captured?.length ?? 0).fill(null)
  const watched = watching && captured === null && !createGraph
  if (watched) checkLeaves(order)
  const owned = new Ownership(!createGraph && !order.some(runsUserCode))
  const mode = enterMode(createGraph)
  depth++
  try {
    roots.forEach((root, i) => {
      deliver(upstream[i]!, root, owned)
    })
    owned.settle()
    for (const node of order) {
      const arrived = node.pending
      if (arrived === null) continue
      node.pending = null
      const { hooks } = node
      const gradient = hooks === null ? arrived : hooks.change(arrived)
      if (captured !== null) {
        for (let i = captured.indexOf(node); i !== -1; i = captured.indexOf(node, i + 1)) {
          results[i] = gradient
          owned.give(gradient)
        }
      } else {
        if (hooks?.retainedBy != null) accumulate(hooks.retainedBy, gradient, createGraph, owned)
        if (node.leaf?.requiresGrad) {
          accumulate(node.leaf, gradient, createGraph, owned)
          if (hooks !== null) owned.outside(() => hooks.accumulated(node.leaf!))
        }
      }
      if (node.leaf === null && (captured === null || (node.wanted && node.edges.some((edge) => edge?.wanted)))) {
        passOn(node, gradient, owned)
        if (!retainGraph) node.free()
      }
      owned.settle(gradient)
    }
    if (watched) rememberLeaves(order)
  } finally {
    depth--
    leaveMode(mode)
    owned.close()
    for (let i = 0; i < order.length; i++) {
      order[i]!.pending = null
      if (wanted !== null) order[i]!.wanted = wanted[i]!
    }
    outer?.forEach(({ pending, wanted }, i) => {
      Object.assign(order[i]!, { pending, wanted })
    })
  }
  return results
}

/** Users may keep what passes through their code. */
const runsUserCode = ({ rule, hooks }: Node): boolean => rule.custom === true || hooks?.seesGradients === true

/** What the pass around this one has left on the nodes that both visit: its gradients are not this one's. */
function setAside(order: readonly Node[]): { readonly pending: Tensor | null; readonly wanted: boolean }[] {
  return order.map((node) => {
    const { pending, wanted } = node
    node.pending = null
    node.wanted = true
    return { pending, wanted }
  })
}

/** Every node that a gradient may reach, from the last made to the first; what lies behind nodes before `oldest` is not. */
function reachable(roots: readonly Node[], oldest: number): Node[] {
  const pass = ++passes
  const order: Node[] = []
  const stack: (Node | null)[] = [...roots]
  while (stack.length > 0) {
    const node = stack.pop()!
    if (node === null || node.pass === pass) continue
    node.pass = pass
    order.push(node)
    if (node.sequence >= oldest) for (let i = 0; i < node.edges.length; i++) stack.push(node.edges[i]!)
  }
  return order.sort((a, b) => b.sequence - a.sequence)
}

/** Mark what leads to a captured node; gives the marks there were, for passes inside passes. */
function markWanted(order: readonly Node[], captured: readonly Node[], oldest: number): boolean[] {
  const targets = new Set(captured)
  const before = order.map((node) => node.wanted)
  for (const node of order) node.wanted = false
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!
    node.wanted = targets.has(node) || (node.sequence > oldest && node.edges.some((edge) => edge?.wanted))
  }
  return before
}

/** Run a node's rule and hand what it gives to the nodes before it. */
function passOn(node: Node, gradient: Tensor, owned: Ownership): void {
  const gradients = runRule(node, gradient)
  for (let i = 0; i < node.edges.length; i++) {
    const edge = node.edges[i]!
    const next = gradients[i]
    if (edge !== null && next != null && edge.wanted) deliver(conform(next, edge, node, i), edge, owned)
  }
}

function deliver(gradient: Tensor, node: Node, owned: Ownership): void {
  const { pending } = node
  if (pending === null) {
    node.pending = gradient
    owned.pin(gradient)
  } else if (owned.mayChange(pending)) {
    pending.array.add_(gradient.array)
  } else {
    node.pending = pending.add(gradient)
    owned.pin(node.pending)
    owned.unpin(pending)
  }
}

/** Add to a tensor's gradient, which stays the same object; the first becomes it, uncopied where nothing else holds it. */
function accumulate(leaf: Tensor, gradient: Tensor, createGraph: boolean, owned: Ownership): void {
  const { grad } = leaf
  if (grad === null) {
    if (owned.mayChange(gradient)) {
      leaf.grad = gradient
      owned.keep(gradient)
    } else leaf.grad = gradient.clone()
  } else if (createGraph || grad.requiresGrad) leaf.grad = grad.add(gradient)
  else grad.array.add_(gradient.array)
}
