import type { Operands } from './arguments.ts'
import { cached } from './cached.ts'
import type { Contractible } from './contractible.ts'
import { type EquationRunner, equationRunner } from './einsumFunction.ts'
import { readSublists, type Sublist } from './sublists.ts'

const runners = new Map<string, EquationRunner>()

/**
 * Sums of products by equation: `out[output] = Σ a[…] · b[…] · …` over the labels that the output lacks.
 *
 * Labels are letters, `...` are the dims that are not named, and a label that an operand has twice is its diagonal; sizes of
 * 1 repeat. Without an arrow the output has the labels that occur once, in alphabetical order. Equations and their plans are
 * remembered. The result is a view where nothing is multiplied or summed. Where a label is summed, bool and uint8 are int32.
 *
 * Source: NumPy's and PyTorch's `einsum`.
 * @throws {EinsumError} with the equation and a caret under the culprit.
 */
export function einsum<const E extends string, A extends Contractible<A>>(equation: E, ...operands: Operands<E, A>): A
/** The sublist form: `einsum(a, [ELLIPSIS, 0, 1], b, [ELLIPSIS, 1, 2], [ELLIPSIS, 0, 2])`. */
export function einsum<A extends Contractible<A>>(operand: A, sublist: Sublist, ...more: readonly (A | Sublist)[]): A
export function einsum<A extends Contractible<A>>(first: string | A, ...rest: readonly (A | Sublist)[]): A {
  if (typeof first === 'string') return runnerOf(first)(rest as readonly A[])
  const [equation, operands] = readSublists<A>([first, ...rest])
  return runnerOf(equation)(operands)
}

const runnerOf = (equation: string): EquationRunner => cached(runners, equation, () => equationRunner(equation, {}))
