import { formatShape, RungsError, type Shape } from '@rungs/ndarray'

/** An equation that says nothing, or that its operands do not fit; the message shows where. */
export class EinsumError extends RungsError {
  override readonly name: string = 'EinsumError'
}

/** What a message points at: `length` characters of an equation. */
export interface Place {
  readonly at: number
  readonly length: number
}

/** An error that ends in the equation, the shapes it met, and carets under the culprit. */
export function errorAt(text: string, equation: string, { at, length }: Place, shapes?: readonly Shape[]): EinsumError {
  // One column for each character, however many units it has, and none for what would break the line.
  const columns = (part: string): number => [...part].length
  const indent = ' '.repeat(columns(equation.slice(0, at)))
  const carets = '^'.repeat(Math.max(columns(equation.slice(at, at + length)), 1))
  const operands = shapes?.length ? `   of ${shapes.map(formatShape).join(', ')}` : ''
  return new EinsumError(`einsum(): ${text}\n  ${equation.replaceAll(/\s/g, ' ')}${operands}\n  ${indent}${carets}`)
}
