import { checkOptions, formatShape, onesLike } from '@rungs/ndarray'
import { AutogradError } from '../errors.ts'
import { type GradOptions, grad as gradOfTensors } from '../grad.ts'
import { Tensor } from '../tensor.ts'
import { mapTensors } from '../tree.ts'
import { pull, trace } from './trace.ts'

/** The place of an argument, or a list of places. */
export type Argnums = number | readonly number[]

export interface TransformOptions<N extends Argnums> {
  /** Which arguments to differentiate with respect to; the first when left out. A list gives a list of gradients. */
  readonly argnums?: N
}

/** With `hasAux`, the function gives a pair: what is differentiated, and anything else, which is handed on. */
interface WithAux {
  readonly hasAux: true
}

/** The arguments that are differentiated with respect to, in whose structure gradients come. */
export type Gradient<A extends readonly unknown[], N extends Argnums> = N extends number
  ? A[N]
  : { -readonly [K in keyof N]: A[N[K] & keyof A] }

type Evaluated<G, X> = { readonly value: Tensor; readonly aux: X; readonly gradient: G }

function evaluate<A extends readonly unknown[], N extends Argnums>(
  operation: string,
  fn: (...args: A) => unknown,
  options: TransformOptions<N> & { readonly hasAux?: boolean },
): (...args: A) => Evaluated<Gradient<A, N>, unknown> {
  checkOptions(options, ['argnums', 'hasAux'], operation)
  const { argnums = 0, hasAux = false } = options
  const places: readonly number[] = typeof argnums === 'number' ? [argnums] : argnums
  return (...args) => {
    const { inputs, output, outputs, recorded } = trace(operation, fn, args, places)
    const [value, aux] = hasAux ? pairOf(operation, output) : [output, undefined]
    checkScalar(operation, value)
    const one = new Tensor(onesLike(value.array))
    const found = pull(outputs.slice(0, 1), inputs, [one], { createGraph: recorded }).values()
    const gradients = places.map((i) => mapTensors(args[i], () => found.next().value!))
    return { value, aux, gradient: (typeof argnums === 'number' ? gradients[0] : gradients) as Gradient<A, N> }
  }
}

function pairOf(operation: string, output: unknown): readonly [unknown, unknown] {
  if (Array.isArray(output) && output.length === 2) return output as [unknown, unknown]
  throw new AutogradError(
    `${operation}: output of function f should be a tuple: (output, aux) if has_aux is True; got ${String(output)}`,
  )
}

function checkScalar(operation: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new AutogradError(`${operation}: Expected f(*args) to return a tensor, got ${String(value)}`)
  }
  if (value.ndim === 0) return
  throw new AutogradError(
    `Expected f(*args) to return a scalar tensor, got tensor with ${value.ndim} dims. Maybe you wanted to use the vjp or ` +
      `jacobian APIs instead? (${operation}; shape ${formatShape(value.shape)}; sum() or mean() make a scalar)`,
  )
}

/**
 * `fn` as a function that gives its value and its gradient, `[fn(…), ∇fn(…)]`, for `fn` whose result is a 0-d tensor.
 *
 * A gradient has the structure of its argument: a tensor, or lists and plain objects of them. Where recording is on and `fn`
 * depends on anything that requires a gradient, both are differentiable in their turn; so transforms nest. With
 * `{ hasAux: true }`, `fn` gives `[loss, anything]` and this `[[loss, anything], gradient]`. After JAX's `value_and_grad`.
 * @throws {AutogradError} where the result is not a 0-d tensor, or an argument holds no tensor.
 */
export function valueAndGrad<A extends readonly unknown[]>(
  fn: (...args: A) => Tensor,
): (...args: A) => [value: Tensor, gradient: A[0]]
export function valueAndGrad<A extends readonly unknown[], const N extends Argnums = 0>(
  fn: (...args: A) => Tensor,
  options: TransformOptions<N>,
): (...args: A) => [value: Tensor, gradient: Gradient<A, N>]
export function valueAndGrad<A extends readonly unknown[], X, const N extends Argnums = 0>(
  fn: (...args: A) => readonly [loss: Tensor, aux: X],
  options: TransformOptions<N> & WithAux,
): (...args: A) => [value: [loss: Tensor, aux: X], gradient: Gradient<A, N>]
export function valueAndGrad<A extends readonly unknown[], N extends Argnums>(
  fn: (...args: A) => unknown,
  options: TransformOptions<N> & Partial<WithAux> = {},
): (...args: A) => unknown {
  const run = evaluate('valueAndGrad', fn, options)
  return (...args) => {
    const { value, aux, gradient } = run(...args)
    return [options.hasAux === true ? [value, aux] : value, gradient]
  }
}

/**
 * The gradients of tensors with respect to other tensors, as `torch.autograd.grad`; or, of a function, the function that is
 * its gradient, as `torch.func.grad`: `grad(f)(x)`. Both go by that name, and nobody can take one for the other.
 *
 * `grad(fn)` is `valueAndGrad(fn)` without the value; with `{ hasAux: true }` it gives `[gradient, anything]`.
 * @throws {AutogradError} where an input requires no gradient, or (without `allowUnused`) no output depends on it.
 */
export function grad<A extends readonly unknown[]>(fn: (...args: A) => Tensor): (...args: A) => A[0]
export function grad<A extends readonly unknown[], const N extends Argnums = 0>(
  fn: (...args: A) => Tensor,
  options: TransformOptions<N>,
): (...args: A) => Gradient<A, N>
export function grad<A extends readonly unknown[], X, const N extends Argnums = 0>(
  fn: (...args: A) => readonly [loss: Tensor, aux: X],
  options: TransformOptions<N> & WithAux,
): (...args: A) => [gradient: Gradient<A, N>, aux: X]
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[]
export function grad(outputs: readonly Tensor[], inputs: readonly Tensor[], options?: GradOptions): Tensor[]
export function grad<A extends readonly unknown[], N extends Argnums>(
  first: ((...args: A) => unknown) | readonly Tensor[],
  second: (TransformOptions<N> & Partial<WithAux>) | readonly Tensor[] = {},
  options?: GradOptions,
): unknown {
  if (typeof first !== 'function') return gradOfTensors(first, second as readonly Tensor[], options)
  const transform = second as TransformOptions<N> & Partial<WithAux>
  const run = evaluate('grad', first, transform)
  return (...args: A) => {
    const { gradient, aux } = run(...args)
    return transform.hasAux === true ? [gradient, aux] : gradient
  }
}
