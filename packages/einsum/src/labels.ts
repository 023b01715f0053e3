import type { Shape } from '@rungs/ndarray'
import { ELLIPSIS, type Equation, labelsOf, type Subscript } from './equation.ts'
import { errorAt, type Place } from './errors.ts'

/** The labels of an equation as numbers from 0 on; those of the dims under an ellipsis come last. */
export interface Labels {
  /** Of every operand, dim by dim. */
  readonly inputs: readonly (readonly number[])[]
  readonly output: readonly number[]
  /** By label; a size of 1 gives way to a larger one. */
  readonly sizes: readonly number[]
  /** By label, as letters; dims under an ellipsis take letters that the equation leaves free, if there are. */
  readonly names: readonly string[]
}

/**
 * Give every label its size.
 * @throws {EinsumError} with PyTorch's text where shapes do not fit the equation.
 */
export function bindLabels(equation: Equation, shapes: readonly Shape[]): Labels {
  checkCount(equation, shapes)
  const covered = equation.inputs.map((_, operand) => countCovered(equation, shapes, operand))
  const most = Math.max(...covered)
  const named = [...new Set(labelsOf(equation.inputs))].filter((label) => label !== ELLIPSIS)
  const free = Array.from(ALPHABET).filter((letter) => !named.includes(letter))
  const names = [...named, ...free.slice(0, most)]
  const total = named.length + most
  /** Dims under an ellipsis are aligned at the last. */
  const expand = (label: string, count: number): number[] =>
    label === ELLIPSIS ? Array.from({ length: count }, (_, i) => total - count + i) : [named.indexOf(label)]

  const sizes = new Array<number>(total).fill(1)
  const inputs = equation.inputs.map(({ subscripts }, operand) => {
    const labels: number[] = []
    for (const subscript of subscripts) {
      for (const label of expand(subscript.label, covered[operand]!)) {
        const size = shapes[operand]![labels.length]!
        const first = labels.indexOf(label)
        const seen = first < 0 ? sizes[label]! : shapes[operand]![first]!
        if (size !== seen && (first >= 0 || (size !== 1 && seen !== 1))) {
          throw errorAt(
            clash(subscript, label - named.length, operand, size, seen, first >= 0),
            equation.text,
            subscript,
            shapes,
          )
        }
        if (size !== 1) sizes[label] = size
        labels.push(label)
      }
    }
    return labels
  })
  return { inputs, output: equation.output.flatMap((label) => expand(label, most)), sizes, names }
}

/** Also what the numbers of sublists stand for, from 0 on, as in PyTorch. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function clash(
  { label }: Subscript,
  dim: number,
  operand: number,
  size: number,
  seen: number,
  repeated: boolean,
): string {
  if (repeated)
    return `subscript ${label} is repeated for operand ${operand} but the sizes don't match, ${size} != ${seen}`
  const rule = 'sizes must be equal or 1'
  return label === ELLIPSIS
    ? `dimension ${dim} covered by ellipsis in operand ${operand} has size ${size} which does not broadcast with previously ` +
        `seen ellipsis with size ${seen} for the respective dimension; ${rule}`
    : `subscript ${label} has size ${size} for operand ${operand} which does not broadcast with previously seen size ${seen}; ${rule}`
}

function checkCount({ text, inputs }: Equation, shapes: readonly Shape[]): void {
  if (shapes.length === inputs.length) return
  const [fewer, last] = [shapes.length < inputs.length, inputs.at(-1)!]
  const place: Place = fewer ? inputs[shapes.length]! : { at: last.at + last.length, length: 1 }
  throw errorAt(
    `${fewer ? 'fewer' : 'more'} operands were provided than specified in the equation`,
    text,
    place,
    shapes,
  )
}

/** How many dims the ellipsis of an operand stands for; 0 where it has none. */
function countCovered({ text, inputs }: Equation, shapes: readonly Shape[], operand: number): number {
  const term = inputs[operand]!
  const { length: ndim } = shapes[operand]!
  const hasEllipsis = labelsOf([term]).includes(ELLIPSIS)
  const count = term.subscripts.length - (hasEllipsis ? 1 : 0)
  if (count === ndim || (hasEllipsis && count < ndim)) return ndim - count
  const versus = hasEllipsis ? 'is more than' : 'does not match'
  throw errorAt(
    `the number of subscripts in the equation (${count}) ${versus} the number of dimensions (${ndim}) for operand ${operand}` +
      (hasEllipsis ? '' : ' and no ellipsis was given'),
    text,
    term,
    shapes,
  )
}
