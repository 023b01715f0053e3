import { formatShape, isFloat, onesLike, sameShape, zerosLike } from '@rungs/ndarray'
import { AutogradError } from '../errors.ts'
import { isGradEnabled } from '../gradMode.ts'
import { Tensor } from '../tensor.ts'
import { leavesOf, mapTensors } from '../tree.ts'
import { pull, trace } from './trace.ts'

/** The value of a function, and how gradients of its result become gradients of its arguments. */
export type Pullback<A extends readonly unknown[], R> = [output: R, pullback: (cotangents: R) => A]

/**
 * `[fn(…), pullback]`, where `pullback(v)` is `vᵀ · J`: one gradient for each argument, given one for the result. It may be
 * called any number of times. Arguments and results are tensors, or lists and plain objects of them (`torch.func.vjp`).
 * @throws {AutogradError} where an argument holds no tensor; `pullback` does for cotangents in another structure or shape.
 */
export function vjp<A extends readonly unknown[], R>(fn: (...primals: A) => R, ...primals: A): Pullback<A, R> {
  const { inputs, output, outputs, recorded } = trace('vjp', fn, primals)
  const pullback = (cotangents: R): A => {
    const given = matching('vjp: the cotangents', cotangents, 'the result', outputs)
    const createGraph = isGradEnabled() && (recorded || given.some((x) => x.requiresGrad))
    const found = pull(outputs, inputs, given, { createGraph, retainGraph: true }).values()
    return mapTensors(primals, () => found.next().value!)
  }
  return [output, pullback]
}

/**
 * `[fn(…primals), J · tangents]`: the value, and how it changes as the arguments move along `tangents` (`torch.func.jvp`).
 *
 * A gradient is linear in the gradient that it is given, so the gradient of that map, at any point, is its transpose: two
 * passes back make one forward. Every operation with gradients of gradients has this at once.
 * @throws {AutogradError} for tangents in another structure or shape than the primals.
 */
export function jvp<A extends readonly unknown[], R>(
  fn: (...primals: A) => R,
  primals: A,
  tangents: NoInfer<A>,
): [output: R, tangent: R] {
  const { inputs, output, outputs, recorded } = trace('jvp', fn, primals)
  const given = matching('jvp: the tangents', tangents, 'the primals', inputs)
  const weights = outputs.map((x) => new Tensor(zerosLike(x.array), isFloat(x.dtype)))
  const pulled = pull(outputs, inputs, weights, { createGraph: true })
  const createGraph = isGradEnabled() && (recorded || given.some((x) => x.requiresGrad))
  const floats = weights.filter((x) => x.requiresGrad)
  const found = pull(pulled, floats, given, { createGraph }).values()
  const tangent = mapTensors(output, (x) => (isFloat(x.dtype) ? found.next().value! : new Tensor(zerosLike(x.array))))
  return [output, tangent]
}

/**
 * `[fn(…inputs), H · v]`: the value of a scalar function, and its Hessian times a vector in the structure of the inputs,
 * without the Hessian (`torch.autograd.functional.hvp`).
 * @throws {AutogradError} unless the result is a 0-d tensor and `v` has the inputs' shapes.
 */
export function hvp<I extends Tensor | readonly Tensor[]>(
  fn: (...inputs: I extends Tensor ? [I] : I & readonly Tensor[]) => Tensor,
  inputs: I,
  v: NoInfer<I>,
): [output: Tensor, product: I] {
  const { inputs: own, output, outputs, recorded } = trace('hvp', fn as (...all: Tensor[]) => Tensor, listOf(inputs))
  if (output.ndim !== 0) {
    throw new AutogradError(
      `The Tensor returned by the function given to hvp should contain a single element: got ${formatShape(output.shape)}`,
    )
  }
  const given = matching('hvp: v', v, 'the inputs', own)
  const one = new Tensor(onesLike(output.array))
  const slopes = pull(outputs, own, [one], { createGraph: true })
  const createGraph = isGradEnabled() && (recorded || given.some((x) => x.requiresGrad))
  const found = pull(slopes, own, given, { createGraph }).values()
  return [output, mapTensors(inputs, () => found.next().value!)]
}

export const listOf = (x: Tensor | readonly Tensor[]): Tensor[] => (x instanceof Tensor ? [x] : [...x])

/** The tensors of `value`. @throws {AutogradError} unless they are as many, and of the shapes, of `expected`. */
function matching(what: string, value: unknown, whose: string, expected: readonly Tensor[]): Tensor[] {
  const given = leavesOf(value)
  const shapes = (list: readonly Tensor[]): string => list.map((x) => formatShape(x.shape)).join(', ') || 'no tensors'
  if (given.length === expected.length && given.every((x, i) => sameShape(x.shape, expected[i]!.shape))) return given
  throw new AutogradError(
    `${what} must have the structure and shapes of ${whose}: expected ${shapes(expected)}, got ${shapes(given)}`,
  )
}
