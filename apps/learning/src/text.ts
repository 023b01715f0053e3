import { fromTypedArray, RungsError, type Tensor } from 'rungs'
import type { ReadFile } from './readFile.ts'

/** The characters of a text as numbers, and which part of it a model may learn from. */
export interface Text {
  /** Every character of the text, once; its position is its number. */
  readonly alphabet: readonly string[]
  /** The whole text. */
  readonly characters: Int32Array
  /** The characters before this position are for training, the others are held out. */
  readonly split: number
}

const HELD_OUT = 0.1

/** @throws {RungsError} for a text of less than two characters. */
export function readText(text: string): Text {
  const characters = Array.from(text)
  if (characters.length < 2)
    throw new RungsError(`readText: nothing can be learned from ${characters.length} characters`)
  const alphabet = [...new Set(characters)].sort()
  const numbers = numbersOf(alphabet)
  return {
    alphabet,
    characters: Int32Array.from(characters, (character) => numbers.get(character)!),
    split: Math.floor(characters.length * (1 - HELD_OUT)),
  }
}

export const loadMobyDick = async (read: ReadFile): Promise<Text> =>
  readText(new TextDecoder().decode(await read('moby-dick/chapters-1-to-30.txt')))

/**
 * The numbers of the characters of `text`.
 * @throws {RungsError} for a character that the alphabet lacks.
 */
export function encode(alphabet: readonly string[], text: string): Tensor {
  const numbers = numbersOf(alphabet)
  const encoded = Int32Array.from(text, (character) => {
    const number = numbers.get(character)
    if (number === undefined) throw new RungsError(`encode: the alphabet has no ${JSON.stringify(character)}`)
    return number
  })
  return fromTypedArray(encoded, [encoded.length])
}

const numbersOf = (alphabet: readonly string[]): Map<string, number> =>
  new Map(alphabet.map((character, number) => [character, number]))
