import { errorAt, type Place } from './errors.ts'

/** The dims that no subscript names, all of them together. */
export const ELLIPSIS = '...'

/** A letter, or an ellipsis, and where it stands in the equation. */
export interface Subscript extends Place {
  readonly label: string
}

/** The subscripts of one operand, or of the output. */
export interface Term extends Place {
  readonly subscripts: readonly Subscript[]
}

/** An equation, understood: everything that can be said without shapes. */
export interface Equation {
  readonly text: string
  readonly inputs: readonly Term[]
  readonly output: readonly string[]
}

/**
 * Read an equation such as `'bij,bjk->bik'`. Labels are letters of any alphabet, upper and lower case apart; spaces do not
 * count; `...` stands for the dims that are not named. Without an arrow the output has the dims of the ellipsis, then the
 * labels that occur once, in the order of their code points.
 * @throws {EinsumError} with PyTorch's text and a caret under the culprit.
 */
export function parseEquation(given: string): Equation {
  // A letter and its mark are one character.
  const text = given.normalize()
  const arrow = text.indexOf('->')
  const inputs: Term[] = []
  let start = 0
  for (const part of (arrow < 0 ? text : text.slice(0, arrow)).split(',')) {
    inputs.push(readTerm(text, start, start + part.length, inputs.length))
    start += part.length + 1
  }
  if (arrow < 0) return { text, inputs, output: implicitOutput(inputs) }
  const output = readTerm(text, arrow + 2, text.length, -1)
  checkOutput(text, inputs, output)
  return { text, inputs, output: labelsOf([output]) }
}

/** `operand`: -1 for the output. */
function readTerm(text: string, start: number, end: number, operand: number): Term {
  const [whose, which, dots] = operand < 0 ? ['output', 'but an', ' (...)'] : [`operand ${operand}`, 'for which an', '']
  const subscripts: Subscript[] = []
  for (let at = start; at < end; ) {
    const character = String.fromCodePoint(text.codePointAt(at)!)
    const isEllipsis = text.startsWith(ELLIPSIS, at)
    const label = isEllipsis ? ELLIPSIS : character
    if (isEllipsis || /\p{L}/u.test(character)) {
      if (isEllipsis && subscripts.some((other) => other.label === ELLIPSIS)) {
        throw errorAt(`found '.' for ${whose} ${which} ellipsis${dots} was already found`, text, {
          at,
          length: label.length,
        })
      }
      subscripts.push({ label, at, length: label.length })
    } else if (character === '.')
      throw errorAt(`found '.' for ${whose} that is not part of any ellipsis${dots}`, text, { at, length: 1 })
    else if (/\S/.test(character)) {
      throw errorAt(
        `invalid subscript given at index ${at} in the equation string, subscripts must be in [a-zA-Z] or other letters, ` +
          `got '${character}'`,
        text,
        { at, length: character.length },
      )
    }
    at += label.length
  }
  return { subscripts, at: start, length: end - start }
}

/** Every subscript in its order, ellipses too. */
export const labelsOf = (terms: readonly Term[]): string[] =>
  terms.flatMap(({ subscripts }) => subscripts.map(({ label }) => label))

function implicitOutput(inputs: readonly Term[]): string[] {
  const labels = labelsOf(inputs)
  const once = labels.filter((label) => label !== ELLIPSIS && labels.indexOf(label) === labels.lastIndexOf(label))
  once.sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
  return labels.includes(ELLIPSIS) ? [ELLIPSIS, ...once] : once
}

function checkOutput(text: string, inputs: readonly Term[], { subscripts }: Term): void {
  subscripts.forEach((subscript, i) => {
    const { label } = subscript
    if (subscripts.slice(0, i).some((other) => other.label === label)) {
      throw errorAt(`output subscript ${label} appears more than once in the output`, text, subscript)
    }
    if (label !== ELLIPSIS && !labelsOf(inputs).includes(label)) {
      throw errorAt(`output subscript ${label} does not appear in the equation for any input operand`, text, subscript)
    }
  })
}
