import { DTypeError, isFloat, NDArray, refuseForeign } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { isGradEnabled } from './gradMode.ts'
import { type Context, edgeOf, type Gradients, Node, type Rule, UNRECORDED } from './graph.ts'
import { Tensor } from './tensor.ts'

type Inputs = readonly (Tensor | null)[]

/**
 * A differentiable operation: how its value comes from its inputs, and their gradients from that of the result.
 *
 * `forward` computes with arrays and says with `ctx.save` what backward will read. `backward` computes with tensors, so
 * that gradients have gradients. It may return a gradient in a shape that the input's broadcasts to, or in another dtype:
 * the pass sums and casts it.
 */
export interface Operator<I extends Inputs, O extends readonly unknown[]> {
  /** What the node's name begins with: `Mul` of `MulBackward0`. */
  readonly name: string
  forward(ctx: Context, inputs: I, ...options: O): NDArray
  backward(ctx: Context, upstream: Tensor, ...options: O): Gradients
}

/** The operator as a function of its inputs, which are tracked, and its options, which are not. */
export function defineOperator<const I extends Inputs, O extends readonly unknown[]>(
  operator: Operator<I, O>,
): (inputs: I, ...options: O) => Tensor {
  const rule: Rule = {
    name: operator.name,
    // The node was made below, with options of this very type.
    backward: (node, upstream) => operator.backward(node, upstream, ...(node.options as O)),
  }
  return (inputs, ...options) => {
    checkTensors(operator.name, inputs)
    if (!anyTracked(inputs)) return asView(new Tensor(operator.forward(UNRECORDED, inputs, ...options)), inputs)
    const node = new Node(rule, edgesOf(inputs), options, NO_RESULT)
    const out = new Tensor(operator.forward(node, inputs, ...options))
    if (isFloat(out.dtype)) {
      node.finish(out)
      out.track(node)
    }
    return asView(out, inputs)
  }
}

const NO_RESULT = { shape: [], dtype: 'float32' } as const

/** @throws {AutogradError} unless these are tensors, or null. */
export function checkTensors(operation: string, values: readonly unknown[]): void {
  if (!Array.isArray(values)) {
    throw new AutogradError(`${called(operation)}: expected a list of tensors, got ${nameOf(values)}`)
  }
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i]
    if (value === null || value instanceof Tensor) continue
    if (!(value instanceof NDArray)) refuseForeign(value)
    throw new AutogradError(
      `${called(operation)}: expected a Tensor in place ${i}, got ${nameOf(value)}; make one with tensor(…), or of an array with ` +
        'fromArray(array)',
    )
  }
}

/** An operator's name as users write it. */
export const called = (operation: string): string => operation.charAt(0).toLowerCase() + operation.slice(1)

/** @throws {DTypeError} with PyTorch's text unless `x` has a float dtype. */
export function checkFloat(operation: string, { dtype }: Tensor): void {
  if (isFloat(dtype)) return
  throw new DTypeError(`"${operation}" not implemented for '${dtype}'; cast it first with x.to('float32')`)
}

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? `an object (${value.constructor?.name})` : String(value)

/** Whether a call with these inputs is recorded. @throws {AutogradError} for a view that its base has left behind. */
export function anyTracked(inputs: Inputs): boolean {
  if (!isGradEnabled()) return false
  let tracked = false
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]
    if (x != null && isTracked(x)) tracked = true
  }
  return tracked
}

/** As `anyTracked`, of one tensor where recording is on. */
export function isTracked(x: Tensor): boolean {
  const { origin } = x
  if (origin !== null && origin.base.gradFn !== origin.gradFn) {
    throw new AutogradError(
      'this tensor is a view of a tensor that was changed in place after the view was taken, so its history is that of ' +
        'values that are gone; take the view again after the change',
    )
  }
  return x.requiresGrad
}

export const edgesOf = (inputs: Inputs): (Node | null)[] =>
  inputs.map((x) => (x?.requiresGrad === true ? edgeOf(x) : null))

/** `out` linked to the input whose memory it shares, if any; the input itself where `out` is the very same array. */
export function asView(out: Tensor, inputs: Inputs): Tensor {
  const { storage } = out.array
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]
    if (x == null || x.array.storage !== storage) continue
    if (x.array === out.array) return x
    out.origin = x.origin ?? { base: x, gradFn: x.gradFn }
    break
  }
  return out
}
