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
export function parseEquation(text: string): Equation {
  const arrow = text.indexOf('->')
  const inputs: Term[] = []
  let start = 0
  for (const part of (arrow < 0 ? text : text.slice(0, arrow)).split(',')) {
    inputs.push(readTerm(text, start, start + part.length, operandTexts(inputs.length)))
    start += part.length + 1
  }
  if (arrow < 0) return { text, inputs, output: implicitOutput(inputs) }
  const output = readTerm(text, arrow + 2, text.length, OUTPUT_TEXTS)
  checkOutput(text, inputs, output)
  return { text, inputs, output: output.subscripts.map(({ label }) => label) }
}

interface DotTexts {
  readonly second: string
  readonly loose: string
}

const operandTexts = (operand: number): DotTexts => ({
  second: `found '.' for operand ${operand} for which an ellipsis was already found`,
  loose: `found '.' for operand ${operand} that is not part of any ellipsis`,
})
const OUTPUT_TEXTS: DotTexts = {
  second: "found '.' for output but an ellipsis (...) was already found",
  loose: "found '.' for output that is not part of any ellipsis (...)",
}

function readTerm(text: string, start: number, end: number, dots: DotTexts): Term {
  const subscripts: Subscript[] = []
  for (let at = start; at < end; ) {
    const character = String.fromCodePoint(text.codePointAt(at)!)
    const isEllipsis = text.startsWith(ELLIPSIS, at)
    const label = isEllipsis ? ELLIPSIS : character
    if (isEllipsis || /\p{L}/u.test(character)) {
      if (isEllipsis && subscripts.some((other) => other.label === ELLIPSIS)) {
        throw errorAt(dots.second, text, { at, length: label.length })
      }
      subscripts.push({ label, at, length: label.length })
    } else if (character === '.') throw errorAt(dots.loose, text, { at, length: 1 })
    else if (/\S/.test(character)) {
      throw errorAt(
        `invalid subscript given at index ${at} in the equation string, subscripts must be in [a-zA-Z] or letters of another ` +
          `alphabet, got '${character}'`,
        text,
        { at, length: character.length },
      )
    }
    at += label.length
  }
  return { subscripts, at: start, length: end - start }
}

function implicitOutput(inputs: readonly Term[]): string[] {
  const times = new Map<string, number>()
  for (const { subscripts } of inputs) {
    for (const { label } of subscripts) times.set(label, (times.get(label) ?? 0) + 1)
  }
  const once = [...times.keys()].filter((label) => label !== ELLIPSIS && times.get(label) === 1)
  once.sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
  return times.has(ELLIPSIS) ? [ELLIPSIS, ...once] : once
}

function checkOutput(text: string, inputs: readonly Term[], { subscripts }: Term): void {
  subscripts.forEach((subscript, i) => {
    const { label } = subscript
    if (subscripts.slice(0, i).some((other) => other.label === label)) {
      throw errorAt(`output subscript ${label} appears more than once in the output`, text, subscript)
    }
    if (label !== ELLIPSIS && !inputs.some((input) => input.subscripts.some((other) => other.label === label))) {
      throw errorAt(`output subscript ${label} does not appear in the equation for any input operand`, text, subscript)
    }
  })
}
