import { ELLIPSIS } from './equation.ts'
import { EinsumError } from './errors.ts'
import { ALPHABET } from './labels.ts'

/** Subscripts as numbers from 0 to 51 and `ELLIPSIS`, in place of letters. */
export type Sublist = readonly (number | typeof ELLIPSIS)[]

/**
 * `A, [0, 1], B, [1, 2], [0, 2]` as operands and an equation: 0 to 25 are A to Z, 26 to 51 a to z, as in PyTorch. Without a
 * last list the output is the implicit one.
 * @throws {EinsumError} for a number that is not an integer from 0 to 51, or an operand without a list.
 */
export function readSublists<A>(words: readonly (A | Sublist)[]): [equation: string, operands: A[]] {
  const operands: A[] = []
  const terms: string[] = []
  for (let i = 0; i + 1 < words.length; i += 2) {
    operands.push(words[i] as A)
    terms.push(readSublist(words[i + 1], `operand ${operands.length - 1}`))
  }
  if (operands.length === 0) {
    throw new EinsumError(
      'einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list',
    )
  }
  const output = words.length % 2 === 1 ? `->${readSublist(words.at(-1), 'the output')}` : ''
  return [terms.join() + output, operands]
}

function readSublist(list: unknown, whose: string): string {
  if (!Array.isArray(list)) {
    throw new EinsumError(
      `einsum(): expected a list of subscripts for ${whose}, got ${typeof list}; write einsum(a, [0, 1])`,
    )
  }
  const readOne = (subscript: unknown): string => {
    const letter = subscript === ELLIPSIS ? ELLIPSIS : typeof subscript === 'number' && ALPHABET[subscript]
    if (letter) return letter
    throw new EinsumError(
      `einsum(): subscript in subscript list is not within the valid range [0, 52), or ELLIPSIS: got ${String(subscript)} for ` +
        whose,
    )
  }
  return list.map(readOne).join('')
}
