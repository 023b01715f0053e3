import type { Text } from './text.ts'

/**
 * How well the `order - 1` characters before predict the held-out ones, in nats a character: the mean of
 * `-log((count(context, character) + 1) / (count(context) + V))`, counted in the training part, with one added to the count
 * of each of the V characters. Order 3 is a trigram model.
 */
export function ngramLoss({ alphabet, characters, split }: Text, order: number): number {
  const size = alphabet.length
  const counts = new Int32Array(size ** order)
  const contexts = new Int32Array(size ** (order - 1))
  for (let i = order - 1; i < split; i++) {
    const context = contextBefore(characters, i, order, size)
    counts[context * size + characters[i]!]! += 1
    contexts[context]! += 1
  }
  let sum = 0
  for (let i = split; i < characters.length; i++) {
    const context = contextBefore(characters, i, order, size)
    sum -= Math.log((counts[context * size + characters[i]!]! + 1) / (contexts[context]! + size))
  }
  return sum / (characters.length - split)
}

/** The characters before `position` as one number. */
function contextBefore(characters: Int32Array, position: number, order: number, size: number): number {
  let context = 0
  for (let i = position - order + 1; i < position; i++) context = context * size + characters[i]!
  return context
}
