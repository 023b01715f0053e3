import { zerosLike } from '@rungs/ndarray'
import { AutogradError } from '../errors.ts'
import { grad } from '../grad.ts'
import { enableGrad, isGradEnabled, synchronous } from '../gradMode.ts'
import { type Context, edgeOf, type Node } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { leavesOf, mapTensors } from '../tree.ts'

/** A function as it was called once, with its arguments' tensors replaced by stand-ins that gradients lead to. */
export interface Trace<R> {
  readonly inputs: readonly Tensor[]
  /** What the function gave: tracked where whoever called the transform can go on differentiating, else without history. */
  readonly output: R
  /** The tensors of the output, with the history that leads to the inputs. */
  readonly outputs: readonly Tensor[]
  /** Whether gradients are recorded: the caller records, and they depend on something beyond the stand-ins. */
  readonly recorded: boolean
}

/**
 * Call `fn` with stand-ins for the tensors of those arguments that `argnums` names. Recording is on inside, whatever it is
 * outside; what was computed from before stays connected, so that transforms nest.
 * @throws {AutogradError} where `fn` returns a promise, or an argument holds no tensor.
 */
export function trace<A extends readonly unknown[], R>(
  operation: string,
  fn: (...args: A) => R,
  args: A,
  argnums: readonly number[] = args.map((_, i) => i),
): Trace<R> {
  if (typeof fn !== 'function') throw new AutogradError(`${operation}: expected a function, got ${String(fn)}`)
  const callerRecords = isGradEnabled()
  return enableGrad(() => {
    const inputs: Tensor[] = []
    const own: unknown[] = [...args]
    for (const i of argnums) own[i] = replace(operation, args, i, callerRecords, inputs)
    const output = synchronous(operation, fn(...(own as unknown as A)))
    const outputs = leavesOf(output)
    const recorded = callerRecords && dependsOnMore(outputs, inputs)
    return { inputs, output: recorded ? output : mapTensors(output, detached), outputs, recorded }
  })
}

function replace(
  operation: string,
  args: readonly unknown[],
  i: number,
  callerRecords: boolean,
  into: Tensor[],
): unknown {
  if (!Number.isInteger(i) || i < 0 || i >= args.length) {
    throw new AutogradError(`${operation}: argnums names argument ${i}, the function was called with ${args.length}`)
  }
  const before = into.length
  const replaced = mapTensors(args[i], (x) => {
    const standIn = callerRecords && x.requiresGrad ? alias([x]) : x.detach().requiresGrad_()
    into.push(standIn)
    return standIn
  })
  if (into.length > before) return replaced
  throw new AutogradError(
    `${operation}: argument ${i} has no tensor to differentiate with respect to: ${String(args[i])}`,
  )
}

const alias = defineOperator({
  name: 'Alias',
  forward: (_: Context, [x]: [Tensor]) => x.detach().array,
  backward: (_, g) => [g],
})

const detached = (x: Tensor): Tensor => (x.requiresGrad ? x.detach() : x)

/** Whether outputs are computed from anything that requires a gradient and is not behind fresh leaves among `inputs`. */
function dependsOnMore(outputs: readonly Tensor[], inputs: readonly Tensor[]): boolean {
  const seen = new Set<Node>(inputs.filter((x) => x.isLeaf).map(edgeOf))
  const stack = outputs.filter((x) => x.requiresGrad).map(edgeOf)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    if (node.leaf !== null) return true
    seen.add(node)
    for (const edge of node.edges) if (edge !== null) stack.push(edge)
  }
  return false
}

/** The gradients of some tensors, weighted by `cotangents`, with respect to others; zeros where nothing connects them. */
export function pull(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  options: { readonly createGraph: boolean; readonly retainGraph?: boolean },
): Tensor[] {
  const tracked = outputs.flatMap((x, i) => (x.requiresGrad ? [i] : []))
  const roots = tracked.map((i) => outputs[i]!)
  const gradOutputs = tracked.map((i) => cotangents[i]!)
  const found = roots.length === 0 ? [] : grad(roots, inputs, { ...options, gradOutputs, allowUnused: true })
  return inputs.map((x, i) => found[i] ?? new Tensor(zerosLike(x.array)))
}
